"""What can be asked. Cycles are public; everything else is confidential.

Batches answer in the order of the request, with one question to the database per coalition.
"""

from dataclasses import replace

from services.chassis.kernel.paging import Page
from services.chassis.kernel.requests import GetByRefs, OfCoalitions
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work

from ..domain.cycles import Cycle, DatedCycle
from ..domain.members import Member
from ..domain.obligations import Obligation
from ..domain.reports import Report
from ..domain.requests import ListObligations, ListProjectedMembers, ListReports
from ..domain.statuses import ReportStatus
from ..store.cycles import Cycles
from ..store.obligations import Obligations
from ..store.projections import Members
from ..store.reports import Reports
from .policies import may_see_drafts


def get_cycles(work: Work, request: GetByRefs) -> list[DatedCycle | None]:
    """Public. None where there is no such cycle."""
    found = by_refs(request.refs, lambda coalition, ids: Cycles(work, coalition=coalition).get_many(ids))
    return [_today(work, cycle) if cycle else None for cycle in found]


def list_cycles(work: Work, request: OfCoalitions) -> list[list[DatedCycle]]:
    """Public. The cycles of each coalition, oldest first."""
    return [
        [_today(work, cycle) for cycle in Cycles(work, coalition=coalition).all()] for coalition in request.coalitions
    ]


def get_reports(work: Work, request: GetByRefs) -> list[Report | None]:
    """None where there is no such report. Raises Forbidden."""
    return by_refs(request.refs, lambda coalition, ids: Reports(work, coalition=coalition).get_many(ids))


def list_reports(work: Work, request: ListReports) -> Page[Report]:
    """Newest first; without drafts for those who may not see them. Raises Forbidden, InvalidInput (the cursor)."""
    if request.status is None and not may_see_drafts(request.coalition, request.member_id):
        request = replace(request, status=ReportStatus.SUBMITTED)
    return Reports(work, coalition=request.coalition).matching(request)


def list_obligations(work: Work, request: ListObligations) -> list[Page[Obligation]]:
    """A page per coalition, by due date, those without one last. Raises Forbidden, InvalidInput (the cursor)."""
    return [Obligations(work, coalition=coalition).matching(request) for coalition in request.coalitions]


def list_obligations_of_members(work: Work, request: GetByRefs) -> list[list[Obligation]]:
    """All that each member has owed so far, oldest first. Raises Forbidden."""
    found = by_refs(request.refs, lambda coalition, ids: Obligations(work, coalition=coalition).by_member(ids))
    return [each or [] for each in found]


def projected_members(work: Work, request: ListProjectedMembers) -> list[Member]:
    """All members that this service knows of a coalition, to compare with the membership service. Raises Forbidden."""
    return Members(work, coalition=request.coalition).all()


def _today(work: Work, cycle: Cycle) -> DatedCycle:
    return DatedCycle(cycle, work.today)
