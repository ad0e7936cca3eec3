"""Announcing a conference; the window in which delegates register."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.text import LocalizedText
from services.events.domain.conferences import (
    Conference,
    announce_conference,
    close_registration,
    open_registration,
    open_window,
)
from services.events.domain.errors import ConferenceIsOver, RegistrationAlreadyOpen, RegistrationNotOpen
from services.events.domain.kinds import ConferenceKind
from services.events.domain.requests import AnnounceConference
from services.events.domain.venue import Attendance, ConferenceMode

from .examples import TODAY, conference, window

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


def announcement(**changes: Any) -> AnnounceConference:
    facts = {
        "coalition": "eccar",
        "kind": ConferenceKind.FOUNDING_MEETING,
        "title": LocalizedText.of("en", "4th European Conference of Cities for Human Rights"),
        "start_date": date(2004, 12, 10),
        "end_date": date(2004, 12, 10),
        "mode": ConferenceMode.IN_PERSON,
    }
    return AnnounceConference(**{**facts, **changes})


def opened(**changes: Any) -> Conference:
    return open_registration(conference(), window=window(**changes), taken=0, today=TODAY)


def test_a_past_conference_of_one_day_can_be_announced() -> None:
    announced = announce_conference(announcement(), id="c1")

    assert (announced.id, announced.coalition, announced.version) == ("c1", "eccar", 1)
    assert announced.kind is ConferenceKind.FOUNDING_MEETING
    assert (announced.start_date, announced.end_date) == (date(2004, 12, 10), date(2004, 12, 10))
    assert announced.registration is None


def test_a_conference_does_not_end_before_it_starts() -> None:
    with pytest.raises(InvalidInput) as refused:
        announce_conference(announcement(end_date=date(2004, 12, 9)), id="c1")

    assert [(each.path, each.code) for each in refused.value.violations] == [(("end_date",), "END_BEFORE_START")]


def test_opening_is_one_new_version_with_the_window() -> None:
    chosen = window(capacity=300, delegates_per_member=2)

    result = open_registration(conference(version=4), window=chosen, taken=0, today=TODAY)

    assert result == conference(version=5, registration=chosen)


def test_registration_cannot_be_opened_twice() -> None:
    with pytest.raises(RegistrationAlreadyOpen):
        open_registration(opened(), window=window(), taken=0, today=TODAY)


def test_nor_while_it_waits_for_its_first_day() -> None:
    waiting = opened(opens_on=date(2026, 9, 15))

    with pytest.raises(RegistrationAlreadyOpen):
        open_registration(waiting, window=window(), taken=0, today=TODAY)


def test_it_can_be_opened_again_when_it_ran_out_or_was_closed() -> None:
    ran_out = conference(registration=window(closes_on=date(2026, 8, 31)))
    closed = close_registration(opened(), today=TODAY)

    assert open_registration(ran_out, window=window(), taken=7, today=TODAY).registration == window()
    assert open_registration(closed, window=window(), taken=7, today=TODAY).registration == window()


def test_nothing_is_opened_when_the_conference_is_over() -> None:
    last_day, day_after = date(2026, 10, 23), date(2026, 10, 24)
    late = window(opens_on=last_day, closes_on=last_day)

    assert open_registration(conference(), window=late, taken=0, today=last_day).registration == late
    with pytest.raises(ConferenceIsOver):
        open_registration(conference(), window=late, taken=0, today=day_after)


@pytest.mark.parametrize(
    ("changes", "taken", "expected"),
    [
        ({"closes_on": date(2026, 10, 23)}, 0, []),
        ({"closes_on": date(2026, 10, 24)}, 0, [("closes_on", "CLOSES_AFTER_THE_END")]),
        ({"opens_on": date(2026, 10, 11)}, 0, [("closes_on", "CLOSES_BEFORE_OPENING")]),
        ({"opens_on": TODAY, "closes_on": TODAY}, 0, []),
        (
            {"opens_on": date(2026, 8, 1), "closes_on": date(2026, 8, 31)},
            0,
            [("closes_on", "CLOSES_IN_THE_PAST")],
        ),
        ({"capacity": 20}, 20, []),
        ({"capacity": 20}, 21, [("capacity", "CAPACITY_BELOW_TAKEN")]),
        (
            {"opens_on": date(2026, 11, 2), "closes_on": date(2026, 11, 1), "capacity": 1},
            2,
            [
                ("closes_on", "CLOSES_BEFORE_OPENING"),
                ("closes_on", "CLOSES_AFTER_THE_END"),
                ("capacity", "CAPACITY_BELOW_TAKEN"),
            ],
        ),
    ],
)
def test_dates_and_numbers_of_a_window(changes: dict[str, Any], taken: int, expected: list[tuple[str, str]]) -> None:
    try:
        open_registration(conference(), window=window(**changes), taken=taken, today=TODAY)
        found = []
    except InvalidInput as refused:
        found = [(".".join(map(str, each.path)), each.code) for each in refused.violations]

    assert found == expected


def test_closing_keeps_the_dates_and_notes_the_day() -> None:
    closed = close_registration(opened(), today=TODAY)

    assert closed.version == 3
    assert closed.registration == window(closed_on=TODAY)


def test_what_is_not_open_cannot_be_closed() -> None:
    ran_out = conference(registration=window(closes_on=date(2026, 8, 31)))

    for nothing_to_close in (conference(), ran_out, close_registration(opened(), today=TODAY)):
        with pytest.raises(RegistrationNotOpen):
            close_registration(nothing_to_close, today=TODAY)


def test_a_window_that_opens_later_can_be_closed_and_then_stays_closed() -> None:
    closed = close_registration(opened(opens_on=date(2026, 9, 15)), today=TODAY)

    with pytest.raises(RegistrationNotOpen, match="ended on 2026-09-01"):
        open_window(closed, date(2026, 9, 20))


def test_the_refusal_says_when_registration_opens() -> None:
    with pytest.raises(RegistrationNotOpen, match="opens on 2026-09-15"):
        open_window(opened(opens_on=date(2026, 9, 15)), TODAY)


@given(opens_on=DAYS, length=st.integers(0, 60), today=DAYS, closed_after=st.none() | st.integers(0, 60))
def test_registration_is_open_from_the_first_to_the_last_day_unless_closed(
    opens_on: date, length: int, today: date, closed_after: int | None
) -> None:
    closes_on = opens_on + timedelta(days=length)
    closed_on = None if closed_after is None else opens_on + timedelta(days=closed_after)
    subject = conference(registration=window(opens_on=opens_on, closes_on=closes_on, closed_on=closed_on))

    expected = closed_on is None and opens_on <= today <= closes_on

    assert subject.registration is not None
    assert subject.registration.is_open(today) is expected
    if expected:
        assert open_window(subject, today) == subject.registration
    else:
        with pytest.raises(RegistrationNotOpen):
            open_window(subject, today)


@given(steps=st.lists(st.tuples(st.sampled_from(["open", "close"]), st.integers(0, 30)), max_size=12))
def test_whatever_is_tried_opening_and_closing_alternate(steps: list[tuple[str, int]]) -> None:
    subject, today, done = conference(), TODAY, []
    for step, days in steps:
        today += timedelta(days=days)
        closes_on = min(today + timedelta(days=10), subject.end_date)
        before = subject
        try:
            if step == "open":
                chosen = window(opens_on=today, closes_on=closes_on)
                subject = open_registration(subject, window=chosen, taken=0, today=today)
            else:
                subject = close_registration(subject, today=today)
        except (ConferenceIsOver, RegistrationAlreadyOpen, RegistrationNotOpen):
            assert subject == before
            continue
        done.append(step)
        assert subject.version == before.version + 1
        assert subject.registration is not None
        assert subject.registration.is_open(today) is (step == "open")

    assert subject.version == 1 + len(done)
    assert all(first != "close" or second == "open" for first, second in pairwise(done))
    assert done[:1] in ([], ["open"])


@pytest.mark.parametrize(
    ("mode", "offered"),
    [
        (ConferenceMode.IN_PERSON, (Attendance.ON_SITE,)),
        (ConferenceMode.ONLINE, (Attendance.ONLINE,)),
        (ConferenceMode.HYBRID, (Attendance.ON_SITE, Attendance.ONLINE)),
    ],
)
def test_the_mode_says_how_one_attends(mode: ConferenceMode, offered: tuple[Attendance, ...]) -> None:
    assert mode.offered == offered
