"""Which reporting rule is in force."""

from datetime import date

import pytest

from services.reports.domain.coalitions import Coalition, ReportingRule


def rule(valid_from: date | None, interval: int) -> ReportingRule:
    return ReportingRule(valid_from=valid_from, first_report_after_months=24, interval_months=interval, is_sample=False)


ALWAYS, FROM_2020, FROM_2026 = rule(None, 36), rule(date(2020, 1, 1), 24), rule(date(2026, 1, 1), 12)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2004, 12, 10), ALWAYS),
        (date(2019, 12, 31), ALWAYS),
        (date(2020, 1, 1), FROM_2020),
        (date(2025, 12, 31), FROM_2020),
        (date(2026, 1, 1), FROM_2026),
    ],
)
def test_the_rule_with_the_latest_beginning_is_in_force(day: date, expected: ReportingRule) -> None:
    coalition = Coalition(key="eccar", rules=(FROM_2020, ALWAYS, FROM_2026), sequence=1)
    assert coalition.rule_on(day) == expected


def test_before_the_first_rule_none_is_in_force() -> None:
    assert Coalition(key="eccar", rules=(FROM_2020,), sequence=1).rule_on(date(2019, 12, 31)) is None


def test_a_coalition_may_have_no_rule() -> None:
    assert Coalition(key="arab", rules=(), sequence=1).rule_on(date(2026, 11, 24)) is None
