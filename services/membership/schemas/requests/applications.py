"""Requests about applications."""

from datetime import timedelta
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates

from services.chassis.kernel.principal import Grant
from services.chassis.schemas.fields import Instant, Key, Name, Term, Text, Tuple, WholeNumber, itself
from services.chassis.schemas.requests import PagedRequest, Request, batch, gathered
from services.rights.api_scopes import API_SCOPES
from services.rights.roles import Role, ScopeKind

from ...domain import application_requests as asked
from ...domain.applications import ApplicationFacts, Rotation
from ...domain.grants import scope_of

LONGEST_OVERLAP_HOURS: Final = 30 * 24

_API_SCOPE: Final = validate.OneOf(list(API_SCOPES), error="{input} is no scope of an application.")


class _ApplicationFields(Schema):
    """Which application a command is about, and which version of it was decided on."""

    coalition = Key(required=True)
    application_id = Key(required=True)
    expected_version = WholeNumber(minimum=1)


class RegisterApplication(Request):
    """A role about a member, or a conference, needs its id; other roles hold in the coalition."""

    makes = asked.RegisterApplication

    coalition = Key(required=True)
    name = Name(required=True)
    purpose = Text(required=True)
    role = Term(Role, required=True)
    member_id = Key()
    conference_id = Key()
    api_scopes = Tuple(
        fields.String(validate=_API_SCOPE), min_items=1, max_items=len(API_SCOPES), distinct_by=itself, required=True
    )
    expires_at = Instant(required=True)

    @validates("role")
    def check_role(self, role: Role, **_: Any) -> None:
        if role.scope_kind is ScopeKind.NETWORK:
            raise ValidationError("A role in the whole network is for people, not for applications.")

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        coalition, role = data.pop("coalition"), data.pop("role")
        things = {field: data.pop(field, None) for field in ("member_id", "conference_id")}
        grant = Grant(role, scope_of(role, coalition=coalition, **things))
        return {"coalition": coalition, "facts": ApplicationFacts(**data, grant=grant)}


class RotateApplicationToken(_ApplicationFields, Request):
    makes = asked.RotateApplicationToken

    overlap_hours = WholeNumber(maximum=LONGEST_OVERLAP_HOURS)
    expires_at = Instant()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        if "overlap_hours" in data:
            data["overlap"] = timedelta(hours=data.pop("overlap_hours"))
        return gathered(data, "rotation", Rotation, ("overlap", "expires_at"))


class RevokeApplication(_ApplicationFields, Request):
    makes = asked.RevokeApplication


class RevokeApplicationToken(_ApplicationFields, Request):
    makes = asked.RevokeApplicationToken

    token_id = Key(required=True)


class ListApplications(PagedRequest):
    makes = asked.ListApplications

    coalitions = batch(Key())
