"""Which conferences are statutory is data of the coalition, valid from a date."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.events.domain.kinds import ConferenceKind
from services.events.domain.overview import is_statutory, overview
from services.events.domain.rules import DEFAULT_RULES, ConferenceRules, rules_in_force, rules_over_time

from .examples import TODAY, conference, window


def rules(valid_from: date | None, *kinds: ConferenceKind) -> ConferenceRules:
    return ConferenceRules(valid_from=valid_from, statutory_kinds=kinds, is_default=False, source="statutes")


def test_the_default_says_that_it_is_one() -> None:
    assert DEFAULT_RULES.is_default is True
    assert DEFAULT_RULES.source is not None
    assert DEFAULT_RULES.source.startswith("Default of this platform")


def test_by_default_three_kinds_are_for_members_only() -> None:
    assert {kind for kind in ConferenceKind if DEFAULT_RULES.is_statutory(kind)} == {
        ConferenceKind.GENERAL_ASSEMBLY,
        ConferenceKind.MEMBERS_SESSION,
        ConferenceKind.STEERING_COMMITTEE,
    }


def test_own_rules_replace_the_default_from_their_day_on() -> None:
    own = rules(date(2026, 1, 1), ConferenceKind.WORKSHOP)

    assert rules_in_force([own], date(2025, 12, 31)) == DEFAULT_RULES
    assert rules_in_force([own], date(2026, 1, 1)) == own


def test_own_rules_can_hold_from_the_beginning() -> None:
    own = rules(None)

    assert rules_in_force([own], date(1999, 1, 1)) == own
    assert rules_over_time([own]) == (own,)


def test_over_time_the_default_comes_first() -> None:
    older, newer = rules(date(2020, 1, 1)), rules(date(2026, 1, 1))

    assert rules_over_time([]) == (DEFAULT_RULES,)
    assert rules_over_time([newer, older]) == (DEFAULT_RULES, older, newer)


@given(
    starts=st.lists(st.dates(date(2000, 1, 1), date(2030, 1, 1)), unique=True, max_size=6),
    on=st.dates(date(1999, 1, 1), date(2031, 1, 1)),
)
def test_the_rules_in_force_are_the_last_that_began(starts: list[date], on: date) -> None:
    adopted = [rules(start) for start in starts]

    found = rules_in_force(adopted, on)

    begun = [start for start in starts if start <= on]
    assert found.valid_from == (max(begun) if begun else None)
    assert found.is_default is (not begun)


def test_a_conference_keeps_the_rules_of_its_first_day() -> None:
    """Whatever day it is today."""
    subject = conference(kind=ConferenceKind.GENERAL_ASSEMBLY)
    none_statutory_later = rules(subject.start_date + timedelta(days=1))
    none_statutory_then = rules(subject.start_date)

    assert is_statutory(subject, [none_statutory_later]) is True
    assert is_statutory(subject, [none_statutory_then]) is False


def test_an_overview_says_what_follows_from_the_day() -> None:
    subject = conference(registration=window(closes_on=TODAY))

    today = overview(subject, taken=12, adopted=[], today=TODAY)
    tomorrow = overview(subject, taken=12, adopted=[], today=TODAY + timedelta(days=1))

    assert (today.is_open, today.taken, today.is_statutory) == (True, 12, True)
    assert tomorrow.is_open is False
    assert overview(conference(), taken=0, adopted=[], today=TODAY).is_open is False
