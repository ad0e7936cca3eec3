"""Fact 7: nameko sends every header that a worker was given on with whatever the worker sends. Here is a service with
nameko's own dispatcher, so that what our entrypoints hand to a worker can be seen."""

from collections.abc import Iterator
from typing import Any, Final

import kombu
import pytest

from services.chassis.protocol import headers
from tests.support.bus import BusClient, NoReply
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually

from .test_subscriber import publish

SCRIPT: Final = """
from services.chassis.messaging.patch import monkey_patch
monkey_patch()
import os
from nameko.events import EventDispatcher
from services.chassis.messaging.container import ContextContainer
from services.chassis.messaging.rpc import rpc
from services.chassis.messaging.subscriber import subscribe
from services.chassis.protocol.topology import Subscription
from tests.support.recorder.definition import THING_RECORDED, AnySchema

class Echo:
    name = "echo"
    dispatch = EventDispatcher()

    @rpc(AnySchema())
    def call(self, request):
        self.dispatch("heard", request)
        return "heard"

    @subscribe(Subscription("echo", "ear", (THING_RECORDED,)), {THING_RECORDED: AnySchema()})
    def message(self, received):
        self.dispatch("heard", received.data)

container = ContextContainer(Echo, {"AMQP_URI": os.environ["AMQP_URI"], "RETRY_DELAYS": ()})
container.start()
container.wait()
"""
FOREIGN: Final[dict[str, Any]] = {
    "x-death": [{"queue": "elsewhere", "count": 3}],
    "nameko.secret": "hunter2",
    "nameko.traceparent": 7,
    "secret": "hunter2",
}
OWN: Final = {headers.PREFIX + "call_id_stack"}  # nameko's name for the worker


@pytest.fixture
def echo(environment: ServiceEnvironment, declared: None, client: BusClient) -> Iterator[Process]:
    process = Process(["-c", SCRIPT], environment)

    def answers() -> bool:
        assert process.is_running(), process.log()
        try:
            return bool(client.call("echo", "call", {"name": "a"}, principal=None, timeout=0.5) == "heard")
        except NoReply:
            return False

    try:
        eventually(answers, seconds=20)
        yield process
    finally:
        process.close()


@pytest.fixture
def sent_on(echo: Process, broker: Broker) -> Iterator[Any]:
    """Returns the headers of the next message that the service sends."""
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.queue_declare("listener", exclusive=True)
        channel.queue_bind("listener", "echo.events", "heard")
        yield lambda: eventually(lambda: channel.basic_get("listener", no_ack=True)).headers


def test_a_request_hands_on_what_is_allowed(sent_on: Any, client: BusClient) -> None:
    client.call("echo", "call", {"name": "a"}, principal=None, extra_headers=FOREIGN)
    assert set(sent_on()) - OWN == {"nameko.correlation_id", "nameko.deadline"}


def test_a_message_hands_on_what_is_allowed(sent_on: Any, broker: Broker) -> None:
    publish(broker, "a", **FOREIGN)
    assert set(sent_on()) - OWN == {"nameko.correlation_id", "nameko.causation_id"}
