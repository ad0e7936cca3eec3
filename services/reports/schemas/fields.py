"""Fields of this service's schemas beside those that all services share."""

from typing import Any, Final

from marshmallow import Schema, fields

from services.chassis.schemas.fields import Localized

MAX_ANSWER: Final = 20_000


def answer_text(**options: Any) -> Localized:
    """What a city writes about one commitment: pages rather than lines."""
    return Localized(max_length=MAX_ANSWER, **options)


class RuleSchema(Schema):
    """The rule by which a report became due, in views and messages."""

    first_report_after_months = fields.Integer(required=True)
    interval_months = fields.Integer(required=True)
    is_sample = fields.Boolean(required=True)
