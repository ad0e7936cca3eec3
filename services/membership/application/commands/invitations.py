"""Invitations: made, taken back, accepted."""

from services.chassis.persistence.unit_of_work import Work

from ...domain.errors import UnknownInvitation
from ...domain.grant_requests import AcceptInvitation, InvitePerson, RevokeInvitation
from ...domain.grants import Grant, ensure_may_grant, ensure_not_oneself, may_grant
from ...domain.invitations import Invitation, revoked_invitation
from ...domain.people import Identity
from ...store.grants import Grants, GrantsOfPeople
from ...store.invitations import Invitations, InvitationsByToken
from ...store.people import People
from ..granting import acting, ensure_scope, give, new_grant
from ..handing_over import replace_grant
from ..inviting import invite


def invite_person(work: Work, request: InvitePerson, *, token_hash: str) -> Invitation:
    """Raises UnknownCoalition, NotFound (the member), RoleNotYoursToGive, and what `inviting.invite` raises."""
    ensure_scope(work, request.scope)
    ensure_may_grant(acting(work), request.role, request.scope)
    return invite(work, request, token_hash=token_hash)


def revoke_invitation(work: Work, request: RevokeInvitation) -> Invitation:
    """Raises UnknownInvitation, RoleNotYoursToGive, InvitationAlreadyUsed, InvitationRevoked, InvitationExpired."""
    stored = Invitations(work, coalition=request.coalition)
    invitation = stored.find(request.invitation_id)
    if invitation is None:
        raise UnknownInvitation("There is no such invitation here.", path=("invitation_id",))
    ensure_may_grant(acting(work), invitation.role, invitation.scope)
    revoked = invitation.revoked(by=acting(work).id, at=work.now)
    stored.store(revoked)
    return revoked


def accept_invitation(work: Work, request: AcceptInvitation) -> Grant:
    """What the invitation says is from now on a right of who accepts it. If it was to take over somebody's work, their
    right ends in the same moment.

    Raises UnknownInvitation, GrantToOneself, AlreadyGranted, LastAdministrator, and what `Invitation.accepted` raises.
    """
    invitation = InvitationsByToken(work).find(request.token_hash)
    if invitation is None:
        raise UnknownInvitation("This is no invitation. Copy the whole link.", path=("token",))
    identity = _identity(work)
    accepted = invitation.accepted(by=identity.id, email=identity.email, at=work.now)
    ensure_not_oneself(invitation.invited_by, identity.id)
    _ensure_inviter_may(work, invitation)
    People(work).welcome(identity, at=work.now)
    grant = give(work, _grant(work, invitation, identity))
    Invitations(work, coalition=invitation.scope.coalition).store(accepted)
    _replace(work, invitation, grant)
    return grant


def _identity(work: Work) -> Identity:
    """Of the person who acts: the policy lets nobody else in."""
    person = acting(work)
    return Identity(issuer=person.issuer or "", subject=person.subject or "", name=person.name, email=person.email)


def _ensure_inviter_may(work: Work, invitation: Invitation) -> None:
    """Who has lost the right to give a role leaves no open door behind. Raises InvitationRevoked."""
    held = [grant.carried for grant in GrantsOfPeople(work).holding(invitation.invited_by, work.today)]
    if not may_grant(held, invitation.role, invitation.scope):
        raise revoked_invitation()


def _grant(work: Work, invitation: Invitation, identity: Identity) -> Grant:
    return new_grant(
        work,
        person_id=identity.id,
        role=invitation.role,
        scope=invitation.scope,
        term=invitation.term,
        by=invitation.invited_by,
    )


def _replace(work: Work, invitation: Invitation, grant: Grant) -> None:
    if invitation.replaces is not None:
        old = Grants(work, coalition=invitation.scope.coalition).find(invitation.replaces)
        if old is not None:
            replace_grant(work, old, grant, by=invitation.invited_by)
