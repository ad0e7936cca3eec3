"""Requests that open and change memberships."""

from typing import Any, Final

from marshmallow import Schema, fields

from ...domain.body import Body
from ...domain.commands import ApplyForMembership, RecordDecision, RecordMembership, RecordMilestone
from ...domain.decision import Decision, Outcome, Votes
from ...domain.milestones import Milestone, MilestoneKind
from ..fields import Day, Name, PartialDay, Text, Tuple, itself, term, whole_number
from .base import AggregateFields, Request

MAX_JOINT_BODIES: Final = 10
"""A canton and two cities asked to join together (domain research, section 0.1); this is a bound, not a rule."""


def _cities() -> Tuple:
    return Tuple(Name(), min_items=1, max_items=MAX_JOINT_BODIES, distinct_by=itself, required=True)


class MilestoneFields(Schema):
    kind = term(MilestoneKind, required=True)
    date = PartialDay(load_default=None)
    source = Text(load_default=None)
    note = Text(load_default=None)


class MilestoneSchema(MilestoneFields, Request):
    makes = Milestone


class RecordMembershipSchema(Request):
    makes = RecordMembership

    coalition = Name(required=True)
    cities = _cities()
    milestones = Tuple(fields.Nested(MilestoneSchema), min_items=1, max_items=50, required=True)
    plan_version = Name(load_default=None)
    source = Text(load_default=None)


class ApplyForMembershipSchema(Request):
    makes = ApplyForMembership

    coalition = Name(required=True)
    cities = _cities()
    decided_on = PartialDay(load_default=None)
    declared_on = PartialDay(load_default=None)
    applied_on = Day(required=True)
    selected_commitments = Tuple(
        whole_number(minimum=1, maximum=1_000), min_items=1, max_items=1_000, distinct_by=itself, load_default=None
    )
    contact_note = Text(load_default=None)


class VotesSchema(Request):
    makes = Votes

    in_favour = whole_number(maximum=1_000_000, required=True)
    against = whole_number(maximum=1_000_000, required=True)
    abstentions = whole_number(maximum=1_000_000, required=True)


class RecordDecisionSchema(AggregateFields, Request):
    makes = RecordDecision

    outcome = term(Outcome, required=True)
    body = term(Body, required=True)
    decided_on = Day(required=True)
    votes = fields.Nested(VotesSchema, load_default=None)
    note = Text(load_default=None)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return _gathered(data, "decision", Decision, ("outcome", "body", "decided_on", "votes", "note"))


class RecordMilestoneSchema(AggregateFields, MilestoneFields, Request):
    makes = RecordMilestone

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return _gathered(data, "milestone", Milestone, ("kind", "date", "source", "note"))


def _gathered(data: dict[str, Any], name: str, makes: type, keys: tuple[str, ...]) -> dict[str, Any]:
    """`data` with those of its `keys` made into one value called `name`."""
    value = makes(**{key: data.pop(key) for key in keys})
    return {**data, name: value}
