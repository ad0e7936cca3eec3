"""Ids of an instant: times are places among ids."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.ids import first_id_at, is_id, new_id, new_id_at

BEFORE_ALL, BEGINNING, END = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (1970, 1971, 2999))
INSTANTS = st.datetimes(BEGINNING, END, timezones=st.just(UTC))
MILLISECOND = timedelta(milliseconds=1)


@given(INSTANTS)
def test_an_id_of_an_instant_is_a_version_7_uuid_of_its_millisecond(instant: datetime) -> None:
    made = uuid.UUID(new_id_at(instant))
    assert is_id(str(made))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    milliseconds = made.int >> 80
    assert timedelta(0) <= instant - (datetime.fromtimestamp(0, UTC) + milliseconds * MILLISECOND) < MILLISECOND


@given(INSTANTS)
def test_the_first_id_of_an_instant_lies_between_those_before_and_those_of_it(instant: datetime) -> None:
    assert new_id_at(instant - MILLISECOND) < first_id_at(instant) <= new_id_at(instant)


@given(INSTANTS, INSTANTS)
def test_ids_are_in_the_order_of_their_instants(one: datetime, other: datetime) -> None:
    if other - one >= MILLISECOND:
        assert new_id_at(one) < new_id_at(other)


def test_two_ids_of_one_instant_differ() -> None:
    now = datetime.now(UTC)
    assert len({new_id_at(now) for _ in range(1000)}) == 1000
    assert new_id()[:8] == new_id_at(datetime.now(UTC))[:8]


@given(st.datetimes(max_value=BEFORE_ALL, timezones=st.just(UTC)), INSTANTS)
def test_an_instant_before_all_ids_is_before_all_ids(instant: datetime, later: datetime) -> None:
    assert is_id(first_id_at(instant))
    assert first_id_at(instant) < new_id_at(later)
