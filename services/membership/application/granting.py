"""What all commands that give and take rights do alike, each time under the scope's lock."""

from datetime import date

from services.chassis.kernel.errors import Unauthenticated
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.principal import Principal, Scope
from services.chassis.persistence.unit_of_work import Work
from services.rights.roles import Role, ScopeKind

from ..domain import grants
from ..domain.events import GrantRevoked
from ..domain.grants import Grant, Term
from ..store.coalitions import Coalitions
from ..store.grants import Grants
from ..store.memberships import Memberships
from ..store.scopes import Scopes


def acting(work: Work) -> Principal:
    """Raises Unauthenticated: somebody must answer for a right."""
    if work.principal is None:
        raise Unauthenticated("Sign in first.")
    return work.principal


def ensure_scope(work: Work, scope: Scope) -> None:
    """Of a conference this service knows nothing: its id is taken as it is given.

    Raises UnknownCoalition, NotFound (the member).
    """
    if scope.coalition is not None:
        Coalitions(work).get(scope.coalition)
        if scope.kind == ScopeKind.MEMBER and scope.id is not None:
            Memberships(work, coalition=scope.coalition).get(scope.id)


def give(work: Work, grant: Grant) -> Grant:
    """Raises AlreadyGranted, LastAdministrator."""
    Scopes(work).claim(grant.scope)
    stored = Grants(work, coalition=grant.scope.coalition)
    grants.ensure_grantable(grant, stored.of_role(grant.role, grant.scope), today=work.today)
    stored.store(grant)
    return grant


def take(work: Work, grant: Grant, *, by: str, reason: str | None = None) -> Grant:
    """`by` is the id of who answers for it. Raises GrantAlreadyRevoked, LastAdministrator."""
    Scopes(work).claim(grant.scope)
    stored = Grants(work, coalition=grant.scope.coalition)
    rest = stored.of_role(grant.role, grant.scope)
    taken = grants.revoked(grant, rest, by=by, at=work.now, reason=reason)
    stored.store(taken)
    work.publish(GrantRevoked(taken))
    return taken


def new_grant(work: Work, *, person_id: str, role: Role, scope: Scope, term: Term, by: str) -> Grant:
    return Grant(
        id=new_id(),
        version=1,
        person_id=person_id,
        role=role,
        scope=scope,
        term=term,
        granted_by=by,
        granted_at=work.now,
    )


def term_of(work: Work, *, valid_from: date | None = None, valid_until: date | None) -> Term:
    """From today on, unless it is said otherwise. Raises InvalidInput."""
    term = Term(valid_from=valid_from or work.today, valid_until=valid_until)
    grants.ensure_term(term, today=work.today)
    return term
