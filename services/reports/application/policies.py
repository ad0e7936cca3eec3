"""What the permission table's rows are about, for each method of this service that is not public.

Cycles are public; reports, answers and obligations are confidential until publication (docs/domain.md, section 11).
"""

from collections.abc import Iterator
from typing import Any

from services.chassis.kernel.requests import GetByRefs
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work
from services.files.requests import StageFile
from services.personal.parts import export_part
from services.rights.audit import AUDIT
from services.rights.decide import Target
from services.rights.message_log import MESSAGE_LOG
from services.rights.policy import About, Policy

from ..domain.evidence import Evidence
from ..domain.reports import Report
from ..domain.requests import ListObligations, ListReports
from ..domain.statuses import ReportStatus
from ..store.evidence import EvidenceFiles
from ..store.reports import Reports

DRAFTS = "drafts"


def _coalition(_work: Work, request: Any) -> Target:
    return Target(coalition=request.coalition)


def _member(_work: Work, request: Any) -> Target:
    return Target(coalition=request.coalition, member_id=request.member_id)


def _members(_work: Work, request: GetByRefs) -> Iterator[Target]:
    return (Target(coalition=ref.coalition, member_id=ref.id) for ref in request.refs)


def _coalitions(_work: Work, request: ListObligations) -> Iterator[Target]:
    return (Target(coalition=coalition) for coalition in request.coalitions)


def _report_of(work: Work, request: Any) -> Target:
    """Nothing more than its coalition when there is no such report: who may not see it cannot tell."""
    return _about_report(work, request.coalition, request.report_id)


def _about_report(work: Work, coalition: str, report_id: str | None) -> Target:
    found = Reports(work, coalition=coalition).find(report_id) if report_id else None
    return Target(coalition=coalition, member_id=found.member_id if found else None)


def _owner(work: Work, request: StageFile) -> Target:
    return _about_report(work, request.coalition, request.owner_id)


def _owner_of(file_id: str) -> About:
    """What the file belongs to that the request's field `file_id` names."""

    def about(work: Work, request: Any) -> Target:
        found = EvidenceFiles(work, coalition=request.coalition).find(getattr(request, file_id))
        return _about_report(work, request.coalition, found.owner_id if found else None)

    return about


def _network(_work: Work, _request: Any) -> Target:
    return Target()


def _evidence(found: Evidence) -> Target:
    return _report(found.report)


def _reports_asked_for(work: Work, request: GetByRefs) -> list[Target]:
    found = by_refs(request.refs, lambda coalition, ids: Reports(work, coalition=coalition).get_many(ids))
    return [
        _report(report) if report else Target(coalition=ref.coalition)
        for ref, report in zip(request.refs, found, strict=True)
    ]


def _report(found: Report) -> Target:
    variant = DRAFTS if found.status is ReportStatus.DRAFT else None
    return Target(coalition=found.coalition, member_id=found.member_id, variant=variant)


def _reports(_work: Work, request: ListReports) -> Target:
    variant = DRAFTS if request.status is ReportStatus.DRAFT else None
    return Target(coalition=request.coalition, member_id=request.member_id, variant=variant)


POLICY = Policy(
    "reports",
    about={
        **AUDIT,
        **MESSAGE_LOG,
        "open_cycle": _coalition,
        "start_report": _member,
        "save_answer": _report_of,
        "submit_report": _report_of,
        "stage_evidence": _owner,
        "receive_evidence": _owner_of("file_id"),
        "remove_evidence": _owner_of("evidence_id"),
        "settle_evidence": _coalition,
        "list_evidence_of_reports": _reports_asked_for,
        "list_waiting_evidence": _network,
        "list_needed_objects": _coalition,
        "forget_staged_evidence": _network,
        "list_reports": _reports,
        "list_obligations": _coalitions,
        "list_obligations_of": _coalitions,
        "list_obligations_of_members": _members,
        "projected_members": _coalition,
    },
    shown={"get_reports": _report, "get_evidence": _evidence, "get_export_part": export_part},
)


def may_see_drafts(coalition: str, member_id: str | None) -> bool:
    """Whether the caller may see drafts among the reports of a member, or of all members of a coalition."""
    return POLICY.permits("list_reports", Target(coalition=coalition, member_id=member_id, variant=DRAFTS))
