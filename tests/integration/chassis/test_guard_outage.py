"""Facts 3 and 5: a broker that goes away ends no process and doubles no work; one that only seems to be there is
noticed. In front of the broker stands a proxy, so that an outage begins and ends when the test says so."""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import kombu
import pytest
from pymongo.database import Database

from services.chassis.kernel.context import CallContext
from services.chassis.protocol import rpc
from tests.support.bus import BusClient
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually, running
from tests.support.proxy import Network, Proxy

from .test_half_open import through
from .test_outbox_and_relay import add

STALE_SECONDS = 4.0

# The recorder as it is, but a loop counts as stuck after four seconds instead of thirty.
SCRIPT = f"""
import runpy, sys
if sys.argv[1] == "serve":
    from services.chassis.messaging.patch import monkey_patch
    monkey_patch()
from services.chassis.runtime import probes
probes.STALE_AFTER_SECONDS = {STALE_SECONDS}
runpy.run_module("tests.support.recorder", run_name="__main__", alter_sys=True)
"""


# Takes a delivery, and says what becomes of it when it is told to.
SETTLING = """
import sys
from services.chassis.messaging.patch import monkey_patch
monkey_patch()
import kombu
from services.chassis.messaging.consumer import TickingQueueConsumer
_, uri, settle = sys.argv
delivery = kombu.Queue("deliveries")(kombu.Connection(uri).channel()).get()
print("taken", flush=True)
sys.stdin.readline()
assert delivery.channel.connection, "as far as the client knows, the connection is there"
getattr(TickingQueueConsumer(), settle)(delivery)
print("outlived", flush=True)
"""


@pytest.fixture
def front(broker: Broker) -> Iterator[Proxy]:
    port = urlsplit(broker.amqp_uri).port
    assert port is not None
    with Network() as network:
        yield network.proxy(port)


def impatient(command: str, environment: ServiceEnvironment) -> Process:
    return Process(["-c", SCRIPT, command], environment)


@pytest.fixture
def recorder(environment: ServiceEnvironment, declared: None, front: Proxy) -> Iterator[Process]:
    process = impatient("serve", through(environment, front.port).with_settings(HEARTBEAT="1"))
    with running(process):
        yield process


def begin(client: BusClient, database: Database[dict[str, Any]], *, seconds: float) -> str:
    """A request whose work has begun and takes so long. Returns its id."""
    body = rpc.encode_request({"name": "once", "pause": seconds})
    request = client.send("recorder", "run", body, CallContext(deadline=time.time() + 40))
    eventually(lambda: database["runs"].count_documents({}) == 1)
    return request


@pytest.mark.slow
def test_an_answer_that_cannot_be_sent_waits_for_the_broker(
    recorder: Process, front: Proxy, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    """Fact 3: a stock service dies of it, and the next one runs the request again."""
    request = begin(client, database, seconds=0.5)
    front.refuse()
    ends = ("an answer waits for the broker", "thread exited with error")
    eventually(lambda: any(end in recorder.log() for end in ends), seconds=20)
    assert ends[0] in recorder.log()
    front.accept()
    assert rpc.decode_reply(client.reply_to(request, timeout=15)).result == {"name": "once"}
    assert database["runs"].count_documents({}) == 1


@pytest.mark.slow
def test_a_request_that_comes_again_while_it_runs_is_adopted(
    recorder: Process, front: Proxy, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    """Fact 3: every disconnect hands the requests in hand out again, at once."""
    request = begin(client, database, seconds=5.0)
    front.refuse()
    time.sleep(0.5)
    front.accept()
    assert rpc.decode_reply(client.reply_to(request, timeout=15)).result == {"name": "once"}
    assert database["runs"].count_documents({}) == 1


@pytest.mark.parametrize("settle", ["ack_message", "requeue_message", "reject_message"])
def test_a_connection_that_is_reset_while_a_delivery_is_settled_ends_nothing(
    broker: Broker, front: Proxy, environment: ServiceEnvironment, settle: str
) -> None:
    """Fact 3: nameko looks whether the connection is there, but lets the operating system's word for it out."""
    uri = through(environment, front.port).amqp_uri
    with kombu.Connection(broker.amqp_uri) as connection:
        queue = kombu.Queue("deliveries", durable=True)(connection.channel())
        queue.declare()
        assert broker.publish(exchange="", routing_key="deliveries", body="one")
        command = [sys.executable, "-W", "ignore", "-c", SETTLING, uri, settle]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            front.cut()
            time.sleep(0.2)
            assert process.communicate("now\n", timeout=20)[0] == "outlived\n"
        eventually(lambda: [message["payload"] for message in broker.messages("deliveries")] == ["one"])


@pytest.mark.slow
def test_a_service_outlives_an_outage_and_is_back_soon_after(recorder: Process, front: Proxy) -> None:
    """Fact 5: trying to connect is a sign of life. Fact 3: kombu's own back-off is at eight seconds by then."""
    front.refuse()
    end = time.monotonic() + 13.5
    while time.monotonic() < end:
        assert recorder.probe("/livez") == 200
        time.sleep(0.5)
    assert recorder.probe("/readyz") == 503
    front.accept()
    eventually(lambda: recorder.probe("/readyz") == 200, seconds=5)


@pytest.mark.slow
def test_a_consumer_that_hangs_in_a_half_open_connection_is_not_alive(recorder: Process, front: Proxy) -> None:
    """Fact 5: kombu waits for ever for an answer to its `channel.close()`; only the age of the tick tells."""
    time.sleep(STALE_SECONDS + 1)
    assert recorder.probe("/livez") == 200
    front.forget()
    eventually(lambda: recorder.probe("/livez") == 503, seconds=20, interval=0.2)
    assert recorder.is_running(), "the process looks alive, which is the trouble"


@pytest.mark.slow
def test_a_relay_gives_a_half_open_connection_up(
    environment: ServiceEnvironment, declared: None, front: Proxy, database: Database[dict[str, Any]]
) -> None:
    """Fact 5: it waits for its confirms ten seconds, not for ever, and while it waits its tick grows old."""

    def published() -> int:
        return database["outbox"].count_documents({"published_at": {"$ne": None}})

    relay = impatient("relay", through(environment, front.port))
    with running(relay):
        add(database, "before")
        eventually(lambda: published() == 1)
        front.forget()
        add(database, "after")
        eventually(lambda: relay.probe("/livez") == 503, interval=0.2)
        eventually(lambda: published() == 2, seconds=20)
        eventually(lambda: relay.probe("/livez") == 200)
