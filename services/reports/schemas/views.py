"""What callers are shown. Each function renders parallel to what it is given; None stays None."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

from marshmallow import Schema, fields

from ..domain.cycles import DatedCycle
from ..domain.members import Member
from ..domain.obligations import Obligation
from ..domain.reports import Report
from .fields import Instant, LocalizedTextField
from .parts import CommitmentSchema, RuleSchema

T = TypeVar("T")
View = dict[str, Any]


class CycleView(Schema):
    id = fields.String(attribute="cycle.id")
    coalition = fields.String(attribute="cycle.coalition")
    version = fields.Integer(attribute="cycle.version")
    name = LocalizedTextField(attribute="cycle.name")
    period_start = fields.Date(attribute="cycle.period_start")
    period_end = fields.Date(attribute="cycle.period_end")
    opens_on = fields.Date(attribute="cycle.opens_on")
    due_on = fields.Date(attribute="cycle.due_on")
    plan_id = fields.String(attribute="cycle.plan_id")
    plan_version = fields.String(attribute="cycle.plan_version")
    is_open = fields.Boolean()


class AnswerView(Schema):
    commitment = fields.Integer()
    status = fields.String()
    text = LocalizedTextField()
    updated_at = Instant()


class ReportView(Schema):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    member_id = fields.String()
    cycle_id = fields.String()
    plan_id = fields.String()
    plan_version = fields.String()
    status = fields.String()
    commitments = fields.List(fields.Nested(CommitmentSchema))
    answers = fields.List(fields.Nested(AnswerView))
    started_at = Instant()
    submitted_at = Instant()


class ObligationView(Schema):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    member_id = fields.String()
    due_on = fields.Date(attribute="due.on")
    due_precision = fields.String(attribute="due.precision")
    status = fields.String()
    report_id = fields.String()
    rule = fields.Nested(RuleSchema)


class ProjectedMemberView(Schema):
    id = fields.String()
    standing = fields.String()
    sequence = fields.Integer()


_CYCLE: Final = CycleView()
_REPORT: Final = ReportView()
_OBLIGATION: Final = ObligationView()
_MEMBER: Final = ProjectedMemberView()


def cycle(dated: DatedCycle) -> View:
    return _dump(_CYCLE, dated)


def cycles(found: Iterable[DatedCycle | None]) -> list[View | None]:
    return _each(cycle, found)


def report(found: Report) -> View:
    return _dump(_REPORT, found)


def reports(found: Iterable[Report | None]) -> list[View | None]:
    return _each(report, found)


def obligation(found: Obligation) -> View:
    return _dump(_OBLIGATION, found)


def obligations(found: Iterable[Obligation | None]) -> list[View | None]:
    return _each(obligation, found)


def members(found: Sequence[Member]) -> list[View]:
    return [_dump(_MEMBER, member) for member in found]


def _dump(schema: Schema, thing: Any) -> View:
    view: View = schema.dump(thing)
    return view


def _each(render: Callable[[T], View], found: Iterable[T | None]) -> list[View | None]:
    return [None if thing is None else render(thing) for thing in found]
