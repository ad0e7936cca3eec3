"""What callers send about special needs and minutes, validated."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from services.chassis.schemas.fields import Day, Key, Name, Text, Tuple
from services.chassis.schemas.requests import Request

from ..domain import personal_requests as asked
from .fields import line, localized_line
from .requests import MAX_EMAIL

MAX_PRESENT: Final = 1_000


class RecordSpecialNeeds(Request):
    makes = asked.RecordSpecialNeeds

    coalition = Key(required=True)
    registration_id = Key(required=True)
    dietary = Text()
    access_needs = Text()
    consent_version = Name()

    @validates_schema
    def check_says_something(self, data: dict[str, Any], **_: Any) -> None:
        if "dietary" not in data and "access_needs" not in data:
            raise ValidationError("Say what the delegate eats or needs, or both.", "dietary")


class WithdrawSpecialNeeds(Request):
    makes = asked.WithdrawSpecialNeeds

    coalition = Key(required=True)
    registration_id = Key(required=True)


class _NamedPresent(Request):
    makes = asked.NamedPresent

    name = line(required=True)
    person_id = Key()
    email = fields.Email(validate=validate.Length(max=MAX_EMAIL))


class RecordMinutes(Request):
    makes = asked.RecordMinutes

    coalition = Key(required=True)
    conference_id = Key(required=True)
    title = localized_line(required=True)
    adopted_on = Day(required=True)
    present = Tuple(fields.Nested(_NamedPresent), max_items=MAX_PRESENT, required=True)
