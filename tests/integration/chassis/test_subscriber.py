"""The subscriber entrypoint and the relay: no message is lost, no effect happens twice."""

from typing import Any

import orjson
from pymongo.database import Database

from services.chassis.protocol import topology
from services.chassis.protocol.envelope import to_amqp
from tests.support.bus import BusClient
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually
from tests.support.recorder.definition import SUBSCRIPTION, THING_RECORDED, ThingRecorded, publishing

from .conftest import MODULE, tally_of

QUEUE = SUBSCRIPTION.queue
DEAD = f"{QUEUE}.dead"


def publish(broker: Broker, name: str, *, message_id: str | None = None, **headers: Any) -> str:
    """Put a message about `name` on the bus, as the relay does. Returns its id."""
    from datetime import UTC, datetime

    envelope = publishing(ThingRecorded(name), time=datetime.now(UTC))
    encoded = to_amqp(envelope)
    properties = {
        "headers": {**encoded.headers, **({"ce-id": message_id} if message_id else {}), **headers},
        "content_type": "application/json",
        "delivery_mode": 2,
    }
    routed = broker.publish(
        exchange=topology.MESSAGES.name,
        routing_key=THING_RECORDED,
        body=encoded.body.decode(),
        properties=properties,
    )
    assert routed
    return message_id or envelope.id


def dead_letters(broker: Broker, count: int = 1) -> list[dict[str, Any]]:
    return eventually(lambda: found if len(found := broker.messages(DEAD)) >= count else None) or []


def test_a_message_has_its_effect_once_however_often_it_comes(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    for _ in range(5):
        publish(broker, "a", message_id="0192d3a4-0000-7000-8000-000000000001")
    publish(broker, "b")
    eventually(lambda: tally_of(database, "b") == 1)
    assert tally_of(database, "a") == 1
    assert broker.messages(DEAD) == []


def test_a_failing_effect_is_tried_again_and_not_lost(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """Fact 2: a stock handler that raises drops its message."""
    database["faults"].insert_one({"_id": "a", "failures": ["retryable", "bug"]})
    publish(broker, "a")
    eventually(lambda: tally_of(database, "a") == 1)
    assert broker.messages(DEAD) == []
    assert "ZeroDivisionError" in recorder.log()


def test_a_message_that_keeps_failing_ends_among_the_dead_letters_with_its_story(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    database["faults"].insert_one({"_id": "a", "failures": ["retryable"] * 10})
    publish(broker, "a")
    letter = dead_letters(broker)[0]
    headers = letter["properties"]["headers"]
    assert orjson.loads(letter["payload"]) == {"name": "a"}
    assert (headers["x-error-code"], headers["x-error-text"], headers["x-attempts"]) == ("NOT_YET", "not yet", "4")
    assert headers["x-first-failed-at"] < headers["x-last-failed-at"]
    assert headers["ce-correlationid"]
    assert tally_of(database, "a") == 0


def test_a_terminal_error_is_put_aside_at_once(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    database["faults"].insert_one({"_id": "a", "failures": ["terminal"]})
    publish(broker, "a")
    assert dead_letters(broker)[0]["properties"]["headers"]["x-attempts"] == "1"
    assert tally_of(database, "a") == 0


def test_what_cannot_be_read_is_put_aside_and_the_next_message_is_handled(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """Fact 2: a stock consumer acks an undecodable body with a log line."""
    bodies = ["{not json", "[]", '{"name": 5}']
    for body in bodies:
        assert broker.publish(
            exchange=topology.MESSAGES.name,
            routing_key=THING_RECORDED,
            body=body,
            properties={"headers": {"ce-type": THING_RECORDED}, "content_type": "application/json"},
        )
    publish(broker, "after")
    eventually(lambda: tally_of(database, "after") == 1)
    assert sorted(letter["payload"] for letter in dead_letters(broker, 3)) == sorted(bodies)


def test_foreign_headers_do_not_travel_on(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """Fact 7: nameko passes on every header of a consumed message."""
    database["faults"].insert_one({"_id": "a", "failures": ["retryable"] * 10})
    publish(broker, "a", secret="hunter2")
    headers = dead_letters(broker)[0]["properties"]["headers"]
    # The broker itself adds its count of deliveries to what a quorum queue hands out.
    assert {name for name in headers if not name.startswith("ce-")} - {"x-delivery-count"} == {
        "x-attempts",
        "x-error-code",
        "x-error-text",
        "x-first-failed-at",
        "x-last-failed-at",
    }


def test_the_thread_command_to_effect(
    recorder: Process, relay: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    client.call("recorder", "record", {"name": "a"})
    eventually(lambda: tally_of(database, "a") == 1)
    row = database["outbox"].find_one({"data.name": "a"})
    assert row is not None
    assert row["published_at"] is not None


def test_killed_between_commit_and_publish_the_event_still_arrives(
    recorder: Process, client: BusClient, environment: ServiceEnvironment, database: Database[dict[str, Any]]
) -> None:
    client.call("recorder", "record", {"name": "a"})
    recorder.kill()
    recorder.restart().wait_until_ready()
    late_relay = Process([*MODULE, "relay"], environment)
    try:
        late_relay.wait_until_ready()
        eventually(lambda: tally_of(database, "a") == 1)
    finally:
        late_relay.close()


def test_killed_in_the_middle_of_an_effect_it_happens_once(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    publish(broker, "a")
    recorder.kill()
    recorder.restart().wait_until_ready()
    # If it was killed inside a transaction, the server holds its locks until the transaction's lifetime ends.
    eventually(lambda: tally_of(database, "a") == 1, seconds=30)
    publish(broker, "b")
    eventually(lambda: tally_of(database, "b") == 1)
    assert tally_of(database, "a") == 1


def test_the_causation_of_an_effect_is_its_message(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    database["faults"].insert_one({"_id": "a", "failures": ["terminal"]})
    message_id = publish(broker, "a")
    letter = dead_letters(broker)[0]
    assert letter["properties"]["headers"]["ce-id"] == message_id
