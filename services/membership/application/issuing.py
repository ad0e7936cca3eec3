"""Answers to commands about rights. What is kept of one for repeated requests is where things are found, neither a
secret nor anything personal: the secret of a link is in the one answer that made it, and nowhere else."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from services.chassis.kernel.secret import hash_of, new_secret
from services.chassis.persistence.unit_of_work import UnitOfWork, Work

from ..domain.grant_requests import Found, HandOverFocalPoint, InvitePerson, RevokeInvitation
from ..domain.grants import Grant
from ..domain.invitations import Invitation
from . import commands, rights_queries
from .commands.hand_over import Outcome
from .rights_queries import ShownGrant, ShownInvitation

Command = Callable[[Work, Any], Grant]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """`token` None: the command was carried out before, and the secret shown then."""

    shown: ShownInvitation
    token: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The new grant, or the invitation with whose acceptance it is made."""

    grant: ShownGrant | None = None
    invitation: Issued | None = None


def invite(unit_of_work: UnitOfWork, request: InvitePerson) -> Issued:
    """Raises what the command and the policy raise."""
    token = new_secret()
    token_hash = hash_of(token)
    place = unit_of_work.answer(partial(commands.invite_person, token_hash=token_hash), request, _place)
    return _issued(unit_of_work, place, token, token_hash)


def hand_over(unit_of_work: UnitOfWork, request: HandOverFocalPoint) -> HandedOver:
    """Raises what the command and the policy raise."""
    token = new_secret()
    token_hash = hash_of(token)
    places = unit_of_work.answer(partial(commands.hand_over_focal_point, token_hash=token_hash), request, _places)
    if places["grant"] is not None:
        return HandedOver(grant=unit_of_work.look(rights_queries.find_grant, Found(**places["grant"])))
    return HandedOver(invitation=_issued(unit_of_work, places["invitation"], token, token_hash))


def record_of(unit_of_work: UnitOfWork, command: Command, request: Any) -> ShownGrant:
    """The grant that `command` gives or takes away. Raises what the command and the policy raise."""
    return unit_of_work.look(rights_queries.find_grant, Found(**unit_of_work.answer(command, request, _place)))


def revoke_invitation(unit_of_work: UnitOfWork, request: RevokeInvitation) -> ShownInvitation:
    """Raises what the command and the policy raise."""
    place = unit_of_work.answer(commands.revoke_invitation, request, _place)
    return unit_of_work.look(rights_queries.find_invitation, Found(**place))


def _place(thing: Grant | Invitation) -> dict[str, Any]:
    """Where it is found again."""
    return {"coalition": thing.scope.coalition, "id": thing.id}


def _places(outcome: Outcome) -> dict[str, Any]:
    things = {"grant": outcome.grant, "invitation": outcome.invitation}
    return {name: None if thing is None else _place(thing) for name, thing in things.items()}


def _issued(unit_of_work: UnitOfWork, place: dict[str, Any], token: str, token_hash: str) -> Issued:
    shown = unit_of_work.look(rights_queries.find_invitation, Found(**place))
    return Issued(shown=shown, token=token if shown.invitation.token_hash == token_hash else None)
