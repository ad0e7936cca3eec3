"""The hand-over of a focal point in one step: at once to somebody whom the coalition knows, else by an invitation."""

from dataclasses import dataclass

from services.chassis.kernel.principal import Scope
from services.chassis.persistence.unit_of_work import Work
from services.rights.roles import Role, ScopeKind

from ...domain.errors import UnknownPerson
from ...domain.grant_requests import HandOverFocalPoint, InvitePerson
from ...domain.grants import Grant, ensure_may_grant, ensure_not_oneself, on_behalf
from ...domain.hand_overs import grant_to_replace
from ...domain.invitations import Invitation
from ...domain.people import Person
from ...store.grants import Grants
from ...store.people import People
from ..granting import acting, ensure_scope, give, new_grant, term_of
from ..handing_over import replace_grant
from ..inviting import invite


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The new grant; or the invitation with whose acceptance it happens."""

    coalition: str
    grant: Grant | None = None
    invitation: Invitation | None = None


def hand_over_focal_point(work: Work, request: HandOverFocalPoint, *, token_hash: str) -> Outcome:
    """Raises NotFound (the member), RoleNotYoursToGive, NoFocalPoint, SeveralFocalPoints, UnknownPerson,
    GrantToOneself, AlreadyGranted, AlreadyInvited, InvalidInput (the term)."""
    scope = Scope(ScopeKind.MEMBER, request.coalition, request.member_id)
    ensure_scope(work, scope)
    ensure_may_grant(acting(work), Role.FOCAL_POINT, scope)
    focal_points = Grants(work, coalition=request.coalition).of_role(Role.FOCAL_POINT, scope)
    old = grant_to_replace(focal_points, request.from_person_id, today=work.today)
    successor = _known(work, request)
    if successor is None:
        invitation = invite(work, _invitation(request, scope), token_hash=token_hash, replaces=old.id)
        return Outcome(coalition=request.coalition, invitation=invitation)
    return Outcome(coalition=request.coalition, grant=_replaced(work, request, old, successor))


def _known(work: Work, request: HandOverFocalPoint) -> Person | None:
    """Somebody who has, or had, a right in this coalition: whom other coalitions know is not for this one to learn.

    An address that several have is nobody's: whoever accepts the invitation shows who is meant. Raises UnknownPerson.
    """
    found = _candidates(People(work), request)
    here = Grants(work, coalition=request.coalition).known([person.id for person in found])
    known = [person for person in found if person.id in here]
    if request.person_id is not None and not known:
        raise UnknownPerson("This coalition knows no such person: give an e-mail address instead.", path=("person_id",))
    return known[0] if len(known) == 1 else None


def _candidates(people: People, request: HandOverFocalPoint) -> list[Person]:
    if request.person_id is not None:
        return list(people.get_many([request.person_id]).values())
    return people.with_address(request.email) if request.email else []


def _replaced(work: Work, request: HandOverFocalPoint, old: Grant, successor: Person) -> Grant:
    ensure_not_oneself(on_behalf(acting(work)), successor.id)
    new = new_grant(
        work,
        person_id=successor.id,
        role=old.role,
        scope=old.scope,
        term=term_of(work, valid_until=request.valid_until),
        by=on_behalf(acting(work)),
    )
    give(work, new)
    replace_grant(work, old, new, by=acting(work).id)
    return new


def _invitation(request: HandOverFocalPoint, scope: Scope) -> InvitePerson:
    return InvitePerson(
        role=Role.FOCAL_POINT,
        scope=scope,
        email=request.email or "",
        name=request.name,
        language=request.language,
        valid_until=request.valid_until,
    )
