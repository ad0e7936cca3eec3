"""The wire without I/O: rpc, headers, envelope, topology."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Conflict, InvalidInput, Violation
from services.chassis.protocol import headers, rpc, topology
from services.chassis.protocol.envelope import Envelope, from_amqp, to_amqp
from services.chassis.protocol.rpc import MalformedMessage
from services.chassis.protocol.topology import Subscription

ENVELOPE = Envelope(
    id="0192d3a4-0000-7000-8000-000000000001",
    source="membership",
    type="membership.member_admitted.v1",
    subject="0192d3a4-0000-7000-8000-000000000002",
    time=datetime(2026, 11, 24, 7, 0, 0, 5000, tzinfo=UTC),
    sequence=2,
    coalition="eccar",
    correlationid="0192d3a4-0000-7000-8000-000000000003",
    causationid=None,
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    data={"standing": "member", "name": "Wörgl"},
)
SUBSCRIPTION = Subscription("events", "member_projection", ("membership.member_admitted.v1",))


@given(st.dictionaries(st.text(), st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text())))
def test_a_request_survives_the_wire(arguments: dict[str, Any]) -> None:
    assert rpc.decode_request(rpc.encode_request(arguments)) == arguments


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"args": [1], "kwargs": {}}', b'{"args": []}', b"\xff"])
def test_what_is_no_request_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        rpc.decode_request(body)


def test_an_error_survives_the_wire_by_its_code() -> None:
    error = InvalidInput("name: missing", path=("name",), violations=(Violation(("name",), "missing", "REQUIRED"),))
    decoded = rpc.decode_reply(rpc.encode_error(error)).error
    assert decoded is not None
    assert (decoded.code, decoded.message, decoded.path) == ("INVALID_INPUT", "name: missing", ("name",))
    assert (decoded.expected, decoded.retryable) == (True, False)
    assert decoded.violations == error.violations


def test_an_error_carries_what_a_stock_nameko_client_reads() -> None:
    wire = orjson.loads(rpc.encode_error(Conflict("no")))["error"]
    assert {name: wire[name] for name in ("exc_type", "exc_args", "value")} == {
        "exc_type": "Conflict",
        "exc_args": ["no"],
        "value": "no",
    }


def test_an_error_of_a_stock_nameko_service_is_internal() -> None:
    body = orjson.dumps(
        {"result": None, "error": {"exc_type": "KeyError", "exc_path": "x", "exc_args": [], "value": "k"}}
    )
    error = rpc.decode_reply(body).error
    assert error is not None
    assert (error.code, error.expected) == ("INTERNAL", False)


def test_the_context_travels_by_an_allow_list() -> None:
    context = CallContext(
        correlation_id="story",
        causation_id="cause",
        principal_token="a signed principal",
        deadline=12.5,
        traceparent="00-a",
        idempotency_key="key",
    )
    sent = headers.to_headers(context)
    assert headers.from_headers(headers.allowed({**sent, "x-death": [{}], "nameko.secret": "hunter2"})) == context
    assert set(headers.allowed({**sent, "nameko.secret": "hunter2"})) == set(headers.ALLOWED)


def test_what_is_unknown_does_not_travel() -> None:
    assert set(headers.to_headers(CallContext(correlation_id="story"))) == {"nameko.correlation_id"}


def test_a_malformed_deadline_counts_as_none() -> None:
    assert headers.from_headers({headers.DEADLINE: "soon"}).deadline is None


def test_a_message_is_a_cloudevent_in_binary_mode() -> None:
    message = to_amqp(ENVELOPE)
    assert message.content_type == "application/json"
    assert orjson.loads(message.body) == {"standing": "member", "name": "Wörgl"}
    assert message.headers == {
        "ce-specversion": "1.0",
        "ce-id": ENVELOPE.id,
        "ce-source": "membership",
        "ce-type": "membership.member_admitted.v1",
        "ce-subject": ENVELOPE.subject,
        "ce-time": "2026-11-24T07:00:00.005000Z",
        "ce-sequence": "2",
        "ce-correlationid": ENVELOPE.correlationid,
        "ce-coalition": "eccar",
        "ce-traceparent": ENVELOPE.traceparent,
    }


def test_a_message_survives_the_wire() -> None:
    message = to_amqp(ENVELOPE)
    assert (
        from_amqp(headers={**message.headers, "x-death": []}, content_type=message.content_type, body=message.body)
        == ENVELOPE
    )


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"ce-id": None}, b"{}"),
        ({"ce-sequence": "two"}, b"{}"),
        ({"ce-sequence": None}, b"{}"),
        ({"ce-correlationid": None}, b"{}"),
        ({"ce-time": "yesterday"}, b"{}"),
        ({"ce-type": "MemberAdmitted"}, b"{}"),
        ({"ce-type": "membership.member.v1"}, b"{}"),
        ({"ce-specversion": "9.9"}, b"{}"),
        ({}, b"[]"),
        ({}, b"{not json"),
        ({}, b"\xff\xfe"),
    ],
)
def test_what_is_no_message_of_ours_is_malformed(change: dict[str, Any], body: bytes) -> None:
    changed = {name: value for name, value in {**to_amqp(ENVELOPE).headers, **change}.items() if value is not None}
    with pytest.raises(MalformedMessage):
        from_amqp(headers=changed, content_type="application/json", body=body)


def test_no_headers_at_all_are_malformed() -> None:
    with pytest.raises(MalformedMessage):
        from_amqp(headers={}, content_type=None, body=b"{}")


def test_a_failed_message_goes_home_to_its_own_queue_only() -> None:
    queues = {queue.name: queue for queue in topology.queues_of(SUBSCRIPTION, (1.0, 0.25))}
    assert list(queues) == [
        "events.member_projection.dead",
        "events.member_projection.retry.1s",
        "events.member_projection.retry.0.25s",
        "events.member_projection",
    ]
    ladder = queues["events.member_projection.retry.0.25s"]
    assert ladder.arguments["x-message-ttl"] == 250
    assert ladder.arguments["x-dead-letter-routing-key"] == "events.member_projection"
    assert ladder.bindings == ()
    assert queues["events.member_projection"].arguments["x-dead-letter-routing-key"] == "events.member_projection.dead"


def test_what_must_survive_a_broker_is_durable_and_a_request_is_not() -> None:
    assert all(queue.durable for queue in topology.queues_of(SUBSCRIPTION, (1.0,)))
    assert not topology.rpc_queue("events").durable
    assert topology.rpc_queue("events").bindings == ("events.*",)
