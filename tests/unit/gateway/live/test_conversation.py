"""graphql-transport-ws: whatever a client says in whatever order, the server keeps to the protocol."""

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.live.conversation import (
    LONGEST_ID,
    Answer,
    Complete,
    Conversation,
    Init,
    SocketFraming,
    Subscribe,
    Violation,
)

QUERY: Final = {"query": "subscription { a }"}


def say(conversation: Conversation, **message: Any) -> Any:
    return conversation.receive(json.dumps(message))


def acknowledged() -> Conversation:
    conversation = Conversation()
    assert say(conversation, type="connection_init") == Init({})
    conversation.acknowledge()
    return conversation


def code_of(conversation: Conversation, text: str | None) -> int:
    with pytest.raises(Violation) as violation:
        conversation.receive(text)
    return violation.value.code


def test_a_hello_may_say_who_it_is() -> None:
    assert say(Conversation(), type="connection_init", payload={"authorization": "Bearer x"}) == Init(
        {"authorization": "Bearer x"}
    )


def test_a_second_hello_ends_the_connection() -> None:
    assert code_of(acknowledged(), '{"type":"connection_init"}') == 4429


def test_a_hello_that_is_none_ends_the_connection() -> None:
    assert code_of(Conversation(), '{"type":"connection_init","payload":1}') == 4400


def test_nothing_can_be_asked_before_the_hello_was_answered() -> None:
    conversation = Conversation()
    subscribe = json.dumps({"type": "subscribe", "id": "1", "payload": QUERY})
    assert code_of(conversation, subscribe) == 4401
    say(conversation, type="connection_init")
    assert code_of(conversation, subscribe) == 4401


def test_an_id_is_free_again_when_its_operation_has_ended() -> None:
    conversation = acknowledged()
    asked = say(conversation, type="subscribe", id="1", payload={**QUERY, "operationName": "A", "variables": {"a": 1}})
    assert isinstance(asked, Subscribe)
    assert (asked.id, asked.request.operation_name, asked.request.variables) == ("1", "A", {"a": 1})
    again = json.dumps({"type": "subscribe", "id": "1", "payload": QUERY})
    with pytest.raises(Violation, match="Subscriber for 1 already exists") as violation:
        conversation.receive(again)
    assert violation.value.code == 4409
    assert say(conversation, type="complete", id="1") == Complete("1")
    conversation.ended("1")
    assert say(conversation, type="complete", id="1") is None
    assert isinstance(conversation.receive(again), Subscribe)


def test_a_ping_is_answered_with_what_it_carried() -> None:
    assert say(Conversation(), type="ping") == Answer('{"type":"pong"}')
    assert say(Conversation(), type="ping", payload={"a": 1}) == Answer('{"type":"pong","payload":{"a":1}}')
    assert say(Conversation(), type="pong") is None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "null",
        "[]",
        "{}",
        '{"type":"next"}',
        '{"type":"ping","payload":[]}',
        '{"type":"subscribe","payload":{"query":"{ a }"}}',
        '{"type":"subscribe","id":"","payload":{"query":"{ a }"}}',
        '{"type":"subscribe","id":1,"payload":{"query":"{ a }"}}',
        '{"type":"subscribe","id":"1"}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","id":"1","payload":{"query":1}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{ a }","operationName":1}}',
        '{"type":"complete"}',
        json.dumps({"type": "complete", "id": "x" * (LONGEST_ID + 1)}),
    ],
)
def test_what_is_no_message_of_the_protocol_ends_the_connection(text: str | None) -> None:
    assert code_of(acknowledged(), text) == 4400


def test_frames_are_json_whatever_the_id() -> None:
    for id in ("1", '"', "\\", "\u2028", "ä"):
        framing = SocketFraming(id)
        assert json.loads(framing.next('{"data":{"a":1}}', "e")) == {
            "id": id,
            "type": "next",
            "payload": {"data": {"a": 1}},
        }
        assert json.loads(framing.failed([{"message": "no"}])) == {
            "id": id,
            "type": "error",
            "payload": [{"message": "no"}],
        }


ids = st.sampled_from(["1", "2", "3"])
messages = st.one_of(
    st.just({"type": "connection_init"}),
    st.just({"type": "ping"}),
    st.just({"type": "pong"}),
    ids.map(lambda id: {"type": "subscribe", "id": id, "payload": QUERY}),
    ids.map(lambda id: {"type": "complete", "id": id}),
    st.just({"type": "nonsense"}),
)
steps = st.lists(st.one_of(messages, st.just("acknowledge"), ids.map(lambda id: ("ended", id))), max_size=40)


@given(steps)
def test_no_sequence_of_messages_breaks_the_rules(steps: list[Any]) -> None:
    """Beside a model in a few words: greeted once, acknowledged before anything is asked, an id once at a time."""
    conversation, greeted, acknowledged, running = Conversation(), False, False, set[str]()
    for step in steps:
        if step == "acknowledge":
            if greeted:
                conversation.acknowledge()
                acknowledged = True
            continue
        if isinstance(step, tuple):
            conversation.ended(step[1])
            running.discard(step[1])
            continue
        expected = _expected(step, greeted=greeted, acknowledged=acknowledged, running=running)
        if isinstance(expected, int):
            assert code_of(conversation, json.dumps(step)) == expected
            return
        assert type(conversation.receive(json.dumps(step))) is expected
        greeted = greeted or step["type"] == "connection_init"
        if step["type"] == "subscribe":
            running.add(step["id"])


def _expected(message: dict[str, Any], *, greeted: bool, acknowledged: bool, running: set[str]) -> type | int:
    match message["type"]:
        case "connection_init":
            return 4429 if greeted else Init
        case "ping":
            return Answer
        case "pong":
            return type(None)
        case "subscribe":
            if not acknowledged:
                return 4401
            return 4409 if message["id"] in running else Subscribe
        case "complete":
            return Complete if message["id"] in running else type(None)
    return 4400


@given(st.text(max_size=200))
def test_a_text_that_is_no_message_ends_the_connection(text: str) -> None:
    assert code_of(acknowledged(), text) == 4400
