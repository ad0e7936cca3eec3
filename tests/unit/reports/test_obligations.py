"""When the next report is due, and how the duty follows the member."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.dates import PartialDate
from services.reports.domain.coalitions import Coalition, ReportingRule
from services.reports.domain.dates import Precision, months_after, precision_of
from services.reports.domain.errors import ProjectionBehind
from services.reports.domain.obligations import Due, Obligation, after_member_change, after_report, first_due, next_due
from services.reports.domain.statuses import ObligationStatus

from .examples import ECCAR, EVERY_TWO_YEARS, NEXT_ID, OBLIGATION, OBLIGATION_ID, REPORT_ID, TODAY, member

days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
rules = st.builds(
    ReportingRule,
    valid_from=st.none(),
    first_report_after_months=st.integers(0, 60),
    interval_months=st.integers(1, 60),
    is_sample=st.booleans(),
)
partial_dates = st.builds(
    lambda day, precision: PartialDate.parse(
        day.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[precision])
    ),
    days,
    st.sampled_from(["day", "month", "year"]),
)


def changed(history: list[Obligation], **of_member: object) -> Obligation | None:
    state = member(**of_member)  # type: ignore[arg-type]
    return after_member_change(state, history, ECCAR, id=OBLIGATION_ID, on=TODAY)


@pytest.mark.parametrize(
    ("admitted_on", "due_on", "precision"),
    [
        ("2026-11-24", date(2028, 11, 24), Precision.DAY),
        ("2026-11-01", date(2028, 11, 1), Precision.DAY),
        ("2024-11-24", date(2026, 11, 24), Precision.DAY),
        ("2024-11-23", date(2028, 11, 23), Precision.DAY),
        ("2024-02-29", date(2028, 2, 29), Precision.DAY),
        ("2006", date(2026, 12, 31), Precision.YEAR),
        ("2007", date(2027, 12, 31), Precision.YEAR),
        ("2006-09", date(2028, 9, 30), Precision.MONTH),
        ("2004-02", date(2028, 2, 29), Precision.MONTH),
        ("2006-02", date(2028, 2, 28), Precision.MONTH),
    ],
)
def test_the_first_due_date(admitted_on: str, due_on: date, precision: Precision) -> None:
    """Two years after a fresh admission; for a city of 2006 the next date of its series, not one years overdue."""
    due = first_due(PartialDate.parse(admitted_on), EVERY_TWO_YEARS, on=TODAY)
    assert (due.on, due.precision) == (due_on, precision)


def test_an_unknown_admission_has_no_due_date() -> None:
    due = first_due(None, EVERY_TWO_YEARS, on=TODAY)
    assert (due.on, due.precision) == (None, Precision.UNKNOWN)


@given(partial_dates, rules, days)
def test_a_first_due_date_is_the_earliest_of_its_series_that_is_not_past(
    admitted_on: PartialDate, rule: ReportingRule, on: date
) -> None:
    due = first_due(admitted_on, rule, on=on)
    anchor, first, step = admitted_on.latest(), rule.first_report_after_months, rule.interval_months
    assert due.on is not None
    assert due.on >= on
    assert (due.months - first) % step == 0
    assert due.months == first or months_after(anchor, due.months - step) < on
    assert due.precision is precision_of(admitted_on)


@given(st.integers(0, 60), rules, days)
def test_a_fresh_admission_is_due_exactly_the_first_months_later(days_ago: int, rule: ReportingRule, on: date) -> None:
    admitted = on - timedelta(days=days_ago)
    exactly = months_after(admitted, rule.first_report_after_months)
    due = first_due(PartialDate.parse(admitted.isoformat()), rule, on=on)
    assert exactly < on or due.on == exactly


@pytest.mark.parametrize(
    ("submitted_on", "expected"),
    [
        (date(2027, 9, 1), date(2029, 10, 24)),
        (date(2027, 10, 24), date(2029, 10, 24)),
        (date(2029, 10, 23), date(2029, 10, 24)),
        (date(2029, 10, 24), date(2031, 10, 24)),
        (date(2040, 1, 1), date(2041, 10, 24)),
    ],
)
def test_the_next_report_is_due_an_interval_later_and_never_in_the_past(submitted_on: date, expected: date) -> None:
    assert OBLIGATION.due.on == date(2027, 10, 24)
    assert next_due(OBLIGATION.due, EVERY_TWO_YEARS, on=submitted_on).on == expected


def test_a_leap_day_comes_back() -> None:
    due = first_due(PartialDate.parse("2024-02-29"), EVERY_TWO_YEARS, on=date(2024, 3, 1))
    assert due.on == date(2026, 2, 28)
    assert next_due(due, EVERY_TWO_YEARS, on=date(2026, 2, 1)).on == date(2028, 2, 29)


def test_after_an_unknown_date_the_series_begins_with_the_report() -> None:
    unknown = first_due(None, EVERY_TWO_YEARS, on=TODAY)
    assert next_due(unknown, EVERY_TWO_YEARS, on=TODAY) == Due(counted_from=TODAY, months=24, precision=Precision.DAY)


@given(partial_dates, rules, rules, days, st.integers(0, 4000))
def test_due_dates_only_move_on(
    admitted_on: PartialDate, rule: ReportingRule, later_rule: ReportingRule, on: date, wait: int
) -> None:
    due = first_due(admitted_on, rule, on=on)
    submitted_on = on + timedelta(days=wait)
    following = next_due(due, later_rule, on=submitted_on)
    assert due.on is not None
    assert following.on is not None
    assert following.on > submitted_on
    assert following.on >= due.on
    assert following.months >= due.months + later_rule.interval_months


def test_admission_opens_the_duty() -> None:
    assert changed([]) == OBLIGATION


def test_the_rule_in_force_when_it_became_known_is_kept_with_it() -> None:
    yearly = replace(EVERY_TWO_YEARS, valid_from=TODAY, interval_months=12, is_sample=True)
    coalition = Coalition(key="eccar", rules=(EVERY_TWO_YEARS, yearly), sequence=2)
    opened = after_member_change(member(), [], coalition, id=OBLIGATION_ID, on=TODAY)
    before = after_member_change(member(), [], coalition, id=OBLIGATION_ID, on=TODAY - timedelta(days=1))
    assert opened is not None
    assert before is not None
    assert (opened.rule, before.rule) == (yearly, EVERY_TWO_YEARS)


def test_an_admission_without_known_rules_waits() -> None:
    with pytest.raises(ProjectionBehind) as raised:
        after_member_change(member(), [], None, id=OBLIGATION_ID, on=TODAY)
    assert (raised.value.code, raised.value.retryable, raised.value.expected) == ("PROJECTION_BEHIND", True, False)


@pytest.mark.parametrize("standing", ["candidate", "refused", "declared_intent", "former", "dormant"])
def test_who_owes_nothing_needs_no_rules(standing: str) -> None:
    assert after_member_change(member(standing), [], None, id=OBLIGATION_ID, on=TODAY) is None


def test_a_coalition_without_a_rule_asks_for_nothing() -> None:
    silent = Coalition(key="eccar", rules=(), sequence=1)
    assert after_member_change(member(), [], silent, id=OBLIGATION_ID, on=TODAY) is None


@pytest.mark.parametrize("sequence", [1, 2, 3, 9])
def test_a_member_in_standing_with_an_open_obligation_gets_no_second(sequence: int) -> None:
    assert changed([OBLIGATION], sequence=sequence) is None


@pytest.mark.parametrize("standing", ["former", "dormant"])
def test_leaving_releases_the_open_obligation(standing: str) -> None:
    released = changed([OBLIGATION], standing=standing, sequence=3)
    assert released == replace(OBLIGATION, version=2, status=ObligationStatus.RELEASED, member_sequence=3)


@pytest.mark.parametrize(("standing", "sequence"), [("member", 1), ("member", 3), ("former", 2), ("former", 3)])
def test_a_replay_of_what_the_obligations_know_changes_nothing(standing: str, sequence: int) -> None:
    released = replace(OBLIGATION, version=2, status=ObligationStatus.RELEASED, member_sequence=3)
    assert changed([released], standing=standing, sequence=sequence) is None


@pytest.mark.parametrize(
    ("known_before", "known_now", "due_on", "precision"),
    [
        (None, "2006", date(2026, 12, 31), Precision.YEAR),
        (None, "2025-10-24", date(2027, 10, 24), Precision.DAY),
        ("2006", "2006-09-20", date(2028, 9, 20), Precision.DAY),
        ("2006", "2006-12-31", date(2026, 12, 31), Precision.DAY),
        ("2006", None, None, Precision.UNKNOWN),
    ],
)
def test_the_date_follows_what_is_known_of_the_admission(
    known_before: str | None, known_now: str | None, due_on: date | None, precision: Precision
) -> None:
    opened = changed([], admitted_on=known_before)
    assert opened is not None
    dated = changed([opened], admitted_on=known_now, sequence=3)
    assert dated is not None
    assert (dated.due.on, dated.due.precision) == (due_on, precision)
    assert replace(dated, due=opened.due, version=1, member_sequence=2) == opened
    assert (dated.version, dated.member_sequence) == (2, 3)


def test_what_is_overdue_stays_overdue_when_its_date_becomes_known() -> None:
    opened = changed([], admitted_on=None)
    assert opened is not None
    years_later = date(2035, 1, 1)
    dated = after_member_change(member(admitted_on="2006", sequence=3), [opened], ECCAR, id=NEXT_ID, on=years_later)
    assert dated is not None
    assert dated.due.on == date(2026, 12, 31)


def test_after_a_report_the_series_goes_on_as_it_was() -> None:
    history = list(after_report(OBLIGATION, REPORT_ID, EVERY_TWO_YEARS, id=NEXT_ID, on=TODAY))
    assert changed(history, admitted_on="2006", sequence=3) is None


def test_who_comes_back_owes_again() -> None:
    released = replace(OBLIGATION, version=2, status=ObligationStatus.RELEASED, member_sequence=3)
    assert changed([released], sequence=4) == replace(OBLIGATION, member_sequence=4)


def test_a_report_fulfils_and_opens_the_next() -> None:
    fulfilled, following = after_report(OBLIGATION, REPORT_ID, EVERY_TWO_YEARS, id=NEXT_ID, on=TODAY)
    assert fulfilled == replace(OBLIGATION, version=2, status=ObligationStatus.FULFILLED, report_id=REPORT_ID)
    assert following == replace(OBLIGATION, id=NEXT_ID, due=replace(OBLIGATION.due, months=48))
    assert following.due.on == date(2029, 10, 24)


def test_the_next_obligation_follows_the_rule_of_today() -> None:
    yearly = replace(EVERY_TWO_YEARS, interval_months=12)
    _, following = after_report(OBLIGATION, REPORT_ID, yearly, id=NEXT_ID, on=TODAY)
    assert (following.rule, following.due.on) == (yearly, date(2028, 10, 24))


def test_without_a_rule_today_nothing_follows() -> None:
    assert len(list(after_report(OBLIGATION, REPORT_ID, None, id=NEXT_ID, on=TODAY))) == 1
