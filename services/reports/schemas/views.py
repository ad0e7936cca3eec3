"""What callers see. Dates as YYYY-MM-DD, instants in UTC with Z."""

from marshmallow import fields

from services.chassis.schemas.fields import Day, Instant, Localized, Term
from services.chassis.schemas.views import Answer, View
from services.files.schemas import FileView

from ..domain.dates import Precision
from ..domain.evidence import Evidence
from ..domain.statuses import AnswerStatus, ObligationStatus, ReportStatus
from .fields import RuleSchema


class CycleView(View):
    id = fields.String(attribute="cycle.id")
    coalition = fields.String(attribute="cycle.coalition")
    version = fields.Integer(attribute="cycle.version")
    name = Localized(attribute="cycle.name")
    period_start = Day(attribute="cycle.period_start")
    period_end = Day(attribute="cycle.period_end")
    opens_on = Day(attribute="cycle.opens_on")
    due_on = Day(attribute="cycle.due_on")
    plan_id = fields.String(attribute="cycle.plan_id")
    plan_version = fields.String(attribute="cycle.plan_version")
    is_open = fields.Boolean()


class AnswerView(View):
    commitment = fields.Integer()
    status = Term(AnswerStatus)
    text = Localized()
    updated_at = Instant()


class CommitmentView(View):
    number = fields.Integer()
    title = Localized()


class ReportView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    member_id = fields.String()
    cycle_id = fields.String()
    plan_id = fields.String()
    plan_version = fields.String()
    status = Term(ReportStatus)
    commitments = fields.Nested(CommitmentView, many=True)
    answers = fields.Nested(AnswerView, many=True)
    responsible = fields.String()
    started_at = Instant()
    submitted_at = Instant()


class DraftOfPersonView(View):
    """A draft, for the person who works on it: that they do, and not what the city has written."""

    id = fields.String()
    coalition = fields.String()
    member_id = fields.String()
    cycle_id = fields.String()
    status = Term(ReportStatus)
    started_at = Instant()


class EvidenceView(FileView):
    """A file, of which the report has said who may see it."""

    def one(self, thing: Evidence) -> Answer:
        return super().one(thing.file)


class ObligationView(View):
    id = fields.String()
    coalition = fields.String()
    version = fields.Integer()
    member_id = fields.String()
    due_on = Day(attribute="due.on")
    due_precision = Term(Precision, attribute="due.precision")
    status = Term(ObligationStatus)
    report_id = fields.String()
    rule = fields.Nested(RuleSchema)


class ProjectedMemberView(View):
    id = fields.String()
    standing = fields.String()
    sequence = fields.Integer()


CYCLE = CycleView()
REPORT = ReportView()
DRAFT_OF_PERSON = DraftOfPersonView()
OBLIGATION = ObligationView()
EVIDENCE = EvidenceView()
MEMBER = ProjectedMemberView()
