"""What an application may be let do: an area of the permission table, to read or to write, such as `reports:read`."""

from collections.abc import Mapping
from typing import Final

from .roles import Role
from .table import TABLE, Access, Area

_NOT_FOR_MACHINES: Final = frozenset({Area.APPLICATIONS, Area.IDENTITY, Area.PERSONAL_DATA})
"""An application that could make tokens would give itself a longer life or more scopes than it was given; and what
people consent to, what is exported or erased of them, and what they need, is between people."""

_WRITES_ONLY_PEOPLE_DO: Final = frozenset({Area.PEOPLE})
"""Who has which right, people decide."""


def _usable() -> dict[str, frozenset[Role]]:
    """For each scope, the roles with which there is something to do within it."""
    usable: dict[str, frozenset[Role]] = {}
    for row in TABLE.values():
        people_only = row.area in _WRITES_ONLY_PEOPLE_DO and row.access is Access.WRITE
        roles = frozenset(Role) if row.is_public else row.roles
        if roles and not people_only and row.area not in _NOT_FOR_MACHINES:
            usable[row.api_scope] = usable.get(row.api_scope, frozenset()) | roles
    return dict(sorted(usable.items()))


API_SCOPES: Final[Mapping[str, frozenset[Role]]] = _usable()
"""Each scope that an application can have, and the roles that may use it. What is public, every role may."""


def is_usable(scope: str, role: Role) -> bool:
    """Whether an application with `role` could do anything more, or anything at all, with `scope`."""
    return role in API_SCOPES.get(scope, ())


def description(scope: str) -> str:
    """What the scope opens, in the words of the permission table."""
    does = sorted({row.does for row in TABLE.values() if row.api_scope == scope})
    return f"{'; '.join(does)}."
