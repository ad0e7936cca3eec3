"""Requests that open and change memberships."""

from typing import Any, Final

from marshmallow import Schema, fields

from services.chassis.schemas.fields import Day, Key, Name, PartialDay, Term, Text, Tuple, WholeNumber, itself
from services.chassis.schemas.requests import Request, gathered

from ...domain import requests as asked
from ...domain.body import Body
from ...domain.decision import Decision, Outcome, Votes
from ...domain.milestones import Milestone, MilestoneKind

MAX_JOINT_BODIES: Final = 10
"""A canton and two cities asked to join together (docs/domain.md, section 0.1); this is a bound, not a rule."""


def _cities() -> Tuple:
    return Tuple(Key(), min_items=1, max_items=MAX_JOINT_BODIES, distinct_by=itself, required=True)


class _MilestoneFields(Schema):
    kind = Term(MilestoneKind, required=True)
    date = PartialDay()
    source = Text()
    note = Text()


class _MemberFields(Schema):
    """Which membership a command is about, and which version of it was decided on."""

    coalition = Key(required=True)
    member_id = Key(required=True)
    expected_version = WholeNumber(minimum=1)


class _Milestone(_MilestoneFields, Request):
    makes = Milestone


class _Votes(Request):
    makes = Votes

    in_favour = WholeNumber(maximum=1_000_000, required=True)
    against = WholeNumber(maximum=1_000_000, required=True)
    abstentions = WholeNumber(maximum=1_000_000, required=True)


class RecordMembership(Request):
    makes = asked.RecordMembership

    coalition = Key(required=True)
    cities = _cities()
    milestones = Tuple(fields.Nested(_Milestone), min_items=1, max_items=50, required=True)
    plan_version = Name()
    source = Text()


class ApplyForMembership(Request):
    makes = asked.ApplyForMembership

    coalition = Key(required=True)
    cities = _cities()
    decided_on = PartialDay()
    declared_on = PartialDay()
    applied_on = Day(required=True)
    selected_commitments = Tuple(
        WholeNumber(minimum=1, maximum=1_000), min_items=1, max_items=1_000, distinct_by=itself
    )
    contact_note = Text()


class RecordDecision(_MemberFields, Request):
    makes = asked.RecordDecision

    outcome = Term(Outcome, required=True)
    body = Term(Body, required=True)
    decided_on = Day(required=True)
    votes = fields.Nested(_Votes)
    note = Text()

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "decision", Decision, ("outcome", "body", "decided_on", "votes", "note"))


class RecordMilestone(_MemberFields, _MilestoneFields, Request):
    makes = asked.RecordMilestone

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        return gathered(data, "milestone", Milestone, ("kind", "date", "source", "note"))
