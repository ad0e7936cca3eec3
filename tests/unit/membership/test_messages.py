"""The messages that this service publishes, held to golden files that consumers can test against."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import InvalidInput
from services.chassis.messaging.validation import load
from services.chassis.protocol.envelope import TYPE_PATTERN, Envelope, from_amqp, to_amqp
from services.membership.domain.events import (
    CityRegistered,
    CoalitionRegistered,
    DomainEvent,
    MemberAdmitted,
    MemberApplied,
    MemberRecorded,
    MemberRefused,
    MemberWithdrawn,
    PlanPublished,
)
from services.membership.schemas.published import MESSAGES, publishing
from services.membership.wiring import SERVICE

from .examples import AMT, ECCAR, GRAZ, NOW, PLAN_2004, RATZEBURG, decision, membership, milestone

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"

DECIDED = date(2025, 10, 24)

APPLIED = membership(
    milestone("council_decision", "2025-03"),
    milestone("application", "2025-04-02"),
    cities=(RATZEBURG, AMT),
    selected_commitments=(1, 7),
    contact_note="Confidential: Ms Y, +49 4541",
).under(PLAN_2004)
ADMITTED = replace(
    APPLIED.followed_by(milestone("admission", "2025-10-24")), decision=decision(on=DECIDED, votes=(40, 0, 1))
)
REFUSED = replace(APPLIED.followed_by(milestone("refusal", "2025-10-24")), decision=decision("refused", on=DECIDED))
RECORDED = ADMITTED.followed_by(milestone("joining_association", "2026"))
WITHDRAWN = RECORDED.followed_by(milestone("withdrawal"))

EXAMPLES: tuple[DomainEvent, ...] = (
    CoalitionRegistered(ECCAR),
    PlanPublished(PLAN_2004),
    CityRegistered(GRAZ),
    MemberApplied(APPLIED),
    MemberAdmitted(ADMITTED),
    MemberRefused(REFUSED),
    MemberRecorded(RECORDED),
    MemberWithdrawn(WITHDRAWN),
)


def told(envelope: Envelope) -> dict[str, Any]:
    return {
        "source": envelope.source,
        "type": envelope.type,
        "subject": envelope.subject,
        "time": envelope.time.isoformat(),
        "sequence": envelope.sequence,
        "coalition": envelope.coalition,
        "data": envelope.data,
    }


def golden(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: DomainEvent) -> None:
    assert told(publishing(event, time=NOW)) == golden(MESSAGES[type(event)].name)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_survives_the_wire_and_its_own_schema(event: DomainEvent) -> None:
    envelope = publishing(event, time=NOW)
    encoded = to_amqp(envelope)
    assert from_amqp(headers=encoded.headers, content_type=encoded.content_type, body=encoded.body) == envelope
    schema = MESSAGES[type(event)].schema
    load(schema, envelope.data)
    for wrong in ({**envelope.data, "surprise": 1}, dict(list(envelope.data.items())[1:])):
        with pytest.raises(InvalidInput):
            load(schema, wrong)


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(MESSAGES)
    names = [message.name for message in SERVICE.published]
    assert sorted(names) == sorted(path.stem for path in GOLDEN.glob("membership.*.json"))
    assert len(set(names)) == len(names) == 8
    assert all(TYPE_PATTERN.match(name) for name in names)
    assert all(message.description.endswith(".") for message in SERVICE.published)


def test_what_is_meant_for_the_secretariat_leaves_in_no_message() -> None:
    assert "Confidential" not in json.dumps(publishing(MemberApplied(APPLIED), time=NOW).data)


def test_a_message_continues_the_story_it_belongs_to() -> None:
    with context.use(CallContext(correlation_id="story", causation_id="cause", traceparent="trace")):
        one, other = publishing(EXAMPLES[0], time=NOW), publishing(EXAMPLES[0], time=NOW)
    assert (one.correlationid, one.causationid, one.traceparent) == ("story", "cause", "trace")
    assert one.id != other.id
