"""The messages that this service owns. They carry ids, dates and where things stand, and no answer: answers are
confidential until publication (docs/domain.md, section 11: report drafts and comments)."""

from collections.abc import Mapping
from typing import Final

from marshmallow import fields

from services.chassis.schemas.fields import Day, Instant, Localized, Term
from services.chassis.schemas.messages import Event, MessageType, Publishing, State, says
from services.files.schemas import file_messages
from services.personal.messages import receipt_messages

from ..domain import events
from ..domain.dates import Precision
from ..domain.statuses import ObligationStatus, ReportStatus
from .fields import RuleSchema

SOURCE: Final = "reports"


class CycleState(State):
    cycle_id = fields.String(attribute="id", **says("The cycle"))
    coalition = fields.String(**says("Key of the coalition"))
    name = Localized(**says("What the coalition calls it"))
    period_start = Day(**says("First day reported on"))
    period_end = Day(**says("Last day reported on"))
    opens_on = Day(**says("First day on which a report can be started"))
    due_on = Day(**says("Last day on which a report can be started"))
    plan_id = fields.String(**says("The plan reported on"))
    plan_version = fields.String(**says("Its version's label"))


class ReportState(State):
    report_id = fields.String(attribute="id", **says("The report"))
    coalition = fields.String(**says("Key of the coalition"))
    member_id = fields.String(**says("The member that reports"))
    cycle_id = fields.String(**says("The cycle it belongs to"))
    plan_id = fields.String(**says("The plan it is pinned to"))
    plan_version = fields.String(**says("Its version's label"))
    status = Term(ReportStatus, **says("Whether it can still change"))
    started_at = Instant(**says("When it was started"))
    submitted_at = Instant(**says("When it was submitted; null: it was not", nullable=True))


class ObligationState(State):
    obligation_id = fields.String(attribute="id", **says("The obligation"))
    coalition = fields.String(**says("Key of the coalition"))
    member_id = fields.String(**says("The member that owes the report"))
    due_on = Day(attribute="due.on", **says("When it is due; null: the admission has no date", nullable=True))
    due_precision = Term(Precision, attribute="due.precision", **says("To what the date of the admission is known"))
    status = Term(ObligationStatus, **says("Whether it is still owed"))
    report_id = fields.String(**says("The report that fulfilled it; null: none has", nullable=True))
    rule = fields.Nested(RuleSchema, **says("The coalition's rule by which it became due"))


_CYCLE: Final = CycleState()
_REPORT: Final = ReportState()
_OBLIGATION: Final = ObligationState()

MESSAGES: Final[Mapping[type[Event], MessageType]] = {
    events.CycleOpened: MessageType("reports.cycle_opened.v1", _CYCLE, "A coalition calls for reports on a period."),
    events.ReportStarted: MessageType("reports.report_started.v1", _REPORT, "A member has begun a draft in a cycle."),
    events.ReportAnswered: MessageType(
        "reports.report_answered.v1", _REPORT, "A member has answered for a commitment in its draft."
    ),
    events.ReportSubmitted: MessageType(
        "reports.report_submitted.v1", _REPORT, "A member has submitted its report; it does not change any more."
    ),
    events.ReportHandedOver: MessageType(
        "reports.report_handed_over.v1", _REPORT, "Somebody else works on a member's draft."
    ),
    events.ReportVacated: MessageType(
        "reports.report_vacated.v1", _REPORT, "Nobody in person works on a member's draft any more."
    ),
    events.ObligationOpened: MessageType(
        "reports.obligation_opened.v1", _OBLIGATION, "A member owes a report, due on a date unless that is unknown."
    ),
    events.ObligationDated: MessageType(
        "reports.obligation_dated.v1", _OBLIGATION, "What a member owes is due on another date; it was admitted then."
    ),
    events.ObligationFulfilled: MessageType(
        "reports.obligation_fulfilled.v1", _OBLIGATION, "A submitted report has fulfilled what a member owed."
    ),
    events.ObligationReleased: MessageType(
        "reports.obligation_released.v1", _OBLIGATION, "A member that is in standing no longer owes no report any more."
    ),
    **file_messages(SOURCE, "evidence", of_what="a report"),
    **receipt_messages(SOURCE),
}

publishing: Final = Publishing(SOURCE, MESSAGES)
