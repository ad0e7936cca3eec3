"""Fact 1: nameko answers and acknowledges before any hook of its own runs, so the commit is inside the use case."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo.database import Database

from services.chassis.kernel.context import CallContext
from services.chassis.protocol import rpc
from tests.support.bus import BusClient, NoReply
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually, running
from tests.support.proxy import HoldReply, Network, Proxy

from .conftest import MODULE, tally_of
from .test_subscriber import QUEUE, publish

COMMIT = b"commitTransaction"


@pytest.fixture
def front() -> Iterator[Proxy]:
    """Stands before the database, which it is told of by `guarded`."""
    with Network() as network:
        yield network.proxy(0)


@pytest.fixture
def guarded(environment: ServiceEnvironment, declared: None, front: Proxy) -> Iterator[Process]:
    """The recorder, whose database is behind `front`."""
    port = urlsplit(environment.mongodb_uri).port
    assert port is not None
    front.target = port
    behind = ServiceEnvironment(
        amqp_uri=environment.amqp_uri,
        mongodb_uri=f"mongodb://127.0.0.1:{front.port}/?directConnection=true",
        database_prefix=environment.database_prefix,
        extra=environment.extra,
    )
    recorder = Process([*MODULE, "serve"], behind)
    with running(recorder):
        yield recorder


def test_no_answer_is_given_before_the_commit(
    guarded: Process, front: Proxy, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    call = CallContext(deadline=time.time() + 10)
    with front.under(hold := HoldReply(needle=COMMIT)):
        request = client.send("recorder", "record", rpc.encode_request({"name": "a"}), call)
        eventually(lambda: hold.held)
        with pytest.raises(NoReply):
            client.reply_to(request, timeout=0.5)
    assert rpc.decode_reply(client.reply_to(request)).result["name"] == "a"
    assert database["things"].count_documents({"name": "a"}) == 1


def test_no_message_is_acknowledged_before_the_commit(
    guarded: Process, front: Proxy, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    publish(broker, "a")
    with front.under(hold := HoldReply(needle=COMMIT)):
        eventually(lambda: hold.held)
        time.sleep(0.3)  # in which an acknowledgement would reach the broker
        guarded.kill()
    assert eventually(lambda: broker.messages(QUEUE)), "nobody knew yet that it had its effect"
    guarded.restart().wait_until_ready()
    eventually(lambda: not broker.messages(QUEUE))
    assert tally_of(database, "a") == 1
