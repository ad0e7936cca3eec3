"""The messages that this service publishes. They carry ids, dates and where things stand, and no answer: answers are
confidential until publication (domain research, section 11: report drafts and comments)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marshmallow import RAISE, Schema, fields

from services.chassis.kernel import context
from services.chassis.kernel.ids import new_id
from services.chassis.protocol.envelope import Envelope

from ..domain import events
from ..domain.dates import Precision
from ..domain.events import DomainEvent
from ..domain.statuses import ObligationStatus, ReportStatus
from .fields import Instant, LocalizedTextField
from .parts import RuleSchema

SOURCE: Final = "reports"


def _says(description: str, *, nullable: bool = False) -> dict[str, Any]:
    return {"required": True, "allow_none": nullable, "metadata": {"description": description}}


class StateSchema(Schema):
    """A whole public state, so that any later message heals what a consumer missed."""

    class Meta:
        unknown = RAISE

    coalition = fields.String(**_says("Key of the coalition"))


class CycleState(StateSchema):
    cycle_id = fields.String(attribute="id", **_says("The cycle"))
    name = LocalizedTextField(**_says("What the coalition calls it"))
    period_start = fields.Date(**_says("First day reported on"))
    period_end = fields.Date(**_says("Last day reported on"))
    opens_on = fields.Date(**_says("First day on which a report can be started"))
    due_on = fields.Date(**_says("Last day on which a report can be started"))
    plan_id = fields.String(**_says("The plan reported on"))
    plan_version = fields.String(**_says("Its version's label"))


class ReportState(StateSchema):
    report_id = fields.String(attribute="id", **_says("The report"))
    member_id = fields.String(**_says("The member that reports"))
    cycle_id = fields.String(**_says("The cycle it belongs to"))
    plan_id = fields.String(**_says("The plan it is pinned to"))
    plan_version = fields.String(**_says("Its version's label"))
    status = fields.Enum(ReportStatus, by_value=True, **_says("Whether it can still change"))
    started_at = Instant(**_says("When it was started"))
    submitted_at = Instant(**_says("When it was submitted; null: it was not", nullable=True))


class ObligationState(StateSchema):
    obligation_id = fields.String(attribute="id", **_says("The obligation"))
    member_id = fields.String(**_says("The member that owes the report"))
    due_on = fields.Date(attribute="due.on", **_says("When it is due; null: the admission has no date", nullable=True))
    due_precision = fields.Enum(
        Precision, by_value=True, attribute="due.precision", **_says("To what the date of the admission is known")
    )
    status = fields.Enum(ObligationStatus, by_value=True, **_says("Whether it is still owed"))
    report_id = fields.String(**_says("The report that fulfilled it; null: none has", nullable=True))
    rule = fields.Nested(RuleSchema, **_says("The coalition's rule by which it became due"))


@dataclass(frozen=True, slots=True)
class Message:
    """A message type: its name on the wire, the schema of its data, what it tells."""

    name: str
    schema: Schema
    description: str


_CYCLE: Final = CycleState()
_REPORT: Final = ReportState()
_OBLIGATION: Final = ObligationState()

MESSAGES: Final[Mapping[type[DomainEvent], Message]] = {
    events.CycleOpened: Message("reports.cycle_opened.v1", _CYCLE, "A coalition calls for reports on a period."),
    events.ReportStarted: Message("reports.report_started.v1", _REPORT, "A member has begun a draft in a cycle."),
    events.ReportAnswered: Message(
        "reports.report_answered.v1", _REPORT, "A member has answered for a commitment in its draft."
    ),
    events.ReportSubmitted: Message(
        "reports.report_submitted.v1", _REPORT, "A member has submitted its report; it does not change any more."
    ),
    events.ObligationOpened: Message(
        "reports.obligation_opened.v1", _OBLIGATION, "A member owes a report, due on a date unless that is unknown."
    ),
    events.ObligationDated: Message(
        "reports.obligation_dated.v1", _OBLIGATION, "What a member owes is due on another date; it was admitted then."
    ),
    events.ObligationFulfilled: Message(
        "reports.obligation_fulfilled.v1", _OBLIGATION, "A submitted report has fulfilled what a member owed."
    ),
    events.ObligationReleased: Message(
        "reports.obligation_released.v1", _OBLIGATION, "A member that is in standing no longer owes no report any more."
    ),
}


def publishing(event: DomainEvent, *, time: datetime) -> Envelope:
    """The message that tells of `event`, in the story of the running call."""
    message, aggregate, running = MESSAGES[type(event)], event.aggregate, context.current()
    return Envelope(
        id=new_id(),
        source=SOURCE,
        type=message.name,
        subject=aggregate.id,
        time=time,
        sequence=aggregate.version,
        coalition=aggregate.coalition,
        correlationid=running.correlation_id,
        causationid=running.causation_id,
        traceparent=running.traceparent,
        data=message.schema.dump(aggregate),
    )
