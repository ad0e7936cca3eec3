"""How well dates are known, and months counted from them."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.dates import PartialDate
from services.reports.domain.dates import Precision, first_reaching, months_after, precision_of

days = st.dates(date(1900, 1, 1), date(2400, 12, 31))
months = st.integers(0, 600)


def last_day_of_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


@pytest.mark.parametrize(
    ("text", "precision"), [("2006", Precision.YEAR), ("2006-09", Precision.MONTH), ("2006-09-20", Precision.DAY)]
)
def test_how_well_a_date_is_known(text: str, precision: Precision) -> None:
    assert precision_of(PartialDate.parse(text)) is precision


@pytest.mark.parametrize(
    ("day", "after", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2006, 12, 31), 24, date(2008, 12, 31)),
        (date(2025, 10, 24), 0, date(2025, 10, 24)),
    ],
)
def test_months_after_a_day(day: date, after: int, expected: date) -> None:
    assert months_after(day, after) == expected


@given(days, months)
def test_the_month_is_exact_and_the_day_is_kept_or_cut_to_the_end_of_the_month(day: date, after: int) -> None:
    later = months_after(day, after)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == after
    assert later.day == min(day.day, last_day_of_month(later))


@given(days, st.integers(0, 50))
def test_whole_years_change_only_the_29th_of_february(day: date, years: int) -> None:
    later = months_after(day, 12 * years)
    assert later.year == day.year + years
    leap_day_lost = (day.month, day.day) == (2, 29) and not calendar.isleap(later.year)
    assert (later.month, later.day) == ((2, 28) if leap_day_lost else (day.month, day.day))


@given(days, days, months)
def test_months_after_keep_the_order_of_days(one: date, other: date, after: int) -> None:
    earlier, later = sorted((one, other))
    assert months_after(earlier, after) <= months_after(later, after)


@given(days, months)
def test_nobody_is_due_before_any_day_that_the_known_period_allows(day: date, after: int) -> None:
    """Counted from the end of the period, a due date is the latest of those of all its days."""
    period = PartialDate.parse(f"{day:%Y-%m}")
    of_each_day = [months_after(day.replace(day=number), after) for number in range(1, last_day_of_month(day) + 1)]
    assert months_after(period.latest(), after) == max(of_each_day)


@given(days, st.integers(0, 60), st.integers(1, 60), st.integers(-2000, 20000))
def test_the_first_of_a_series_that_reaches_a_day(anchor: date, start: int, step: int, ahead: int) -> None:
    reach = anchor + timedelta(days=ahead)
    found = first_reaching(anchor, start=start, step=step, reach=reach)
    assert months_after(anchor, found) >= reach
    assert (found - start) % step == 0
    assert found >= start
    assert found == start or months_after(anchor, found - step) < reach


def test_a_series_from_the_end_of_a_month_stays_there() -> None:
    """Added step by step, the 31st would become the 28th for good at the first February."""
    anchor = date(2024, 12, 31)
    assert first_reaching(anchor, start=2, step=2, reach=date(2025, 4, 1)) == 4
    assert months_after(anchor, 4) == date(2025, 4, 30)
    assert months_after(anchor, 8) == date(2025, 8, 31)
