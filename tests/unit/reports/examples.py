"""Examples with fixed ids, each a whole thing to which a test says only what it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.text import LocalizedText
from services.files.file import Announced, File, FileStatus
from services.reports.domain.coalitions import Coalition, ReportingRule
from services.reports.domain.cycles import Cycle
from services.reports.domain.dates import Precision
from services.reports.domain.members import Member
from services.reports.domain.obligations import Due, Obligation
from services.reports.domain.plans import Commitment, Plan
from services.reports.domain.reports import Answer, Report
from services.reports.domain.requests import OpenCycle
from services.reports.domain.statuses import AnswerStatus, ObligationStatus

CYCLE_ID = "019a0000-0000-7000-8000-00000000c001"
REPORT_ID = "019a0000-0000-7000-8000-00000000a001"
OBLIGATION_ID = "019a0000-0000-7000-8000-00000000b001"
MEMBER_ID = "019a0000-0000-7000-8000-00000000d001"
PLAN_ID = "019a0000-0000-7000-8000-00000000e001"
NEXT_ID = "019a0000-0000-7000-8000-00000000f001"

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

EVERY_TWO_YEARS = ReportingRule(valid_from=None, first_report_after_months=24, interval_months=24, is_sample=False)
ECCAR = Coalition(key="eccar", rules=(EVERY_TWO_YEARS,), sequence=1)

COMMITMENTS = (
    Commitment(1, LocalizedText.of("en", "Greater Vigilance Against Racism")),
    Commitment(2, LocalizedText.of("en", "Assessing Racism and Discrimination and Monitoring Municipal Policies")),
    Commitment(7, LocalizedText.of("en", "Fair Access to Housing")),
)

PLAN = Plan(id=PLAN_ID, coalition="eccar", version="2004", commitments=COMMITMENTS, published_at=NOW, sequence=1)

CYCLE = Cycle(
    id=CYCLE_ID,
    coalition="eccar",
    version=1,
    name=LocalizedText(original="en", texts={"en": "Reports 2025-2026", "de": "Berichte 2025-2026"}),
    period_start=date(2025, 1, 1),
    period_end=date(2026, 12, 31),
    opens_on=date(2026, 11, 1),
    due_on=date(2027, 3, 31),
    plan_id=PLAN_ID,
    plan_version="2004",
    commitments=COMMITMENTS,
)

REPORT = Report(
    id=REPORT_ID,
    coalition="eccar",
    version=1,
    member_id=MEMBER_ID,
    cycle_id=CYCLE_ID,
    plan_id=PLAN_ID,
    plan_version="2004",
    commitments=COMMITMENTS,
    answers=(),
    responsible=None,
    started_at=NOW,
    submitted_at=None,
)

OBLIGATION = Obligation(
    id=OBLIGATION_ID,
    coalition="eccar",
    version=1,
    member_id=MEMBER_ID,
    member_sequence=2,
    due=Due(counted_from=date(2025, 10, 24), months=24, precision=Precision.DAY),
    rule=EVERY_TWO_YEARS,
    status=ObligationStatus.OPEN,
    report_id=None,
    opened_on=TODAY,
)


def member(standing: str = "member", admitted_on: str | None = "2025-10-24", sequence: int = 2) -> Member:
    known = None if admitted_on is None else PartialDate.parse(admitted_on)
    return Member(id=MEMBER_ID, coalition="eccar", standing=standing, admitted_on=known, sequence=sequence)


def answer(commitment: int, status: AnswerStatus = AnswerStatus.ACHIEVED, text: str | None = None) -> Answer:
    written = None if text is None else LocalizedText.of("de", text)
    return Answer(commitment=commitment, status=status, text=written, updated_at=NOW)


def complete(report: Report = REPORT) -> Report:
    return replace(report, version=4, answers=tuple(answer(number) for number in report.numbers))


def open_cycle_request(**changes: Any) -> OpenCycle:
    given: dict[str, Any] = {
        "coalition": "eccar",
        "name": CYCLE.name,
        "period_start": CYCLE.period_start,
        "period_end": CYCLE.period_end,
        "opens_on": CYCLE.opens_on,
        "due_on": CYCLE.due_on,
    }
    return OpenCycle(**{**given, **changes})


EVIDENCE = File(
    id="019a0000-0000-7000-8000-00000000b001",
    coalition="eccar",
    version=1,
    owner_id=REPORT_ID,
    announced=Announced(name="Vertraulich.pdf", media_type="application/pdf", size=48_213),
    status=FileStatus.STAGED,
    staged_by="sender",
    staged_at=NOW,
)
