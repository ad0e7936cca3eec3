"""Domain events become messages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import fields

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.events import DomainEvent
from services.chassis.messaging.validation import load
from services.chassis.schemas.messages import Copy, MessageType, Publishing, State, says

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    id: str
    version: int
    coalition: str
    parts: tuple[str, ...]


class ThingMade(DomainEvent[Thing]):
    pass


class ThingState(State):
    thing_id = fields.String(attribute="id", **says("The thing"))
    parts = fields.List(fields.String(), **says("Its parts"))


@dataclass(frozen=True)
class KnownThing:
    parts: tuple[str, ...]


class ThingCopy(Copy):
    makes = KnownThing

    parts = fields.List(fields.String(), required=True)


MADE = ThingMade(Thing(id="t", version=3, coalition="eccar", parts=("a", "b")))
publishing = Publishing("things", {ThingMade: MessageType("things.thing_made.v1", ThingState(), "A thing was made.")})


def test_a_message_tells_of_the_aggregate_as_it_is_since() -> None:
    envelope = publishing(MADE, time=NOW)
    assert (envelope.source, envelope.type, envelope.time) == ("things", "things.thing_made.v1", NOW)
    assert (envelope.subject, envelope.sequence, envelope.coalition) == ("t", 3, "eccar")
    assert envelope.data == {"thing_id": "t", "parts": ["a", "b"]}


def test_a_message_continues_the_story_it_belongs_to() -> None:
    with context.use(CallContext(correlation_id="story", causation_id="cause", traceparent="trace")):
        one, other = publishing(MADE, time=NOW), publishing(MADE, time=NOW)
    assert (one.correlationid, one.causationid, one.traceparent) == ("story", "cause", "trace")
    assert one.id != other.id


def test_an_event_that_nobody_made_a_message_of_is_a_mistake() -> None:
    class ThingLost(DomainEvent[Thing]):
        pass

    with pytest.raises(KeyError):
        publishing(ThingLost(MADE.aggregate), time=NOW)


@pytest.mark.parametrize("wrong", [{"surprise": 1}, {"parts": None}])
def test_a_state_is_exact(wrong: dict[str, Any]) -> None:
    data = publishing(MADE, time=NOW).data
    load(ThingState(), data)
    with pytest.raises(InvalidInput):
        load(ThingState(), {**data, **wrong})


def test_a_copy_reads_its_own_fields_and_leaves_the_rest() -> None:
    assert load(ThingCopy(), {"thing_id": "t", "parts": ["a"], "a_field_of_tomorrow": 1}) == KnownThing(parts=("a",))
