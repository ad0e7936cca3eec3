"""Tolerant copies of the membership service's messages: the fields that this service reads, and no others.

What they load becomes, together with the envelope, a row of a projection (`application.subscribers`).
"""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load
from marshmallow.validate import Range

from services.chassis.kernel.text import LocalizedText

from ..domain.coalitions import ReportingRule
from ..domain.plans import Commitment
from .fields import PartialDateField


class TolerantSchema(Schema):
    class Meta:
        unknown = EXCLUDE


class ForeignText(fields.Field[LocalizedText]):
    """The publisher has checked it: whatever language it is in, it is taken."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> LocalizedText:
        try:
            return LocalizedText.from_dict(value)
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError("This is no localized text.") from error


class ReportingRuleCopy(TolerantSchema):
    valid_from = fields.Date(required=True, allow_none=True)
    first_report_after_months = fields.Integer(required=True, validate=Range(min=0))
    # A series whose interval is nothing would never reach any day.
    interval_months = fields.Integer(required=True, validate=Range(min=1))
    is_sample = fields.Boolean(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> ReportingRule:
        return ReportingRule(**data)


class CoalitionCopy(TolerantSchema):
    key = fields.String(required=True)
    rules = fields.List(fields.Nested(ReportingRuleCopy), required=True, data_key="reporting_rules")


class CommitmentCopy(TolerantSchema):
    number = fields.Integer(required=True)
    title = ForeignText(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Commitment:
        return Commitment(**data)


class PlanCopy(TolerantSchema):
    id = fields.String(required=True, data_key="plan_id")
    coalition = fields.String(required=True)
    version = fields.String(required=True)
    commitments = fields.List(fields.Nested(CommitmentCopy), required=True)


class MemberCopy(TolerantSchema):
    id = fields.String(required=True, data_key="member_id")
    coalition = fields.String(required=True)
    standing = fields.String(required=True)
    admitted_on = PartialDateField(required=True, allow_none=True)


_MEMBER: Final = MemberCopy()

COALITION_MESSAGES: Final[Mapping[str, Schema]] = {"membership.coalition_registered.v1": CoalitionCopy()}
PLAN_MESSAGES: Final[Mapping[str, Schema]] = {"membership.plan_published.v1": PlanCopy()}
MEMBER_MESSAGES: Final[Mapping[str, Schema]] = {
    "membership.member_applied.v1": _MEMBER,
    "membership.member_admitted.v1": _MEMBER,
    "membership.member_refused.v1": _MEMBER,
    "membership.member_withdrawn.v1": _MEMBER,
    "membership.member_recorded.v1": _MEMBER,
}
