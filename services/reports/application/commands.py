"""What changes: cycles are opened, reports are started, answered and submitted."""

from collections.abc import Callable

from services.chassis.kernel.errors import ensure_version
from services.chassis.kernel.events import DomainEvent
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.principal import PrincipalKind
from services.chassis.persistence.unit_of_work import Work
from services.files.store import Binders

from ..domain import cycles, obligations, reports
from ..domain.cycles import Cycle, DatedCycle
from ..domain.errors import not_found
from ..domain.events import CycleOpened, ReportAnswered, ReportStarted, ReportSubmitted, obligation_event
from ..domain.reports import Answer, Report
from ..domain.requests import OpenCycle, SaveAnswer, StartReport, SubmitReport
from ..store.cycles import Calendars, Cycles
from ..store.obligations import Obligations
from ..store.projections import Coalitions, Members, Plans
from ..store.reports import Reports


def open_cycle(work: Work, request: OpenCycle) -> DatedCycle:
    """Raises Forbidden, InvalidInput, UnknownPlan, CycleOverlaps."""
    Calendars(work, coalition=request.coalition).claim()
    stored = Cycles(work, coalition=request.coalition)
    cycle = cycles.open_cycle(
        request,
        plan=Plans(work, coalition=request.coalition).newest(request.plan_version),
        overlapped=stored.overlapping(request.period_start, request.period_end),
        id=new_id(),
        today=work.today,
    )
    stored.store(cycle)
    work.publish(CycleOpened(cycle))
    return DatedCycle(cycle, work.today)


def start_report(work: Work, request: StartReport) -> Report:
    """Raises Forbidden, NotFound (the cycle), CycleNotOpen, NotAMember, ReportAlreadyStarted."""
    member = Members(work, coalition=request.coalition).find(request.member_id)
    report = reports.start_report(_cycle(work, request), member, id=new_id(), now=work.now, responsible=_person(work))
    return _record(work, report, ReportStarted)


def save_answer(work: Work, request: SaveAnswer) -> Report:
    """Raises Forbidden, NotFound, VersionConflict, ReportAlreadySubmitted, UnknownCommitment."""
    answer = Answer(commitment=request.commitment, status=request.status, text=request.text, updated_at=work.now)
    return _record(work, reports.save_answer(_report(work, request), answer), ReportAnswered)


def submit_report(work: Work, request: SubmitReport) -> Report:
    """Fulfils the member's open obligation too, and opens the next one.

    Raises Forbidden, NotFound, VersionConflict, ReportAlreadySubmitted, IncompleteReport.
    """
    report = reports.submit_report(_report(work, request), now=work.now)
    # No evidence may be added to what is being submitted.
    Binders(work, coalition=report.coalition).claim(report.id)
    _fulfil_obligation(work, report)
    return _record(work, report, ReportSubmitted)


def _person(work: Work) -> str | None:
    """Who works on what is begun. An application is nobody who could hand it over."""
    acting = work.principal
    return acting.id if acting is not None and acting.kind is PrincipalKind.PERSON else None


def _cycle(work: Work, request: StartReport) -> Cycle:
    cycle = Cycles(work, coalition=request.coalition).find(request.cycle_id)
    if cycle is None:
        raise not_found("report cycle", "cycle_id")
    return cycle


def _report(work: Work, request: SaveAnswer | SubmitReport) -> Report:
    report = Reports(work, coalition=request.coalition).find(request.report_id)
    if report is None:
        raise not_found("report", "report_id")
    ensure_version(report.version, request.expected_version)
    return report


def _record(work: Work, report: Report, event: Callable[[Report], DomainEvent[Report]]) -> Report:
    Reports(work, coalition=report.coalition).store(report)
    work.publish(event(report))
    return report


def _fulfil_obligation(work: Work, report: Report) -> None:
    stored = Obligations(work, coalition=report.coalition)
    current = stored.open_of(report.member_id)
    coalition = Coalitions(work, coalition=report.coalition).this()
    if current is None:
        return
    rule = coalition.rule_on(work.today) if coalition else None
    for obligation in obligations.after_report(current, report.id, rule, id=new_id(), on=work.today):
        stored.store(obligation)
        work.publish(obligation_event(obligation))
