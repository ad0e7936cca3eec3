"""Opening a cycle."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.chassis.kernel.errors import InvalidInput
from services.reports.domain.cycles import Cycle, DatedCycle, open_cycle
from services.reports.domain.errors import CycleOverlaps, UnknownPlan
from services.reports.domain.plans import Plan
from services.reports.domain.requests import OpenCycle

from .examples import COMMITMENTS, CYCLE, CYCLE_ID, PLAN, TODAY, open_cycle_request


def opened(request: OpenCycle, *, plan: Plan | None = PLAN, overlapped: Cycle | None = None) -> Cycle:
    return open_cycle(request, plan=plan, overlapped=overlapped, id=CYCLE_ID, today=TODAY)


def test_a_cycle_is_pinned_to_a_plan_version_and_its_commitments() -> None:
    assert opened(open_cycle_request()) == CYCLE
    assert opened(open_cycle_request()).commitments == COMMITMENTS


def test_without_an_opening_date_it_opens_today() -> None:
    assert opened(open_cycle_request(opens_on=None)).opens_on == TODAY


def test_every_date_out_of_order_is_named() -> None:
    with pytest.raises(InvalidInput) as raised:
        opened(open_cycle_request(period_end=date(2024, 12, 31), due_on=date(2026, 10, 31)))
    assert [violation.path for violation in raised.value.violations] == [("period_end",), ("due_on",)]
    assert {violation.code for violation in raised.value.violations} == {"DATES_OUT_OF_ORDER"}
    assert raised.value.path == ("period_end",)


def test_due_before_today_is_out_of_order_when_it_opens_today() -> None:
    with pytest.raises(InvalidInput) as raised:
        opened(open_cycle_request(opens_on=None, due_on=TODAY - timedelta(days=1)))
    assert raised.value.path == ("due_on",)


def test_a_period_and_a_cycle_of_one_day_are_in_order() -> None:
    day = date(2026, 11, 1)
    cycle = opened(open_cycle_request(period_start=day, period_end=day, opens_on=day, due_on=day))
    assert (cycle.period_start, cycle.period_end, cycle.opens_on, cycle.due_on) == (day, day, day, day)


@pytest.mark.parametrize("plan", [None, replace(PLAN, commitments=())])
def test_without_known_commitments_there_is_nothing_to_report_on(plan: Plan | None) -> None:
    with pytest.raises(UnknownPlan) as raised:
        opened(open_cycle_request(plan_version="2031"), plan=plan)
    assert (raised.value.code, raised.value.path) == ("UNKNOWN_PLAN", ("plan_version",))
    assert "“2031”" in raised.value.message


def test_an_overlap_names_the_other_period() -> None:
    with pytest.raises(CycleOverlaps) as raised:
        opened(open_cycle_request(), overlapped=CYCLE)
    assert raised.value.code == "CYCLE_OVERLAPS"
    assert "2025-01-01 to 2026-12-31" in raised.value.message


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ],
)
def test_it_is_open_from_its_opening_to_its_due_date(day: date, is_open: bool) -> None:
    assert DatedCycle(CYCLE, day).is_open is is_open
