"""Queries: batches parallel to their request, pages by key, and nothing of another coalition."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import pytest

from services.chassis.kernel.context import CallContext, current, use
from services.chassis.kernel.errors import InvalidInput, Unauthenticated
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.kernel.requests import GetByRefs, OfCoalitions, Ref
from services.chassis.persistence.unit_of_work import Work
from services.reports.application import queries
from services.reports.domain.obligations import Obligation
from services.reports.domain.reports import Report
from services.reports.domain.requests import ListObligations, ListProjectedMembers, ListReports
from services.reports.domain.statuses import ObligationStatus, ReportStatus

from .conftest import SettableClock
from .office import Office

T = TypeVar("T")
R = TypeVar("R")


@pytest.fixture
def two_coalitions(eccar: Office) -> Office:
    eccar.hears_of_coalition("lac")
    eccar.hears_of_plan("lac", "2006")
    return eccar


def ask(office: Office, query: Callable[[Work, R], T], request: R) -> T:
    with use(replace(current(), method=query.__name__)):
        return office.unit_of_work.read(query, request)


def refs(*pairs: tuple[str, str]) -> GetByRefs:
    return GetByRefs(refs=tuple(Ref(coalition, id) for coalition, id in pairs))


def all_pages(office: Office, *, count: bool = False) -> list[Page[Report]]:
    """Every page of two rows."""
    request = ListReports(coalition="eccar", page=PageRequest(first=2, count=count))
    pages = [ask(office, queries.list_reports, request)]
    while pages[-1].has_next:
        request = replace(request, page=replace(request.page, after=pages[-1].cursors[-1]))
        pages.append(ask(office, queries.list_reports, request))
    return pages


def obligations_page(office: Office, **wanted: Any) -> Page[Obligation]:
    request = ListObligations(**{"coalitions": ("eccar",), "page": PageRequest(first=50), **wanted})
    [page] = ask(office, queries.list_obligations, request)
    return page


def test_cycles_by_reference_stand_where_they_were_asked_for(two_coalitions: Office) -> None:
    here, there = two_coalitions.opens_cycle(), two_coalitions.opens_cycle("lac")
    asked = refs(
        ("lac", there.cycle.id),
        ("eccar", there.cycle.id),
        ("eccar", here.cycle.id),
        ("eccar", "x"),
        ("eccar", here.cycle.id),
    )
    assert ask(two_coalitions, queries.get_cycles, asked) == [there, None, here, None, here]
    assert ask(two_coalitions, queries.get_cycles, refs()) == []


def test_cycles_of_coalitions_are_listed_oldest_first(two_coalitions: Office) -> None:
    late = two_coalitions.opens_cycle(period_start=date(2027, 1, 1), period_end=date(2027, 12, 31))
    early = two_coalitions.opens_cycle()
    there = two_coalitions.opens_cycle("lac")
    found = ask(two_coalitions, queries.list_cycles, OfCoalitions(coalitions=("lac", "arab", "eccar", "lac")))
    assert found == [[there], [], [early, late], [there]]


def test_whether_a_cycle_is_open_is_said_for_today(eccar: Office, clock: SettableClock) -> None:
    cycle = eccar.opens_cycle().cycle
    clock.now = datetime(2027, 4, 1, tzinfo=UTC)
    [dated] = ask(eccar, queries.get_cycles, refs(("eccar", cycle.id)))
    assert dated is not None
    assert dated.is_open is False


def test_reports_by_reference(two_coalitions: Office) -> None:
    report = two_coalitions.completes(two_coalitions.hears_of_member(), two_coalitions.opens_cycle().cycle.id)
    asked = refs(("lac", report.id), ("eccar", report.id), ("eccar", new_id()))
    assert ask(two_coalitions, queries.get_reports, asked) == [None, report, None]


def test_reports_are_paged_newest_first(eccar: Office) -> None:
    cycle_id = eccar.opens_cycle().cycle.id
    started = [eccar.starts_report(eccar.hears_of_member(), cycle_id) for _ in range(5)]
    newest_first = sorted(started, key=lambda report: report.id, reverse=True)
    pages = all_pages(eccar, count=True)
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert [report for page in pages for report in page.items] == newest_first
    assert [page.has_next for page in pages] == [True, True, False]
    assert {page.total for page in pages} == {5}


def test_a_page_of_exactly_the_rest_has_no_next(eccar: Office) -> None:
    cycle_id = eccar.opens_cycle().cycle.id
    for _ in range(2):
        eccar.starts_report(eccar.hears_of_member(), cycle_id)
    [page] = all_pages(eccar)
    assert (len(page.items), page.has_next, page.total) == (2, False, None)


def test_reports_are_filtered(two_coalitions: Office) -> None:
    one = two_coalitions.opens_cycle().cycle.id
    other = two_coalitions.opens_cycle(period_start=date(2027, 1, 1), period_end=date(2027, 12, 31)).cycle.id
    member_id = two_coalitions.hears_of_member()
    submitted = two_coalitions.submits(two_coalitions.completes(member_id, one).id)
    draft = two_coalitions.starts_report(member_id, other)
    colleague = two_coalitions.starts_report(two_coalitions.hears_of_member(), one)

    def found(**wanted: Any) -> set[str]:
        page = ask(
            two_coalitions,
            queries.list_reports,
            ListReports(coalition="eccar", page=PageRequest(first=50, count=True), **wanted),
        )
        assert page.total == len(page.items)
        return {report.id for report in page.items}

    assert found() == {submitted.id, draft.id, colleague.id}
    assert found(cycle_id=one) == {submitted.id, colleague.id}
    assert found(member_id=member_id) == {submitted.id, draft.id}
    assert found(status=ReportStatus.DRAFT) == {draft.id, colleague.id}
    assert found(cycle_id=one, status=ReportStatus.DRAFT) == {colleague.id}
    assert found(member_id=member_id, status=ReportStatus.SUBMITTED) == {submitted.id}
    assert found(cycle_id=one, member_id=member_id, status=ReportStatus.DRAFT) == set()
    assert (
        ask(two_coalitions, queries.list_reports, ListReports(coalition="lac", page=PageRequest(first=50))).items == ()
    )


@pytest.mark.parametrize("after", ["", "nonsense", "W10", "eyJhIjoxfQ"])
def test_a_foreign_cursor_is_refused(eccar: Office, after: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        ask(eccar, queries.list_reports, ListReports(coalition="eccar", page=PageRequest(first=2, after=after)))
    assert raised.value.path == ("after",)
    with pytest.raises(InvalidInput):
        obligations_page(eccar, page=PageRequest(after=after))


def test_a_cursor_belongs_to_its_list(eccar: Office) -> None:
    eccar.starts_report(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    page = ask(eccar, queries.list_reports, ListReports(coalition="eccar", page=PageRequest(first=1)))
    with pytest.raises(InvalidInput):
        obligations_page(eccar, page=PageRequest(after=page.cursors[0]))


def test_obligations_are_paged_by_due_date_and_those_without_one_come_last(eccar: Office) -> None:
    for admitted_on in (None, "2026-11-20", "2026-11-10", None, "2026-11-10", "2006"):
        eccar.hears_of_member(admitted_on=admitted_on)
    found: list[date | None] = []
    page = obligations_page(eccar, page=PageRequest(first=2, count=True))
    found += [each.due.on for each in page.items]
    while page.has_next:
        page = obligations_page(eccar, page=PageRequest(first=2, after=page.cursors[-1]))
        found += [each.due.on for each in page.items]
    assert found == [
        date(2026, 12, 31), date(2028, 11, 10), date(2028, 11, 10), date(2028, 11, 20), None, None
    ]  # fmt: skip


def test_obligations_are_filtered_by_date_and_status(two_coalitions: Office) -> None:
    soon = two_coalitions.hears_of_member(admitted_on="2006")
    later = two_coalitions.hears_of_member(admitted_on="2026-11-24")
    undated = two_coalitions.hears_of_member(admitted_on=None)
    gone = two_coalitions.hears_of_member(admitted_on="2006")
    two_coalitions.hears_of_member("former", member_id=gone, sequence=3)
    there = two_coalitions.hears_of_member(coalition="lac", admitted_on="2006")

    def owing(**wanted: Any) -> set[str]:
        return {each.member_id for each in obligations_page(two_coalitions, **wanted).items}

    assert owing() == {soon, later, undated, gone}
    assert owing(status=ObligationStatus.OPEN) == {soon, later, undated}
    assert owing(due_before=date(2027, 1, 1)) == {soon, gone}
    assert owing(due_before=date(2026, 12, 31)) == set()
    assert owing(due_before=date(2027, 1, 1), status=ObligationStatus.OPEN) == {soon}
    assert owing(due_before=date(2027, 1, 1), status=ObligationStatus.RELEASED) == {gone}
    assert owing(coalitions=("lac",)) == {there}


def test_obligations_of_several_coalitions_are_a_page_each(two_coalitions: Office) -> None:
    here, there = two_coalitions.hears_of_member(), two_coalitions.hears_of_member(coalition="lac")
    request = ListObligations(coalitions=("lac", "arab", "eccar", "lac"), page=PageRequest(first=50, count=True))
    pages = ask(two_coalitions, queries.list_obligations, request)
    assert [[each.member_id for each in page.items] for page in pages] == [[there], [], [here], [there]]
    assert [page.total for page in pages] == [1, 0, 1, 1]


def test_obligations_of_members_are_listed_oldest_first(two_coalitions: Office) -> None:
    member_id = two_coalitions.hears_of_member(admitted_on="2006")
    there = two_coalitions.hears_of_member(coalition="lac")
    report = two_coalitions.completes(member_id, two_coalitions.opens_cycle().cycle.id)
    two_coalitions.submits(report.id)
    asked = refs(("lac", there), ("eccar", new_id()), ("eccar", member_id), ("lac", member_id))
    found = ask(two_coalitions, queries.list_obligations_of_members, asked)
    assert [[(each.status, each.report_id) for each in each_member] for each_member in found] == [
        [("open", None)],
        [],
        [("fulfilled", report.id), ("open", None)],
        [],
    ]


def test_what_was_stored_is_what_is_read(eccar: Office) -> None:
    report = eccar.submits(eccar.completes(eccar.hears_of_member(), eccar.opens_cycle().cycle.id).id)
    [read] = ask(eccar, queries.get_reports, refs(("eccar", report.id)))
    assert read == report
    assert replace(read, version=1) != report


def test_projected_members(two_coalitions: Office) -> None:
    one = two_coalitions.hears_of_member()
    other = two_coalitions.hears_of_member("candidate", name="member_applied", sequence=1)
    two_coalitions.hears_of_member(coalition="lac")
    found = ask(two_coalitions, queries.projected_members, ListProjectedMembers(coalition="eccar"))
    assert {(member.id, member.standing, member.sequence) for member in found} == {
        (one, "member", 2),
        (other, "candidate", 1),
    }


def test_cycles_are_public_and_nothing_else_is(eccar: Office) -> None:
    cycle = eccar.opens_cycle()
    eccar.starts_report(eccar.hears_of_member(), cycle.cycle.id)
    confidential: tuple[tuple[Callable[..., Any], Any], ...] = (
        (queries.get_reports, refs()),
        (queries.list_reports, ListReports(coalition="eccar", page=PageRequest(first=1))),
        (queries.list_obligations, ListObligations(coalitions=("eccar",), page=PageRequest(first=1))),
        (queries.list_obligations_of_members, refs()),
        (queries.projected_members, ListProjectedMembers(coalition="eccar")),
    )
    with use(CallContext()):
        assert ask(eccar, queries.get_cycles, refs(("eccar", cycle.cycle.id))) == [cycle]
        assert ask(eccar, queries.list_cycles, OfCoalitions(coalitions=("eccar",))) == [[cycle]]
        for query, request in confidential:
            with pytest.raises(Unauthenticated):
                ask(eccar, query, request)
