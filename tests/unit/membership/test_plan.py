"""Which plan counts, and when."""

import pytest

from services.membership.domain.errors import UnknownPlan
from services.membership.domain.plan import Plan, oldest_first, plan_in_force, plan_named

from .examples import day, plan

UNDATED = plan("2005", number=1)
FIRST = plan("2004", adopted="2004-12-10", number=2)
SECOND = plan("2006", adopted="2006-08", number=3)
THIRD = plan("2020-2030", adopted="2020", number=4)


def test_plans_are_listed_oldest_first_and_undated_ones_before_all() -> None:
    assert oldest_first([THIRD, SECOND, UNDATED, FIRST]) == [UNDATED, FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2004-12-09", None),
        ("2004-12-10", FIRST),
        ("2004", FIRST),
        ("2006-07-31", FIRST),
        ("2006-08-01", SECOND),
        ("2006", SECOND),
        ("2019-12-31", SECOND),
        ("2020-01-01", THIRD),
        ("2026", THIRD),
    ],
)
def test_the_youngest_plan_adopted_by_the_end_of_the_known_period_is_in_force(on: str, expected: Plan | None) -> None:
    assert plan_in_force([THIRD, FIRST, SECOND], on=day(on)) == expected


def test_a_plan_of_unknown_adoption_was_there_before_all_others() -> None:
    assert plan_in_force([FIRST, UNDATED], on=day("2004-01-01")) == UNDATED
    assert plan_in_force([FIRST, UNDATED], on=day("2005")) == FIRST


def test_at_an_unknown_date_only_an_only_plan_is_certain() -> None:
    assert plan_in_force([FIRST], on=None) == FIRST
    assert plan_in_force([FIRST, SECOND], on=None) is None
    assert plan_in_force([], on=None) is None
    assert plan_in_force([], on=day("2026")) is None


def test_a_plan_is_named_by_its_version() -> None:
    assert plan_named([FIRST, SECOND], "2006") == SECOND
    with pytest.raises(UnknownPlan, match="2007"):
        plan_named([FIRST, SECOND], "2007")
