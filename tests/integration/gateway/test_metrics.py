"""The gateway as a process: its metrics have a port of their own, and nothing of them is public."""

import asyncio
import signal
import socket

import httpx
import pytest

from services.chassis.kernel.errors import Unavailable
from tests.support.infrastructure import Broker
from tests.support.metrics import Scrape, scrape
from tests.support.processes import Process, ServiceEnvironment, eventually, free_port
from tests.unit.gateway.network import Network

from .responder import responding
from .test_gateway import answering, ask, client_of, gateway

COALITION = '{ coalition(key: "eccar") { key } }'


async def told(port: int) -> Scrape:
    return await asyncio.to_thread(scrape, port)


async def test_metrics_have_a_port_of_their_own(broker: Broker) -> None:
    network = Network()
    port = free_port()
    async with (
        responding(broker.amqp_uri, answering(network, "membership")),
        gateway(broker, METRICS_PORT=str(port)) as process,
        client_of(process) as client,
    ):
        await ask(client, COALITION)
        network.failures["membership"] = Unavailable("It rests.")
        await ask(client, COALITION)
        await ask(client, "{ nothing }")
        assert (await client.get("/metrics")).status_code == 404
        found = await told(port)
    assert found.value("iccar_http_requests_total", status="200") == 3
    assert found.value("iccar_http_requests_total", status="404") == 1
    assert found.value("iccar_graphql_operations_total", type="query", outcome="ok") == 1
    assert found.value("iccar_graphql_operations_total", type="query", outcome="error") == 1
    assert found.value("iccar_graphql_operations_total", type="none", outcome="error") == 1
    assert found.value("iccar_graphql_operations_total", type="mutation", outcome="ok") == 0
    assert found.value("iccar_http_request_duration_seconds_count") == 4
    # What services tell of themselves is not here, not even as 0.
    assert not {name for name in found.names() if name.startswith(("iccar_rpc", "iccar_outbox", "iccar_subscriber"))}


async def test_requests_at_work_are_told(broker: Broker) -> None:
    membership = answering(Network(), "membership")
    membership.delay = 1.0
    port = free_port()
    async with (
        responding(broker.amqp_uri, membership),
        gateway(broker, METRICS_PORT=str(port)) as process,
        client_of(process) as client,
    ):
        request = asyncio.create_task(ask(client, COALITION))
        while not membership.requests:
            await asyncio.sleep(0.02)
        assert (await told(port)).value("iccar_http_requests_in_flight") == 1
        await request
        found = await told(port)
    assert found.value("iccar_http_requests_in_flight") == 0
    seconds = found.value("iccar_http_request_duration_seconds_sum")
    assert seconds is not None
    assert 1 <= seconds < 3


async def test_only_loopback_is_answered_and_the_port_ends_with_the_process(broker: Broker) -> None:
    port = free_port()
    async with gateway(broker, METRICS_PORT=str(port)) as process:
        assert "process_open_fds" in (await told(port)).names()
        # Another address of the same machine, which a listener on all addresses would answer.
        with pytest.raises(httpx.TransportError):
            await asyncio.to_thread(httpx.get, f"http://127.0.0.2:{port}/metrics", timeout=2)
        process._process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process._process.wait, 10) == 0
        with pytest.raises(httpx.TransportError):
            await told(port)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = ServiceEnvironment(
            amqp_uri="", mongodb_uri="", database_prefix="", extra={"METRICS_PORT": str(port)}
        )
        process = Process(["-m", "gateway"], environment, port_setting="HTTP_PORT")
        try:
            assert eventually(lambda: process.exit_status, seconds=20) == 1
            assert process.log() == f"gateway: Metrics cannot be served on 127.0.0.1:{port}: Address already in use.\n"
        finally:
            process.close()
