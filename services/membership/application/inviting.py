"""What an invitation by name and one to take over somebody's work have in common."""

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from ..domain.errors import GrantToOneself
from ..domain.grant_requests import InvitePerson
from ..domain.grants import Term, ensure_not_granted, ensure_outlived, on_behalf
from ..domain.invitations import LIFE, Invitation, ensure_not_invited
from ..domain.people import same_address
from ..store.grants import Grants
from ..store.invitations import Invitations
from ..store.people import People
from ..store.scopes import Scopes
from .granting import acting, term_of


def invite(work: Work, request: InvitePerson, *, token_hash: str, replaces: str | None = None) -> Invitation:
    """Raises InvalidInput (the term), GrantToOneself, AlreadyGranted, AlreadyInvited, LastAdministrator."""
    term = term_of(work, valid_from=request.valid_from, valid_until=request.valid_until)
    _ensure_not_own_address(work, request.email)
    Scopes(work).claim(request.scope)
    _ensure_room(work, request, term)
    invitation = Invitation(
        id=new_id(),
        version=1,
        role=request.role,
        scope=request.scope,
        term=term,
        email=request.email,
        name=request.name,
        language=request.language,
        token_hash=token_hash,
        invited_by=on_behalf(acting(work)),
        invited_at=work.now,
        expires_at=work.now + LIFE,
        replaces=replaces,
    )
    Invitations(work, coalition=request.scope.coalition).store(invitation)
    return invitation


def _ensure_not_own_address(work: Work, email: str) -> None:
    """An application acts for a person, whose address counts too."""
    inviter = acting(work)
    behind = People(work).find(on_behalf(inviter))
    if same_address(email, inviter.email) or (behind is not None and same_address(email, behind.email)):
        raise GrantToOneself("Nobody gives a right to themselves: ask somebody else who may give it.", path=("email",))


def _ensure_room(work: Work, request: InvitePerson, term: Term) -> None:
    existing = Grants(work, coalition=request.scope.coalition).of_role(request.role, request.scope)
    there = {person.id for person in People(work).with_address(request.email)}
    ensure_not_granted(there, request.role, existing, today=work.today)
    ensure_outlived(request.role, term, existing, today=work.today)
    invitations = Invitations(work, coalition=request.scope.coalition)
    ensure_not_invited(request.email, invitations.open_for(request.role, request.scope, request.email), at=work.now)
