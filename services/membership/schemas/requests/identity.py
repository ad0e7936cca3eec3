"""Requests of the gateway about whoever knocks."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas.fields import MAX_NAME, Text
from services.chassis.schemas.requests import Request, gathered

from ...domain import identity_requests as asked
from ...domain.people import Identity

MAX_ISSUER: Final = 500
MAX_SUBJECT: Final = 255
MAX_EMAIL: Final = 254

_IDENTITY: Final = ("issuer", "subject", "name", "email")


class Address(fields.Email):
    """An e-mail address, trimmed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(max=MAX_EMAIL), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return super()._deserialize(value.strip() if isinstance(value, str) else value, attr, data, **kwargs)


def sha256_hex(*, required: bool = False) -> fields.String:
    """The hash of a secret."""
    form = validate.Regexp(r"^[0-9a-f]{64}\Z", error="Not a SHA-256 hash in hex.")
    return fields.String(required=required, validate=form)


def issuer(*, required: bool = False) -> Text:
    return Text(max_length=MAX_ISSUER, required=required)


def subject(*, required: bool = False) -> Text:
    return Text(max_length=MAX_SUBJECT, required=required)


class _Told(fields.String):
    """What an issuer says: taken as it is, unless it says nothing or has no end."""

    def __init__(self, *, max_length: int) -> None:
        super().__init__()
        self.max_length = max_length

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        return text if 0 < len(text) <= self.max_length else None


class _Somebody(Request):
    name = _Told(max_length=MAX_NAME)
    email = _Told(max_length=MAX_EMAIL)


class Identify(_Somebody):
    makes = asked.Identify

    issuer = issuer()
    subject = subject()
    session = sha256_hex()
    token = sha256_hex()

    @validates_schema
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        ways = [("issuer" in data and "subject" in data), "session" in data, "token" in data]
        told = {name for name in _IDENTITY if name in data}
        if sum(ways) != 1 or (told and not ways[0]):
            raise ValidationError("Give exactly one: issuer with subject, or session, or token.")

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "identity", Identity, _IDENTITY) if "issuer" in data else data


class OpenSession(_Somebody):
    makes = asked.OpenSession

    hash = sha256_hex(required=True)
    issuer = issuer(required=True)
    subject = subject(required=True)
    sid = Text(max_length=MAX_SUBJECT)
    expires_at = fields.AwareDateTime(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "identity", Identity, _IDENTITY)


class CloseSession(Request):
    makes = asked.CloseSession

    hash = sha256_hex(required=True)


class CloseSessions(Request):
    makes = asked.CloseSessions

    issuer = issuer(required=True)
    subject = subject()
    sid = Text(max_length=MAX_SUBJECT)

    @validates_schema
    def check_one(self, data: dict[str, Any], **_: Any) -> None:
        if ("subject" in data) is ("sid" in data):
            raise ValidationError("Give one: subject or sid.")
