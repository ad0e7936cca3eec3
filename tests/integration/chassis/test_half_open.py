"""A middlebox that has forgotten a connection: what is sent on it is acknowledged and goes nowhere."""

import time
from typing import Any
from urllib.parse import urlsplit

from tests.support.bus import BusClient, NoReply
from tests.support.processes import Process, ServiceEnvironment, eventually, running
from tests.support.proxy import Network

from .conftest import MODULE


def through(environment: ServiceEnvironment, port: int) -> ServiceEnvironment:
    uri = urlsplit(environment.amqp_uri)
    return ServiceEnvironment(
        amqp_uri=uri._replace(netloc=f"{uri.username}:{uri.password}@127.0.0.1:{port}").geturl(),
        mongodb_uri=environment.mongodb_uri,
        database_prefix=environment.database_prefix,
        extra=environment.extra,
    )


def test_answers_find_a_new_way(environment: ServiceEnvironment, declared: None, client: BusClient) -> None:
    """Fact 5, for the connection that only publishes: without a heartbeat every answer would vanish for ever."""
    port = urlsplit(environment.amqp_uri).port
    assert port is not None

    def answered(name: str) -> Any:
        try:
            return client.call("recorder", "run", {"name": name}, timeout=0.5)
        except NoReply:
            return None

    with Network() as network:
        front = network.proxy(port)
        recorder = Process([*MODULE, "serve"], through(environment, front.port))
        with running(recorder):
            assert eventually(lambda: answered("before"))
            # The oldest connection is the consumer's: requests go on arriving.
            front.forget(but_oldest=1)
            begun = time.monotonic()
            assert answered("into the void") is None
            assert eventually(lambda: answered("after"), seconds=30) == {"name": "after"}
            assert time.monotonic() - begun < 25
            assert recorder.probe("/livez") == 200


def test_an_idle_publisher_keeps_its_connection(recorder: Process, client: BusClient) -> None:
    client.call("recorder", "run", {"name": "before"})
    time.sleep(11)
    client.call("recorder", "run", {"name": "after"})
    assert "is silent" not in recorder.log()
    assert "on a new connection" not in recorder.log()
