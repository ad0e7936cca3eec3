"""The messages that this service publishes, held to golden files that consumers can test against."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.chassis.protocol.envelope import TYPE_PATTERN, from_amqp, to_amqp
from services.events.domain.conferences import close_registration
from services.events.domain.events import (
    ConferenceAnnounced,
    ConferenceRulesAdopted,
    DelegateRegistered,
    DelegateUnregistered,
    RegistrationClosed,
    RegistrationOpened,
)
from services.events.domain.kinds import ConferenceKind
from services.events.domain.registrations import cancel_registration
from services.events.domain.rules import AdoptedRules, ConferenceRules
from services.events.schemas.published import MESSAGES, publishing
from services.events.wiring import SERVICE

from .examples import NOW, TODAY, conference, registration, window

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"

OPENED = conference(version=2, registration=window(capacity=300, delegates_per_member=2))
REGISTERED = registration(
    id="01980000-0000-7000-8000-0000000000d1",
    member_id="01980000-0000-7000-8000-0000000000a1",
    member_place=1,
    function="Deputy mayor",
)
RULES = AdoptedRules(
    id="01980000-0000-7000-8000-0000000000e1",
    coalition="eccar",
    version=1,
    rules=ConferenceRules(
        valid_from=date(2027, 1, 1),
        statutory_kinds=(ConferenceKind.GENERAL_ASSEMBLY, ConferenceKind.STEERING_COMMITTEE),
        is_default=False,
        source="Statutes of 2026, section 7",
    ),
)
EXAMPLES: tuple[Any, ...] = (
    ConferenceAnnounced(conference(theme=LocalizedText("en", {"en": "Welcoming cities", "de": "Weltoffene Städte"}))),
    RegistrationOpened(OPENED),
    RegistrationClosed(close_registration(OPENED, today=TODAY)),
    DelegateRegistered(REGISTERED),
    DelegateUnregistered(cancel_registration(REGISTERED, reason="illness in the family", at=NOW)),
    ConferenceRulesAdopted(RULES),
)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: Any) -> None:
    envelope = publishing(event, time=NOW)
    told = {
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time.isoformat(),
        "sequence": envelope.sequence,
        "coalition": envelope.coalition,
        "data": envelope.data,
    }
    golden = (GOLDEN / f"{MESSAGES[type(event)].name}.json").read_text(encoding="utf-8")

    assert told == json.loads(golden)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_survives_the_wire_and_its_own_schema(event: Any) -> None:
    envelope = publishing(event, time=NOW)
    encoded = to_amqp(envelope)

    assert from_amqp(headers=encoded.headers, content_type=encoded.content_type, body=encoded.body) == envelope
    load(MESSAGES[type(event)].schema, envelope.data)
    with pytest.raises(InvalidInput):
        load(MESSAGES[type(event)].schema, {**envelope.data, "name": "Ada Example"})


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    names = [message.name for message in SERVICE.published]

    assert {type(event) for event in EXAMPLES} == set(MESSAGES)
    assert sorted(names) == sorted(path.stem for path in GOLDEN.glob("events.*.json"))
    assert len(set(names)) == len(names) == 6
    assert all(TYPE_PATTERN.match(name) for name in names)
    assert all(message.description.endswith(".") for message in SERVICE.published)


@pytest.mark.parametrize("event", [EXAMPLES[3], EXAMPLES[4]], ids=["registered", "unregistered"])
def test_no_personal_data_leaves_in_a_message(event: Any) -> None:
    told = json.dumps(publishing(event, time=NOW).data)

    for personal in ("Ada", "ada@", "Deputy", "illness"):
        assert personal not in told


def test_a_message_continues_the_story_it_belongs_to() -> None:
    with context.use(CallContext(correlation_id="story", causation_id="cause", traceparent="trace")):
        one, other = publishing(EXAMPLES[0], time=NOW), publishing(EXAMPLES[0], time=NOW)

    assert (one.correlationid, one.causationid, one.traceparent) == ("story", "cause", "trace")
    assert one.id != other.id
