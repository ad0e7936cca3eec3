"""What this service holds of people, which is who works on a draft and who has sent a file: given out, erased, and kept
no longer than the rules say. What a city writes in its report, and the files that it shows, are the city's."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from services.chassis.persistence.unit_of_work import Work
from services.files.schemas import FILE_OF_PERSON
from services.personal.data_subject import DataSubject
from services.personal.holdings import Gathered, Holdings
from services.personal.receipts import Erasure
from services.personal.retaining import BATCH, Duty, Retaining
from services.personal.retention import Category, RetentionRules
from services.personal.retention_store import ProjectedRetentionRules

from ..domain.events import ReportVacated
from ..domain.reports import Report, vacate
from ..schemas import views
from ..store.cycles import Cycles
from ..store.evidence import EvidenceFiles, EvidenceOfAllCoalitions
from ..store.projections import known_coalitions
from ..store.reports import Reports, ReportsOfAllCoalitions
from .evidence import FILING


def gather(work: Work, subject: DataSubject) -> Gathered:
    return {
        "drafts": views.DRAFT_OF_PERSON.batch(ReportsOfAllCoalitions(work).of_person(subject)),
        "evidence": FILE_OF_PERSON.batch(EvidenceOfAllCoalitions(work).of_person(subject)),
    }


def erase(work: Work, subject: DataSubject) -> Erasure:
    """The drafts and the files stay, and are the city's as before."""
    drafts = _vacate(work, ReportsOfAllCoalitions(work).of_person(subject))
    files = FILING.vacate(work, EvidenceOfAllCoalitions(work).of_person(subject))
    return Erasure(counts={"drafts": drafts, "evidence": files})


def _vacate(work: Work, drafts: Iterable[Report]) -> int:
    vacated = [vacate(draft) for draft in drafts]
    for report in vacated:
        Reports(work, coalition=report.coalition).store(report)
        work.publish(ReportVacated(report))
    return len(vacated)


def _overdue(work: Work, coalition: str, before: date) -> Sequence[str]:
    """The cycles with such drafts that were due before that day."""
    cycles = Cycles(work, coalition=coalition).get_many(Reports(work, coalition=coalition).cycles_with_names())
    return [cycle.id for cycle in cycles.values() if cycle.due_on < before]


def _count_due(work: Work, coalition: str, before: date) -> int:
    return Reports(work, coalition=coalition).count_with_names(_overdue(work, coalition, before))


def _vacate_due(work: Work, coalition: str, before: date) -> int:
    drafts = Reports(work, coalition=coalition).with_names(_overdue(work, coalition, before), limit=BATCH)
    return _vacate(work, drafts)


def _overdue_reports(work: Work, coalition: str, before: date) -> Sequence[str]:
    """The reports with such files in cycles that were due before that day."""
    reports = Reports(work, coalition=coalition).get_many(EvidenceFiles(work, coalition=coalition).owners_with_names())
    cycles = Cycles(work, coalition=coalition).get_many({report.cycle_id for report in reports.values()})
    overdue = {cycle.id for cycle in cycles.values() if cycle.due_on < before}
    return [report.id for report in reports.values() if report.cycle_id in overdue]


def _count_files_due(work: Work, coalition: str, before: date) -> int:
    return EvidenceFiles(work, coalition=coalition).count_with_names(_overdue_reports(work, coalition, before))


def _vacate_files_due(work: Work, coalition: str, before: date) -> int:
    files = EvidenceFiles(work, coalition=coalition)
    return FILING.vacate(work, files.with_names(_overdue_reports(work, coalition, before), limit=BATCH))


def _in_force(work: Work, coalition: str, on: date) -> RetentionRules:
    return ProjectedRetentionRules(work, coalition=coalition).in_force(on)


HOLDINGS: Final = Holdings(gather=gather, erase=erase)

RETAINING: Final = Retaining(
    owners=known_coalitions,
    in_force=_in_force,
    duties=(
        Duty(category=Category.RESPONSIBILITIES, due=_count_due, enforce=_vacate_due),
        Duty(category=Category.RESPONSIBILITIES, due=_count_files_due, enforce=_vacate_files_due),
    ),
)
