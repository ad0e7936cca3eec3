"""What callers see of applications. Of a token's text they see something once, in the answer that made it."""

from typing import Final

from marshmallow import fields

from services.chassis.schemas.fields import Instant
from services.chassis.schemas.views import Answer, View

from ..domain.applications import IssuedToken

_SHOWN_ONCE: Final = "Keep this token now: it is not stored, and cannot be shown again."
_NOT_SHOWN: Final = (
    "This command was carried out before, and the token shown then. If it was lost, revoke it and rotate: "
    "a new token will be shown."
)


class ScopeView(View):
    kind = fields.String()
    coalition = fields.String()
    id = fields.String()


class ApiTokenView(View):
    id = fields.String()
    created_at = Instant()
    expires_at = Instant()
    last_used_at = Instant()
    revoked_at = Instant()


class ApplicationView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    name = fields.String()
    purpose = fields.String()
    role = fields.String(attribute="grant.role")
    scope = fields.Nested(ScopeView, attribute="grant.scope")
    api_scopes = fields.List(fields.String())
    registered_by = fields.String()
    registered_at = Instant()
    expires_at = Instant()
    revoked_at = Instant()
    last_used_at = Instant()
    tokens = fields.Nested(ApiTokenView, many=True)


APPLICATION: Final = ApplicationView()


def issued(new: IssuedToken) -> Answer:
    return {
        "application": APPLICATION.one(new.application),
        "token": new.token,
        "notice": _NOT_SHOWN if new.token is None else _SHOWN_ONCE,
    }
