"""Tolerant copies of the membership service's messages: the fields that this service reads, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Range

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.text import LocalizedText
from services.chassis.schemas.fields import PartialDay
from services.chassis.schemas.messages import Copy

from ..domain.coalitions import ReportingRule
from ..domain.plans import Commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class CoalitionState:
    key: str
    reporting_rules: tuple[ReportingRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanState:
    plan_id: str
    coalition: str
    version: str
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberState:
    """`standing` is one of the membership service's words; new ones may come."""

    member_id: str
    coalition: str
    standing: str
    admitted_on: PartialDate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverState:
    hand_over_id: str
    coalition: str
    member_id: str
    number: int
    from_person: str
    to_person: str


class ForeignText(fields.Field[LocalizedText]):
    """The publisher has checked it: whatever language it is in, it is taken."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> LocalizedText:
        try:
            return LocalizedText.from_dict(value)
        except (KeyError, TypeError, ValueError) as error:
            raise ValidationError("This is no localized text.") from error


class ReportingRuleCopy(Copy):
    makes = ReportingRule

    valid_from = fields.Date(required=True, allow_none=True)
    first_report_after_months = fields.Integer(required=True, validate=Range(min=0))
    # A series whose interval is nothing would never reach any day.
    interval_months = fields.Integer(required=True, validate=Range(min=1))
    is_sample = fields.Boolean(required=True)


class CoalitionCopy(Copy):
    makes = CoalitionState

    key = fields.String(required=True)
    reporting_rules = fields.List(fields.Nested(ReportingRuleCopy), required=True)


class CommitmentCopy(Copy):
    makes = Commitment

    number = fields.Integer(required=True)
    title = ForeignText(required=True)


class PlanCopy(Copy):
    makes = PlanState

    plan_id = fields.String(required=True)
    coalition = fields.String(required=True)
    version = fields.String(required=True)
    commitments = fields.List(fields.Nested(CommitmentCopy), required=True)


class MemberCopy(Copy):
    makes = MemberState

    member_id = fields.String(required=True)
    coalition = fields.String(required=True)
    standing = fields.String(required=True)
    admitted_on = PartialDay(required=True, allow_none=True)


class HandOverCopy(Copy):
    makes = HandOverState

    hand_over_id = fields.String(required=True)
    coalition = fields.String(required=True)
    member_id = fields.String(required=True)
    number = fields.Integer(required=True)
    from_person = fields.String(required=True)
    to_person = fields.String(required=True)


_MEMBER: Final = MemberCopy()

COALITION_MESSAGES: Final[Mapping[str, Schema]] = {"membership.coalition_registered.v1": CoalitionCopy()}
PLAN_MESSAGES: Final[Mapping[str, Schema]] = {"membership.plan_published.v1": PlanCopy()}
HAND_OVER_MESSAGES: Final[Mapping[str, Schema]] = {"membership.focal_point_handed_over.v1": HandOverCopy()}
MEMBER_MESSAGES: Final[Mapping[str, Schema]] = {
    "membership.member_applied.v1": _MEMBER,
    "membership.member_admitted.v1": _MEMBER,
    "membership.member_refused.v1": _MEMBER,
    "membership.member_withdrawn.v1": _MEMBER,
    "membership.member_recorded.v1": _MEMBER,
}
