"""Facts 2, 6, 9 and 13: what becomes of a message that cannot be handled now, or by anybody, or at all."""

from contextlib import closing
from datetime import datetime
from typing import Any

import httpx
import kombu
from pymongo.database import Database

from services.chassis.protocol import topology
from services.chassis.protocol.envelope import to_amqp
from tests.support.bus import BusClient
from tests.support.infrastructure import Broker, Infrastructure
from tests.support.processes import Process, ServiceEnvironment, eventually, running
from tests.support.recorder.definition import SUBSCRIPTION, THING_RECORDED

from .conftest import MODULE, tally_of
from .test_outbox_and_relay import an_envelope
from .test_subscriber import DEAD, QUEUE, dead_letters, publish


def test_each_try_waits_for_its_turn(recorder: Process, broker: Broker, database: Database[dict[str, Any]]) -> None:
    """Fact 2: the ladder of 0.1, 0.2 and 0.4 seconds is climbed step by step; a requeue would be a hot loop."""
    database["faults"].insert_one({"_id": "a", "failures": ["retryable"] * 10})
    publish(broker, "a")
    headers = dead_letters(broker)[0]["properties"]["headers"]
    first, last = (datetime.fromisoformat(headers[name]) for name in ("x-first-failed-at", "x-last-failed-at"))
    assert 0.7 <= (last - first).total_seconds() < 5


def test_a_message_that_breaks_its_reader_harms_nobody(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """Fact 2: whatever goes wrong before a worker is started would end every replica in turn."""
    bottomless = "[" * 200_000
    encoded = to_amqp(an_envelope("a"))
    assert broker.publish(
        exchange=topology.MESSAGES.name,
        routing_key=THING_RECORDED,
        body=bottomless,
        properties={"headers": dict(encoded.headers), "content_type": "application/json"},
    )
    publish(broker, "after")
    eventually(lambda: tally_of(database, "after") == 1)
    assert recorder.is_running()
    assert [letter["payload"] for letter in dead_letters(broker)] == [bottomless]


def test_a_failed_message_whose_next_queue_is_missing_stays_in_its_own(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """Fact 6: what is published to a queue that is not there vanishes, unless the publisher insists."""
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.queue_delete(topology.retry_queue(SUBSCRIPTION, 0.1).name)
    database["faults"].insert_one({"_id": "a", "failures": ["retryable"]})
    publish(broker, "a")
    eventually(lambda: tally_of(database, "a") == 1)
    assert "a failed message stays in its queue" in recorder.log()


def test_a_long_delay_holds_up_no_short_one(
    environment: ServiceEnvironment, database: Database[dict[str, Any]], broker: Broker, declared: None
) -> None:
    """Fact 13: in one queue of mixed delays, what waits longest blocks whoever comes behind it."""
    waiting = environment.with_settings(RETRY_DELAYS_SECONDS="0.1,60")
    recorder = Process([*MODULE, "serve"], waiting)
    declare = Process([*MODULE, "declare"], waiting)
    try:
        eventually(lambda: declare.exit_status == 0)
        recorder.wait_until_ready()
        database["faults"].insert_many(
            [{"_id": "patient", "failures": ["retryable"] * 2}, {"_id": "hasty", "failures": ["retryable"]}]
        )
        publish(broker, "patient")
        eventually(lambda: database["faults"].find_one({"_id": "patient", "failures": []}))
        eventually(lambda: broker.messages(topology.retry_queue(SUBSCRIPTION, 60).name))
        publish(broker, "hasty")
        eventually(lambda: tally_of(database, "hasty") == 1, seconds=5)
        assert tally_of(database, "patient") == 0
    finally:
        recorder.close()
        declare.close()


def test_nine_crashes_of_others_cost_a_message_nothing(
    environment: ServiceEnvironment, declared: None, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """Fact 13: a crash raises the count of deliveries of whatever else was in flight."""
    publish(broker, "innocent")
    for _ in range(9):
        with kombu.Connection(broker.amqp_uri) as connection, closing(connection.channel()) as channel:
            assert eventually(lambda channel=channel: channel.basic_get(QUEUE))  # type: ignore[misc]
            connection.collect()
    recorder = Process([*MODULE, "serve"], environment)
    with running(recorder):
        eventually(lambda: tally_of(database, "innocent") == 1)
    assert broker.messages(DEAD) == []


def test_each_consumer_has_a_prefetch_of_its_own(
    environment: ServiceEnvironment, declared: None, broker: Broker, infrastructure: Infrastructure, client: BusClient
) -> None:
    """Fact 9: messages as many as there are workers, requests four times as many: those beyond can be refused."""
    recorder = Process([*MODULE, "serve"], environment.with_settings(MAX_WORKERS="5"))

    def prefetch() -> dict[str, int]:
        answer = httpx.get(f"{infrastructure.management_uri}/api/consumers/{broker.vhost}", timeout=10)
        consumers = [each for each in answer.raise_for_status().json() if each["ack_required"]]
        return {each["queue"]["name"]: each["prefetch_count"] for each in consumers}

    with running(recorder):
        assert eventually(lambda: found if len(found := prefetch()) == 2 else None, seconds=20) == {
            "rpc-recorder": 20,
            QUEUE: 5,
        }
