"""Who acts, and by which rights. The chassis carries rights; what a role means is not its business."""

import uuid
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

_PEOPLE: Final = uuid.UUID("5c1f8e0a-3f0f-5e0e-9a53-6d6c7b0f7a11")
"""Names the space of people's ids; never change it."""


class PrincipalKind(StrEnum):
    PERSON = "person"
    APPLICATION = "application"
    GATEWAY = "gateway"
    """The gateway itself, asking who somebody is."""

    OPERATOR = "operator"
    """Who runs the platform, at its command line."""


NETWORK: Final = "network"
TENANT: Final = "coalition"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a grant holds: in the whole network, in a coalition, or about one thing (of `kind`, with its id) there.

    Raises ValueError for a scope that lacks, or has too much of, what its kind needs.
    """

    kind: str
    coalition: str | None = None
    id: str | None = None

    def __post_init__(self) -> None:
        needs_coalition = self.kind != NETWORK
        needs_id = self.kind not in (NETWORK, TENANT)
        if bool(self.coalition) is not needs_coalition or bool(self.id) is not needs_id:
            raise ValueError(f"not a scope: {self}")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope, now: grants that have not begun or are over are not carried."""

    role: str
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`id` names the person (`person_id`) or the application. `email` is there only if the issuer has verified it.

    `grants` is None when the rights could not be looked up: then the principal may do what anybody may, and everything
    else must wait. `api_scopes` limit an application further; a person has none. `on_behalf_of` is who lets an
    application act. `address` is the client's, for the audit log.
    """

    kind: PrincipalKind
    id: str
    issuer: str | None = None
    subject: str | None = None
    name: str | None = None
    email: str | None = None
    grants: tuple[Grant, ...] | None = ()
    api_scopes: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    address: str | None = None

    def from_address(self, address: str | None) -> Self:
        return replace(self, address=address)


def person_id(issuer: str, subject: str) -> str:
    """The id of the person whom `issuer` knows as `subject`: the same everywhere, with no look-up."""
    return str(uuid.uuid5(_PEOPLE, f"{issuer}\0{subject}"))


def operator(name: str) -> Principal:
    """Somebody at the command line of the platform, by the name of their system account."""
    return Principal(kind=PrincipalKind.OPERATOR, id=f"operator:{name}", name=name)
