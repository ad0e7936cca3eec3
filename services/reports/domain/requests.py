"""What this service is asked to do and to tell: checked for form, not yet for the rules."""

from dataclasses import dataclass
from datetime import date

from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.text import LocalizedText

from .statuses import AnswerStatus, ObligationStatus, ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCycle:
    """Without `opens_on` the cycle opens today; without `plan_version` on the newest published plan."""

    coalition: str
    name: LocalizedText
    period_start: date
    period_end: date
    due_on: date
    opens_on: date | None = None
    plan_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartReport:
    coalition: str
    member_id: str
    cycle_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReport:
    coalition: str
    report_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAnswer:
    coalition: str
    report_id: str
    commitment: int
    status: AnswerStatus
    text: LocalizedText | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveEvidence:
    coalition: str
    evidence_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReports:
    coalition: str
    cycle_id: str | None = None
    member_id: str | None = None
    status: ReportStatus | None = None
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListObligations:
    """Those of each of `coalitions`, due strictly before `due_before` (an unknown date never is)."""

    coalitions: tuple[str, ...]
    due_before: date | None = None
    status: ObligationStatus | None = None
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProjectedMembers:
    coalition: str
