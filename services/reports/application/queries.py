"""What can be asked. Batches answer in the order of the request, with one question to the database per coalition."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar

from services.chassis.persistence.pagination import Page, PageRequest
from services.chassis.persistence.unit_of_work import Work

from ..domain.cycles import Cycle, DatedCycle
from ..domain.members import Member
from ..domain.obligations import Obligation
from ..domain.reports import Report
from ..domain.requests import ByRefs, ListCycles, ListObligations, ListReports, Paging, ProjectedMembers, Ref
from ..store.aggregates import Aggregate, Aggregates
from ..store.cycles import Cycles
from ..store.obligations import Obligations
from ..store.projections import Members
from ..store.reports import Reports
from .policies import may_act

A = TypeVar("A", bound=Aggregate)


def get_cycles(work: Work, request: ByRefs) -> list[DatedCycle | None]:
    """Public. None where there is no such cycle."""
    return [_today(work, cycle) if cycle else None for cycle in _by_refs(work, Cycles, request.refs)]


def list_cycles(work: Work, request: ListCycles) -> list[list[DatedCycle]]:
    """Public. The cycles of each coalition, oldest first."""
    found = {each.coalition: each.all() for each in Cycles.each(work, request.coalitions)}
    return [[_today(work, cycle) for cycle in found[coalition]] for coalition in request.coalitions]


def get_reports(work: Work, request: ByRefs) -> list[Report | None]:
    """None where there is no such report. Raises Forbidden."""
    may_act(work)
    return _by_refs(work, Reports, request.refs)


def list_reports(work: Work, request: ListReports) -> Page[Report]:
    """Newest first. Raises Forbidden, InvalidInput (the cursor)."""
    may_act(work)
    return Reports(work, coalition=request.coalition).matching(
        cycle_id=request.cycle_id, member_id=request.member_id, status=request.status, request=_page_request(request)
    )


def list_obligations(work: Work, request: ListObligations) -> list[Page[Obligation]]:
    """A page per coalition, by due date, those without one last. Raises Forbidden, InvalidInput (the cursor)."""
    may_act(work)
    found = {
        each.coalition: each.matching(
            due_before=request.due_before, status=request.status, request=_page_request(request)
        )
        for each in Obligations.each(work, request.coalitions)
    }
    return [found[coalition] for coalition in request.coalitions]


def list_obligations_of_members(work: Work, request: ByRefs) -> list[list[Obligation]]:
    """All that each member has owed so far, oldest first. Raises Forbidden."""
    may_act(work)
    found: dict[Ref, list[Obligation]] = defaultdict(list)
    for each in Obligations.each(work, (ref.coalition for ref in request.refs)):
        for obligation in each.of_members(_ids(request.refs, each.coalition)):
            found[Ref(each.coalition, obligation.member_id)].append(obligation)
    return [found[ref] for ref in request.refs]


def projected_members(work: Work, request: ProjectedMembers) -> list[Member]:
    """All members that this service knows of a coalition, to compare with the membership service. Raises Forbidden."""
    may_act(work)
    return Members(work, coalition=request.coalition).all()


def _by_refs(work: Work, kind: type[Aggregates[A]], refs: Sequence[Ref]) -> list[A | None]:
    found = {
        Ref(each.coalition, aggregate.id): aggregate
        for each in kind.each(work, (ref.coalition for ref in refs))
        for aggregate in each.many(_ids(refs, each.coalition))
    }
    return [found.get(ref) for ref in refs]


def _ids(refs: Sequence[Ref], coalition: str) -> list[str]:
    return [ref.id for ref in refs if ref.coalition == coalition]


def _today(work: Work, cycle: Cycle) -> DatedCycle:
    return DatedCycle(cycle, work.today)


def _page_request(request: Paging) -> PageRequest:
    return PageRequest(first=request.first, after=request.after, count=request.count)
