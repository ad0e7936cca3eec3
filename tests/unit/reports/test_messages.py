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
from services.chassis.protocol.envelope import TYPE_PATTERN, from_amqp, to_amqp
from services.reports.domain.dates import Precision
from services.reports.domain.events import (
    CycleOpened,
    DomainEvent,
    ObligationDated,
    ObligationFulfilled,
    ObligationOpened,
    ObligationReleased,
    ReportAnswered,
    ReportStarted,
    ReportSubmitted,
    obligation_event,
)
from services.reports.domain.obligations import Due
from services.reports.domain.reports import save_answer, submit_report
from services.reports.domain.statuses import ObligationStatus
from services.reports.schemas.published import MESSAGES, publishing
from services.reports.wiring import SERVICE

from .examples import CYCLE, NOW, OBLIGATION, REPORT, REPORT_ID, answer, complete

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"

DATED = replace(OBLIGATION, version=2, due=Due(counted_from=date(2025, 12, 31), months=24, precision=Precision.YEAR))
FULFILLED = replace(OBLIGATION, version=2, status=ObligationStatus.FULFILLED, report_id=REPORT_ID)
RELEASED = replace(
    OBLIGATION,
    version=2,
    status=ObligationStatus.RELEASED,
    due=Due(counted_from=None, months=24, precision=Precision.UNKNOWN),
)
EXAMPLES: tuple[DomainEvent, ...] = (
    CycleOpened(CYCLE),
    ReportStarted(REPORT),
    ReportAnswered(save_answer(REPORT, answer(7, text="Vertraulich"))),
    ReportSubmitted(submit_report(complete(), now=NOW)),
    ObligationOpened(OBLIGATION),
    ObligationDated(DATED),
    ObligationFulfilled(FULFILLED),
    ObligationReleased(RELEASED),
)


def golden(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_is_what_its_golden_file_says(event: DomainEvent) -> None:
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
    assert told == golden(MESSAGES[type(event)].name)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_message_survives_the_wire_and_its_own_schema(event: DomainEvent) -> None:
    envelope = publishing(event, time=NOW)
    encoded = to_amqp(envelope)
    assert from_amqp(headers=encoded.headers, content_type=encoded.content_type, body=encoded.body) == envelope
    load(MESSAGES[type(event)].schema, envelope.data)
    with pytest.raises(InvalidInput):
        load(MESSAGES[type(event)].schema, {**envelope.data, "text": "more"})


def test_every_event_has_its_message_and_every_message_its_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(MESSAGES)
    names = [message.name for message in SERVICE.published]
    assert sorted(names) == sorted(path.stem for path in GOLDEN.glob("reports.*.json"))
    assert len(set(names)) == len(names) == 8
    assert all(TYPE_PATTERN.match(name) for name in names)
    assert all(message.description.endswith(".") for message in SERVICE.published)


def test_no_answer_leaves_the_service_in_a_message() -> None:
    """Answers are confidential until publication."""
    told = json.dumps(publishing(EXAMPLES[2], time=NOW).data)
    assert "Vertraulich" not in told
    assert "achieved" not in told


def test_a_message_continues_the_story_it_belongs_to() -> None:
    with context.use(CallContext(correlation_id="story", causation_id="cause", traceparent="trace")):
        one, other = publishing(EXAMPLES[0], time=NOW), publishing(EXAMPLES[0], time=NOW)
    assert (one.correlationid, one.causationid, one.traceparent) == ("story", "cause", "trace")
    assert one.id != other.id


@pytest.mark.parametrize(
    ("obligation", "event"),
    [
        (OBLIGATION, ObligationOpened),
        (DATED, ObligationDated),
        (FULFILLED, ObligationFulfilled),
        (RELEASED, ObligationReleased),
    ],
)
def test_an_obligation_tells_by_its_status_what_happened(obligation: Any, event: type) -> None:
    assert obligation_event(obligation) == event(obligation)
