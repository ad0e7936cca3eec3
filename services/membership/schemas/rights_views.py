"""What callers see of rights and invitations. The secret of a link they see once, in the answer that made it."""

from typing import Any, Final

from marshmallow import fields

from services.chassis.schemas.fields import Instant, Term
from services.chassis.schemas.views import Answer, View
from services.rights.roles import Role

from ..domain.invitations import InvitationStatus

_SHOWN_ONCE: Final = "Send this link now: its secret is not stored, and cannot be shown again."
_NOT_SHOWN: Final = (
    "This command was carried out before, and the secret of the link shown then. If it was lost, revoke the invitation "
    "and invite again."
)


class PersonView(View):
    id = fields.String()
    name = fields.String()
    email = fields.String()


class NamedPersonView(View):
    """Of whom others need the name only."""

    id = fields.String()
    name = fields.String()


class GrantView(View):
    id = fields.String(attribute="grant.id")
    coalition = fields.String(attribute="grant.scope.coalition")
    version = fields.Integer(attribute="grant.version")
    role = Term(Role, attribute="grant.role")
    scope_kind = fields.String(attribute="grant.scope.kind")
    member_id = fields.Function(lambda shown: _thing(shown.grant.scope, "member"))
    conference_id = fields.Function(lambda shown: _thing(shown.grant.scope, "conference"))
    valid_from = fields.Date(attribute="grant.term.valid_from")
    valid_until = fields.Date(attribute="grant.term.valid_until")
    holds = fields.Boolean()
    person_id = fields.String(attribute="grant.person_id")
    person = fields.Nested(PersonView)
    granted_by = fields.Nested(NamedPersonView)
    granted_at = Instant(attribute="grant.granted_at")
    revoked_at = Instant(attribute="grant.revoked_at")
    reason = fields.String(attribute="grant.reason")


class InvitationView(View):
    id = fields.String(attribute="invitation.id")
    coalition = fields.String(attribute="invitation.scope.coalition")
    version = fields.Integer(attribute="invitation.version")
    role = Term(Role, attribute="invitation.role")
    scope_kind = fields.String(attribute="invitation.scope.kind")
    member_id = fields.Function(lambda shown: _thing(shown.invitation.scope, "member"))
    conference_id = fields.Function(lambda shown: _thing(shown.invitation.scope, "conference"))
    valid_from = fields.Date(attribute="invitation.term.valid_from")
    valid_until = fields.Date(attribute="invitation.term.valid_until")
    email = fields.String(attribute="invitation.email")
    name = fields.String(attribute="invitation.name")
    language = fields.String(attribute="invitation.language")
    status = Term(InvitationStatus)
    is_hand_over = fields.Function(lambda shown: shown.invitation.replaces is not None)
    invited_by = fields.Nested(NamedPersonView)
    invited_at = Instant(attribute="invitation.invited_at")
    expires_at = Instant(attribute="invitation.expires_at")
    accepted_at = Instant(attribute="invitation.accepted_at")
    revoked_at = Instant(attribute="invitation.revoked_at")


GRANT = GrantView()
INVITATION = InvitationView()


def issued(made: Any) -> Answer:
    """An invitation with the secret of its link, or without: then it was shown before."""
    note = _NOT_SHOWN if made.token is None else _SHOWN_ONCE
    return {**INVITATION.one(made.shown), "token": made.token, "notice": note}


def handed_over(outcome: Any) -> Answer:
    return {
        "grant": None if outcome.grant is None else GRANT.one(outcome.grant),
        "invitation": None if outcome.invitation is None else issued(outcome.invitation),
    }


def _thing(scope: Any, kind: str) -> str | None:
    return scope.id if scope.kind == kind else None
