"""Whoever has any role in a coalition, be it about one member or one conference of it only."""

from services.chassis.kernel.principal import Principal

from .decide import Target
from .roles import ScopeKind


def standpoint(principal: Principal | None, coalition: str) -> Target:
    """Where in `coalition` the principal has a role: there, a row that allows every role of a coalition allows them.

    Where they have none it is the coalition itself, in which nobody without a role is allowed anything.
    """
    held = (principal.grants if principal is not None else None) or ()
    scopes = {grant.scope.kind: grant.scope for grant in held if grant.scope.coalition == coalition}
    conference, member = scopes.get(ScopeKind.CONFERENCE), scopes.get(ScopeKind.MEMBER)
    if ScopeKind.COALITION in scopes or (conference is None and member is None):
        return Target(coalition=coalition)
    if conference is not None:
        return Target(coalition=coalition, conference_id=conference.id)
    return Target(coalition=coalition, member_id=member.id if member else None)
