"""Dates known to the day, the month or the year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.dates import PartialDate

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31))
PRECISIONS = st.sampled_from((4, 7, 10))


@st.composite
def partial_dates(draw: st.DrawFn) -> PartialDate:
    return PartialDate.parse(draw(DAYS).isoformat()[: draw(PRECISIONS)])


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2006", date(2006, 1, 1), date(2006, 12, 31)),
        ("2006-09", date(2006, 9, 1), date(2006, 9, 30)),
        ("2006-09-20", date(2006, 9, 20), date(2006, 9, 20)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2006-12", date(2006, 12, 1), date(2006, 12, 31)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("0986", date(986, 1, 1), date(986, 12, 31)),
    ],
)
def test_a_partial_date_means_every_day_of_its_period(text: str, earliest: date, latest: date) -> None:
    parsed = PartialDate.parse(text)
    assert (parsed.earliest(), parsed.latest()) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "06",
        "2006-9",
        "2006-13",
        "2006-00",
        "2023-02-29",
        "2006-09-31",
        "0000",
        "2006-09-20T00:00",
        "20060920",
        "2006-09-20\n",
        "2006\n",
        "2006-09-",
        " 2006",
        "2006/09",
        "-2006",
        "2006~",
        "٢٠٠٦",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        PartialDate.parse(text)


def test_a_day_needs_its_month() -> None:
    with pytest.raises(ValueError, match="together with its month"):
        PartialDate(2006, None, 20)


@given(partial_dates())
def test_text_and_value_are_the_same_fact(value: PartialDate) -> None:
    assert PartialDate.parse(str(value)) == value


@given(DAYS, PRECISIONS)
def test_precision_is_never_invented(day: date, precision: int) -> None:
    assert str(PartialDate.parse(day.isoformat()[:precision])) == day.isoformat()[:precision]


@given(DAYS)
def test_a_full_date_means_its_day(day: date) -> None:
    assert PartialDate.of(day).earliest() == PartialDate.of(day).latest() == day


@given(partial_dates())
def test_a_period_ends_where_the_next_begins(value: PartialDate) -> None:
    assert value.earliest() <= value.latest()
    before, behind = value.earliest() - timedelta(days=1), value.latest() + timedelta(days=1)
    assert PartialDate.of(before).is_certainly_before(value)
    assert PartialDate.of(behind).is_certainly_after(value)
    assert not PartialDate.of(value.earliest()).is_certainly_before(value)
    assert not PartialDate.of(value.latest()).is_certainly_after(value)


@given(partial_dates(), partial_dates())
def test_certainly_before_is_true_of_every_pair_of_days(one: PartialDate, other: PartialDate) -> None:
    assert one.is_certainly_before(other) == (one.latest() < other.earliest())
    assert not (one.is_certainly_before(other) and other.is_certainly_before(one))
    assert one.is_certainly_after(other) == other.is_certainly_before(one)


@given(partial_dates(), partial_dates(), partial_dates())
def test_certainly_before_is_transitive(one: PartialDate, two: PartialDate, three: PartialDate) -> None:
    if one.is_certainly_before(two) and two.is_certainly_before(three):
        assert one.is_certainly_before(three)


def test_overlapping_periods_are_in_no_order() -> None:
    year, month = PartialDate.parse("2006"), PartialDate.parse("2006-09")
    assert not year.is_certainly_before(month)
    assert not year.is_certainly_after(month)
