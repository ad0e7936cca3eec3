"""What the administrator's commands make of messages, filters and durations, without a broker."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.messaging.comparison import told_by
from services.chassis.messaging.dead_letters import DeadLetter, read_letter
from services.chassis.protocol.topology import Subscription
from services.chassis.runtime.admin import letter_views
from services.chassis.runtime.admin.durations import parse_duration, spoken
from services.chassis.runtime.admin.letter_selection import Selection
from services.chassis.runtime.admin.output import encode

SUBSCRIPTION = Subscription("events", "member_projection", ("membership.member_admitted.v1",))
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MARKS = {
    "x-attempts": "6",
    "x-first-failed-at": "2026-11-24T09:00:00.000+00:00",
    "x-last-failed-at": "2026-11-24T10:00:00.000+00:00",
    "x-error-code": "PROJECTION_BEHIND",
    "x-error-text": "not yet",
}
CLOUD_EVENT = {"ce-id": "id-of-event", "ce-type": "membership.member_admitted.v1", "ce-coalition": "eccar"}


def letter(headers: dict[str, Any], body: bytes | str = b"{}", **properties: Any) -> DeadLetter:
    message = SimpleNamespace(properties={"application_headers": headers, **properties}, body=body, delivery_tag=7)
    return read_letter(message, SUBSCRIPTION)


def test_a_subscribers_letter() -> None:
    found = letter({**CLOUD_EVENT, **MARKS}, message_id="id-of-message")
    assert (found.queue, found.home) == ("events.member_projection.dead", "events.member_projection")
    assert (found.id, found.type, found.coalition) == ("id-of-message", "membership.member_admitted.v1", "eccar")
    assert (found.code, found.text, found.attempts) == ("PROJECTION_BEHIND", "not yet", 6)
    assert found.first_failed_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert found.age(NOW) == timedelta(hours=2)


def test_a_letter_of_the_broker_says_what_it_died_of_and_what_went_before() -> None:
    # AMQP's timestamps have no time zone.
    died_at = datetime(2026, 11, 24, 11, 0, tzinfo=UTC).replace(tzinfo=None)
    death = {"reason": "delivery_limit", "time": died_at, "queue": "events.member_projection"}
    fresh = letter({**CLOUD_EVENT, "x-death": [death]})
    assert (fresh.code, fresh.attempts) == ("DELIVERY_LIMIT", None)
    assert fresh.first_failed_at == fresh.last_failed_at == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    failed_before = letter({**CLOUD_EVENT, **MARKS, "x-death": [death]})
    assert (failed_before.code, failed_before.attempts) == ("DELIVERY_LIMIT", 6)
    assert failed_before.text.endswith("Before that: PROJECTION_BEHIND: not yet")
    assert failed_before.first_failed_at == datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert letter({"x-death": [{"reason": "maxlen"}]}).code == "MAXLEN"


headers_of_strangers = st.dictionaries(
    st.sampled_from([*CLOUD_EVENT, *MARKS, "x-death", "other"]),
    st.one_of(
        st.none(),
        st.text(),
        st.integers(-(2**63), 2**63 - 1),
        st.binary(),
        st.datetimes(),
        st.lists(st.dictionaries(st.text(), st.text())),
    ),
)


@given(headers_of_strangers, st.one_of(st.binary(), st.text()))
def test_anything_at_all_can_be_read_shown_and_filtered(headers: dict[str, Any], body: bytes | str) -> None:
    found = letter(headers, body)
    assert found.id
    assert letter({**headers, "x-delivery-count": 3}, body).id == found.id
    letter_views.cells(found, NOW)
    assert letter_views.in_full(found, NOW)
    assert encode(letter_views.full_document(found, NOW))
    assert isinstance(Selection(older_than=timedelta(hours=1)).includes(found, NOW), bool)


@given(st.binary(min_size=1))
def test_no_byte_of_a_body_is_lost(body: bytes) -> None:
    document = letter_views.full_document(letter({}, body), NOW)
    if document["body_hex"] is not None:
        assert bytes.fromhex(document["body_hex"]) == body
    else:
        assert document["body"] is not None


def test_a_letter_of_unknown_age_is_neither_older_nor_newer() -> None:
    ageless = letter({})
    assert Selection().includes(ageless, NOW)
    assert not Selection(older_than=timedelta(0)).includes(ageless, NOW)
    assert not Selection(newer_than=timedelta(days=999)).includes(ageless, NOW)


def test_a_made_up_id_is_of_this_message_only() -> None:
    assert letter({}, b"a").id != letter({}, b"b").id
    assert letter({"ce-type": "x"}, b"a").id != letter({}, b"a").id


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        ("2h", timedelta(hours=2)),
        ("30d", timedelta(days=30)),
        ("1w", timedelta(weeks=1)),
        ("1d12h", timedelta(days=1, hours=12)),
    ],
)
def test_durations(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "2", "h", "2 h", "-2h", "2h!", "2y", "1.5h", "9" * 30 + "d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (None, "–"),
        (timedelta(0), "0s"),
        (timedelta(seconds=61), "1m 1s"),
        (timedelta(hours=2), "2h"),
        (timedelta(days=3, hours=4, minutes=5), "3d 4h"),
        (timedelta(seconds=-5), "0s"),
    ],
)
def test_spoken_durations(duration: timedelta | None, text: str) -> None:
    assert spoken(duration) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "PRECONDITION_FAILED - inequivalent arg 'x-message-ttl' for queue 'a.b.retry.5s' in vhost '/': "
            "received the value '5000' of type 'signedint' but current is the value '7' of type 'signedint'",
            ("x-message-ttl", "5000", "7"),
        ),
        (
            "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'a.b' in vhost '/': "
            "received 'quorum' but current is none",
            ("x-queue-type", "quorum", "none"),
        ),
        ("RESOURCE_LOCKED - somebody's", (None, None, "RESOURCE_LOCKED - somebody's")),
    ],
)
def test_the_brokers_refusal_is_read(text: str, told: tuple[str | None, ...]) -> None:
    assert tuple(told_by(text).values()) == told
