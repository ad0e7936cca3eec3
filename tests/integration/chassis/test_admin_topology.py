"""`chassis admin topology` on a real broker: says what differs, changes nothing by looking."""

from typing import Any

import kombu
import pytest

from services.chassis.protocol import topology
from tests.support.admin import Admin
from tests.support.infrastructure import Broker, Infrastructure
from tests.support.processes import ServiceEnvironment, free_port
from tests.support.recorder.definition import SUBSCRIPTION

QUEUE = SUBSCRIPTION.queue
QUEUES = [f"{QUEUE}.dead", f"{QUEUE}.retry.1s", f"{QUEUE}.retry.5s", QUEUE, "rpc-recorder"]
EXCHANGES = ["messages", "nameko-rpc"]


@pytest.fixture
def admin(service_environment: ServiceEnvironment) -> Admin:
    return Admin(service_environment.with_settings(RETRY_DELAYS_SECONDS="1,5"))


def redeclare(broker: Broker, queue: str, **declared: Any) -> None:
    """Put another queue of the same name in the place of `queue`."""
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.queue_delete(queue)
        channel.queue_declare(queue, **{"durable": True, "auto_delete": False, **declared})


def test_what_is_missing_is_named_and_not_made(admin: Admin, broker: Broker) -> None:
    ran = admin.run("topology", "diff", "--json")
    assert (ran.status, ran.document["ok"]) == (1, False)
    assert [(each["name"], each["problem"]) for each in ran.document["differences"]] == [
        (name, "missing") for name in EXCHANGES + QUEUES
    ]
    assert broker.queues() == {}


def test_a_dry_declare_makes_nothing_and_a_real_one_everything(admin: Admin, broker: Broker) -> None:
    dry = admin.document("topology", "declare", "--dry-run")
    assert dry == {"ok": True, "dry_run": True, "missing": EXCHANGES + QUEUES, "differences": []}
    assert broker.queues() == {}
    assert admin.done("topology", "declare").out == "Declared 5 queues and their exchanges; 7 of these were missing.\n"
    assert sorted(broker.queues()) == sorted(QUEUES)
    assert admin.document("topology", "diff") == {"ok": True, "differences": []}
    assert admin.document("topology", "declare")["missing"] == []
    assert admin.done("topology", "diff").out == "5 queues and their exchanges are as declared.\n"


@pytest.mark.parametrize(
    ("queue", "declared", "argument", "should_be", "is_"),
    [
        (
            f"{QUEUE}.retry.5s",
            {"arguments": {**topology.retry_queue(SUBSCRIPTION, 5).arguments, "x-message-ttl": 6000}},
            "x-message-ttl",
            "5000",
            "6000",
        ),
        (
            QUEUE,
            {"arguments": {**topology.subscriber_queue(SUBSCRIPTION).arguments, "x-delivery-limit": 5}},
            "x-delivery-limit",
            "20",
            "5",
        ),
        (f"{QUEUE}.dead", {}, "x-queue-type", "quorum", "none"),
        ("rpc-recorder", {}, "durable", "false", "true"),
    ],
)
def test_a_changed_argument_is_named_before_anything_is_declared(
    admin: Admin, broker: Broker, queue: str, declared: dict[str, Any], argument: str, should_be: str, is_: str
) -> None:
    admin.done("topology", "declare")
    redeclare(broker, queue, **declared)
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.queue_delete(f"{QUEUE}.retry.1s")
    before = broker.queues()
    changed = {
        "kind": "queue",
        "name": queue,
        "problem": "changed",
        "argument": argument,
        "declared": should_be,
        "found": is_,
    }
    diff = admin.run("topology", "diff", "--json")
    assert diff.status == 1
    assert changed in diff.document["differences"]
    assert len(diff.document["differences"]) == 2
    declare = admin.run("topology", "declare", "--json")
    assert (declare.status, declare.document["ok"], declare.document["differences"]) == (1, False, [changed])
    shown = admin.run("topology", "declare")
    assert shown.status == 1
    assert "Nothing was declared." in shown.out
    assert broker.queues().keys() == before.keys() == set(QUEUES) - {f"{QUEUE}.retry.1s"}


def test_an_exchange_of_another_type_is_a_difference(admin: Admin, broker: Broker) -> None:
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.exchange_declare("messages", "fanout", durable=True, auto_delete=False)
    ran = admin.run("topology", "diff")
    assert ran.status == 1
    assert [each for each in ("fanout", "topic", "type") if each not in ran.out] == []


def test_looking_leaves_messages_and_bindings_alone(admin: Admin, broker: Broker) -> None:
    admin.done("topology", "declare")
    broker.publish(exchange="messages", routing_key=SUBSCRIPTION.types[0], body="{}")
    for _ in range(3):
        admin.done("topology", "diff")
    assert [message["payload"] for message in broker.messages(QUEUE)] == ["{}"]
    assert broker.publish(exchange="messages", routing_key=SUBSCRIPTION.types[0], body="{}")


def test_the_management_api_shows_what_amqp_hides(admin: Admin, broker: Broker, infrastructure: Infrastructure) -> None:
    """A binding that is gone, one that nobody declares, a queue of an earlier ladder; not a queue of replies."""
    admin.done("topology", "declare")
    (wanted,) = SUBSCRIPTION.types
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.queue_unbind(QUEUE, "messages", wanted)
        channel.queue_bind(QUEUE, "messages", "recorder.thing_lost.v1")
        channel.queue_declare(f"{QUEUE}.retry.600s", durable=True, auto_delete=False)
        channel.queue_declare("replies", exclusive=True)
        assert admin.document("topology", "diff") == {"ok": True, "differences": []}
        ran = admin.run("topology", "diff", "--management", infrastructure.management_uri, "--json")
    nothing = {"argument": None, "declared": None, "found": None}
    assert (ran.status, ran.document["differences"]) == (
        1,
        [
            {**nothing, "kind": "binding", "name": QUEUE, "problem": "missing", "declared": wanted},
            {**nothing, "kind": "binding", "name": QUEUE, "problem": "surplus", "found": "recorder.thing_lost.v1"},
            {**nothing, "kind": "queue", "name": f"{QUEUE}.retry.600s", "problem": "surplus", "found": "0 messages"},
        ],
    )
    admin.done("topology", "declare")
    ran = admin.run("topology", "diff", "--management", infrastructure.management_uri, "--json")
    assert [each["problem"] for each in ran.document["differences"]] == ["surplus", "surplus"]


def test_a_management_api_that_is_not_there(admin: Admin) -> None:
    admin.done("topology", "declare")
    port = free_port()
    ran = admin.run("topology", "diff", "--management", f"http://guest:hunter2@127.0.0.1:{port}")
    assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert ran.err.startswith(f"chassis: The management API at 127.0.0.1:{port} cannot be used: ")
    assert "hunter2" not in ran.err
