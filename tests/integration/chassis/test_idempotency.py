"""One key, one effect, one answer."""

import threading
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.protocol.rpc import RemoteError
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Broker
from tests.support.processes import Process


def things(database: Database[dict[str, Any]]) -> list[str]:
    return sorted(thing["name"] for thing in database["things"].find())


def test_the_same_key_and_input_give_the_same_answer_and_one_effect(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    first = client.call("recorder", "record", {"name": "a"}, idempotency_key="k1")
    second = client.call("recorder", "record", {"name": "a"}, idempotency_key="k1")
    # The answer holds the correlation id of the call that had the effect: it is that answer, not a new one.
    assert first == second
    assert things(database) == ["a"]
    assert database["outbox"].count_documents({}) == 1


def test_the_same_key_with_another_input_is_an_error(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    client.call("recorder", "record", {"name": "a"}, idempotency_key="k1")
    with pytest.raises(RemoteError) as raised:
        client.call("recorder", "record", {"name": "b"}, idempotency_key="k1")
    assert (raised.value.code, raised.value.path) == ("IDEMPOTENCY_KEY_REUSED", ("idempotency_key",))
    assert things(database) == ["a"]


def test_a_refused_command_may_be_sent_again(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    client.call("recorder", "record", {"name": "a"}, idempotency_key="k1")
    with pytest.raises(RemoteError):
        client.call("recorder", "record", {"name": "a"}, idempotency_key="k2")
    database["things"].delete_one({"name": "a"})
    assert client.call("recorder", "record", {"name": "a"}, idempotency_key="k2")["name"] == "a"


def test_duplicates_at_the_same_time_have_one_effect_and_one_answer(
    recorder: Process, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    answers: list[str] = []

    def call() -> None:
        with bus(broker.amqp_uri) as client:
            arguments = {"name": "a", "pause": 0.2}
            answers.append(client.call("recorder", "record", arguments, idempotency_key="k1")["correlation_id"])

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert things(database) == ["a"]
    assert database["outbox"].count_documents({}) == 1


def test_an_answer_survives_the_service(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    first = client.call("recorder", "record", {"name": "a"}, idempotency_key="k1")
    recorder.kill()
    recorder.restart().wait_until_ready()
    assert client.call("recorder", "record", {"name": "a"}, idempotency_key="k1") == first
    assert things(database) == ["a"]


def test_answers_are_kept_for_a_day(database: Database[dict[str, Any]]) -> None:
    assert database["answers"].index_information()["expiry"]["expireAfterSeconds"] == 24 * 60 * 60
