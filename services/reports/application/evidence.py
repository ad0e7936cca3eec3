"""Evidence of reports: added to and removed from drafts, read by who may read the report."""

from typing import Final

from services.chassis.kernel.errors import ensure_version
from services.chassis.kernel.requests import GetByRefs
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work
from services.files.file import File, FileStatus
from services.files.filing import Filing
from services.files.requests import (
    ForgetStagedFiles,
    ListNeededObjects,
    ListWaitingFiles,
    ReceiveFile,
    SettleFile,
    StageFile,
)

from ..domain.errors import not_found
from ..domain.evidence import SHELF, Evidence
from ..domain.reports import Report, ensure_draft
from ..domain.requests import RemoveEvidence
from ..store.evidence import EvidenceFiles, EvidenceOfAllCoalitions
from ..store.reports import Reports

FILING: Final = Filing(shelf=SHELF, files=EvidenceFiles, everywhere=EvidenceOfAllCoalitions)


def stage_evidence(work: Work, request: StageFile) -> File:
    """Raises Forbidden, NotFound, ReportAlreadySubmitted, TooManyFiles, and what is wrong with the file:
    TypeNotAllowed, FileTooLarge, InvalidFileName."""
    _draft(work, request.coalition, request.owner_id)
    return FILING.stage(work, request.announced, coalition=request.coalition, owner_id=request.owner_id)


def receive_evidence(work: Work, request: ReceiveFile) -> File:
    """Raises Forbidden, NotFound, ReportAlreadySubmitted, UploadAlreadyUsed, UploadExpired, FileDiffers."""
    file = FILING.find(work, request.coalition, request.file_id)
    if file.came_by(request.arrival.upload_id):
        # Told again, because the answer was lost: the report may have been submitted since.
        return file
    _draft(work, request.coalition, file.owner_id)
    return FILING.receive(work, file, request.arrival)


def settle_evidence(work: Work, request: SettleFile) -> File:
    """Also when the report has been submitted in the meantime. Raises Forbidden, NotFound, NotReceived."""
    return FILING.settle(work, FILING.find(work, request.coalition, request.file_id), request.verdict)


def remove_evidence(work: Work, request: RemoveEvidence) -> File:
    """Raises Forbidden, NotFound, VersionConflict, ReportAlreadySubmitted."""
    file = FILING.find(work, request.coalition, request.evidence_id)
    ensure_version(file.version, request.expected_version)
    _draft(work, request.coalition, file.owner_id)
    return FILING.remove(work, file)


def get_evidence(work: Work, request: GetByRefs) -> list[Evidence | None]:
    """None where there is no such file, also when it was removed. Raises Forbidden."""
    return by_refs(request.refs, lambda coalition, ids: _with_reports(work, coalition, ids))


def list_evidence_of_reports(work: Work, request: GetByRefs) -> list[list[File]]:
    """The files of each report, in the order of their announcement. Raises Forbidden."""
    found = by_refs(request.refs, lambda coalition, ids: EvidenceFiles(work, coalition=coalition).by_owner(ids))
    return [each or [] for each in found]


def list_waiting_evidence(work: Work, request: ListWaitingFiles) -> list[File]:
    """Raises Forbidden."""
    return FILING.waiting(work, request.first)


def list_needed_objects(work: Work, request: ListNeededObjects) -> list[str]:
    """Raises Forbidden."""
    return EvidenceFiles(work, coalition=request.coalition).needed(request.object_ids)


def forget_staged_evidence(work: Work, request: ForgetStagedFiles) -> list[File]:
    """Raises Forbidden."""
    return FILING.forget_never_sent(work, request.first)


def _draft(work: Work, coalition: str, report_id: str) -> Report:
    report = Reports(work, coalition=coalition).find(report_id)
    if report is None:
        raise not_found("report", "report_id")
    ensure_draft(report)
    return report


def _with_reports(work: Work, coalition: str, ids: list[str]) -> dict[str, Evidence]:
    files = EvidenceFiles(work, coalition=coalition).get_many(ids)
    reports = Reports(work, coalition=coalition).get_many({file.owner_id for file in files.values()})
    return {
        id: Evidence(file=file, report=reports[file.owner_id])
        for id, file in files.items()
        if file.status is not FileStatus.REMOVED
    }
