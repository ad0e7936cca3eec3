"""How long what is kept is data of each coalition, valid from a date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.personal.retention import (
    COUNTED_FROM,
    DEFAULT_RULES,
    Category,
    RetentionRule,
    RetentionRules,
    kept_since,
    rules_in_force,
    rules_over_time,
)

TODAY = date(2026, 9, 1)


def rules(valid_from: date | None, **days: int) -> RetentionRules:
    named = tuple(RetentionRule(category=Category(name), keep_days=count) for name, count in days.items())
    return RetentionRules(valid_from=valid_from, rules=named, is_sample=False, source="decision of the board")


def test_the_default_says_that_it_is_a_sample_and_names_every_category() -> None:
    assert (DEFAULT_RULES.is_default, DEFAULT_RULES.is_sample) == (True, True)
    assert DEFAULT_RULES.source is not None
    assert DEFAULT_RULES.source.startswith("Sample of this platform")
    assert {rule.category for rule in DEFAULT_RULES.rules} == set(Category) == set(COUNTED_FROM)


def test_what_is_of_a_special_category_goes_first() -> None:
    days = {rule.category: rule.keep_days for rule in DEFAULT_RULES.rules}

    assert min(days, key=lambda category: days[category]) is Category.SPECIAL_NEEDS


def test_for_what_own_rules_do_not_name_the_default_holds() -> None:
    own = rules(None, registrations=30)

    assert own.keep_days(Category.REGISTRATIONS) == 30
    assert own.keep_days(Category.SPECIAL_NEEDS) == DEFAULT_RULES.keep_days(Category.SPECIAL_NEEDS)


@pytest.mark.parametrize(("days", "since"), [(0, TODAY), (1, date(2026, 8, 31)), (365, date(2025, 9, 1))])
def test_what_counts_from_an_earlier_day_has_had_its_time(days: int, since: date) -> None:
    assert kept_since(rules(None, contacts=days), Category.CONTACTS, TODAY) == since


@given(
    starts=st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), unique=True, max_size=6),
    on=st.dates(date(1999, 1, 1), date(2031, 1, 1)),
)
def test_the_rules_in_force_are_the_last_that_began(starts: list[date], on: date) -> None:
    found = rules_in_force([rules(start) for start in starts], on)

    begun = [start for start in starts if start <= on]
    assert found.valid_from == (max(begun) if begun else None)
    assert found.is_default is (not begun)


@given(
    days=st.dictionaries(st.sampled_from(list(Category)), st.integers(0, 36_500)),
    category=st.sampled_from(list(Category)),
    today=st.dates(date(2101, 1, 1), date(2120, 1, 1)),
)
def test_nothing_is_erased_a_day_too_early_or_kept_a_day_too_long(
    days: dict[Category, int], category: Category, today: date
) -> None:
    adopted = rules(None, **{name.value: count for name, count in days.items()})
    allowed = days.get(category, DEFAULT_RULES.keep_days(category))

    since = kept_since(adopted, category, today)

    assert (today - since).days == allowed
    assert (today - (since - timedelta(days=1))).days > allowed


def test_over_time_the_default_comes_first_unless_own_rules_hold_from_the_beginning() -> None:
    older, newer = rules(date(2020, 1, 1)), rules(date(2026, 1, 1))

    assert rules_over_time([newer, older]) == (DEFAULT_RULES, older, newer)
    assert rules_over_time([rules(None)]) == (rules(None),)
