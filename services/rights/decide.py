"""The decision itself: may this principal, by this row, do it to this target? Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from services.chassis.kernel.principal import Principal, PrincipalKind, Scope

from .roles import Role, ScopeKind
from .table import Audience, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a request is about. Without `coalition` it belongs to the whole network; `person_id` is whom it is about.

    `variant` names the row that holds where a method has several: `get_reports.drafts`, say.
    """

    coalition: str | None = None
    conference_id: str | None = None
    member_id: str | None = None
    person_id: str | None = None
    variant: str | None = None


def is_allowed(principal: Principal | None, row: Row, target: Target) -> bool:
    """Whether the principal may. Rights that could not be looked up (`grants` None) count as none."""
    if row.is_public:
        return True
    if principal is None:
        return False
    return _is_in_audience(principal, row, target) or (
        _is_within_api_scopes(principal, row) and _holds_a_role(principal, row.roles, target)
    )


def could_be_allowed(principal: Principal | None, row: Row) -> bool:
    """Whether there is any target to which the principal may do it."""
    if principal is None or row.is_public:
        return row.is_public
    about_self = Target(person_id=principal.id)
    held = any(grant.role in row.roles for grant in principal.grants or ())
    return _is_in_audience(principal, row, about_self) or (_is_within_api_scopes(principal, row) and held)


def covers(scope: Scope, target: Target) -> bool:
    """Whether what holds in `scope` holds for `target`. What belongs to the network is in every coalition's scope."""
    match ScopeKind(scope.kind):
        case ScopeKind.NETWORK:
            return True
        case ScopeKind.COALITION:
            return target.coalition in (None, scope.coalition)
        case ScopeKind.CONFERENCE:
            return (scope.coalition, scope.id) == (target.coalition, target.conference_id)
        case ScopeKind.MEMBER:
            return (scope.coalition, scope.id) == (target.coalition, target.member_id)
        case never:
            assert_never(never)


def _is_in_audience(principal: Principal, row: Row, target: Target) -> bool:
    match principal.kind:
        case PrincipalKind.GATEWAY:
            return Audience.GATEWAY in row.allowed
        case PrincipalKind.PERSON:
            about_self = Audience.SELF in row.allowed and target.person_id == principal.id
            return about_self or Audience.SIGNED_IN in row.allowed
        case _:
            return False


def _is_within_api_scopes(principal: Principal, row: Row) -> bool:
    return principal.kind is not PrincipalKind.APPLICATION or row.api_scope in principal.api_scopes


def _holds_a_role(principal: Principal, roles: Iterable[Role], target: Target) -> bool:
    allowed = frozenset(roles)
    return any(grant.role in allowed and covers(grant.scope, target) for grant in principal.grants or ())
