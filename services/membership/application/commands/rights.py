"""Rights: given by the operator of the platform, and taken away."""

from services.chassis.kernel.errors import NotFound
from services.chassis.persistence.unit_of_work import Work

from ...domain.grant_requests import GrantRole, RevokeGrant
from ...domain.grants import Grant, ensure_may_grant
from ...store.grants import Grants
from ...store.people import People
from ..granting import acting, ensure_scope, give, new_grant, take, term_of


def grant_role(work: Work, request: GrantRole) -> Grant:
    """The person is known afterwards, as the request tells it.

    Raises UnknownCoalition, NotFound (the member), InvalidInput (the term), AlreadyGranted, LastAdministrator.
    """
    ensure_scope(work, request.scope)
    ensure_may_grant(acting(work), request.role, request.scope)
    grant = new_grant(
        work,
        person_id=request.identity.id,
        role=request.role,
        scope=request.scope,
        term=term_of(work, valid_from=request.valid_from, valid_until=request.valid_until),
        by=acting(work).id,
    )
    People(work).remember(request.identity, at=work.now)
    return give(work, grant)


def revoke_grant(work: Work, request: RevokeGrant) -> Grant:
    """By whoever may give it, or by the person who has it.

    Raises NotFound, RoleNotYoursToGive, GrantAlreadyRevoked, LastAdministrator.
    """
    grant = Grants(work, coalition=request.coalition).find(request.grant_id)
    if grant is None:
        raise NotFound("There is no such right here.", path=("grant_id",))
    if grant.person_id != acting(work).id:
        ensure_may_grant(acting(work), grant.role, grant.scope)
    return take(work, grant, by=acting(work).id, reason=request.reason)
