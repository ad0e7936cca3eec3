"""The gateway as a process, on a real broker, with services that answer from memory."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from services.chassis.kernel.errors import Unavailable
from services.chassis.protocol import headers
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment
from tests.unit.gateway.network import Network
from tests.unit.gateway.test_queries import ISSUE

from .responder import Responder, responding

SERVICES = ("membership", "events", "reports")


def answering(network: Network, service: str) -> Responder:
    async def answer(method: str, arguments: dict[str, Any]) -> Any:
        return await network.call(service, method, arguments)

    return Responder(service, answer)


@asynccontextmanager
async def gateway(broker: Broker, **settings: str) -> AsyncIterator[Process]:
    environment = ServiceEnvironment(
        amqp_uri=broker.amqp_uri, mongodb_uri="", database_prefix="", extra={"RPC_TIMEOUT_SECONDS": "2", **settings}
    )
    process = Process(["-m", "gateway"], environment, port_setting="HTTP_PORT")
    try:
        await asyncio.to_thread(process.wait_until_ready)
        yield process
    finally:
        process.close()


@asynccontextmanager
async def client_of(process: Process) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{process.port}", timeout=20) as client:
        yield client


async def ask(client: httpx.AsyncClient, query: str, **given: str) -> httpx.Response:
    return await client.post("/graphql", json={"query": query}, headers=given)


async def test_the_question_of_the_issue(broker: Broker) -> None:
    network = Network(members=50)
    responders = [answering(network, service) for service in SERVICES]
    async with responding(broker.amqp_uri, *responders), gateway(broker) as process, client_of(process) as client:
        response = await ask(client, ISSUE, **{"x-debug-rpc": "1", "x-correlation-id": "story-4711"})
        # The line of a request is written after its answer: only an ended gateway has written all.
        await asyncio.to_thread(process.terminate)
        log = [json.loads(line) for line in process.log().splitlines()]
    answer = response.json()
    assert "errors" not in answer
    assert len(answer["data"]["members"]["edges"]) == 50
    calls = answer["extensions"]["rpc"]["calls"]
    assert answer["extensions"]["rpc"]["total"] == len(calls) == len(set(calls)) == 8
    requests = [request for responder in responders for request in responder.requests]
    assert len(requests) == 8
    carried = [headers.from_headers(headers.allowed(request.header.properties.headers)) for request in requests]
    assert {call.correlation_id for call in carried} == {"story-4711"}
    assert {call.principal_token for call in carried} == {None}, "nobody has signed in"
    assert len({call.deadline for call in carried}) == 1
    [line] = [entry for entry in log if entry["logger"] == "gateway.access"]
    assert (line["correlation_id"], line["process"], line["status"]) == ("story-4711", "gateway", 200)


async def test_the_calls_of_a_request_are_reported_in_development_only(broker: Broker) -> None:
    responder = answering(Network(), "membership")
    async with (
        responding(broker.amqp_uri, responder),
        gateway(broker, RUN_MODE="production") as process,
        client_of(process) as client,
    ):
        response = await ask(client, '{ coalition(key: "eccar") { key } }', **{"x-debug-rpc": "1"})
    assert response.json()["data"] == {"coalition": {"key": "eccar"}}
    assert list(response.json()["extensions"]) == ["cost"]


@pytest.mark.parametrize("gone", ["no queue", "fails", "silent"])
async def test_a_service_that_is_away_takes_only_its_own_fields(broker: Broker, gone: str) -> None:
    network = Network(members=50)
    membership, events, reports = (answering(network, service) for service in SERVICES)
    if gone == "fails":
        network.failures["events"] = Unavailable("The events service rests.")
    if gone == "silent":
        events.delay = 60
    present = [membership, reports] if gone == "no queue" else [membership, events, reports]
    async with responding(broker.amqp_uri, *present), gateway(broker) as process, client_of(process) as client:
        answer = (await ask(client, ISSUE)).json()
    nodes = [edge["node"] for edge in answer["data"]["members"]["edges"]]
    assert [node["registrations"] for node in nodes] == [None] * 50
    assert all(node["city"] and node["obligations"] and node["commitments"] for node in nodes)
    [error] = answer["errors"]
    assert error["path"] == ["members", "edges", 0, "node", "registrations"]
    assert error["extensions"]["occurrences"] == 50
    assert error["extensions"]["code"] == ("DEADLINE_EXCEEDED" if gone == "silent" else "UNAVAILABLE")


async def test_it_is_ready_only_with_its_broker(broker: Broker) -> None:
    async with gateway(broker) as process, client_of(process) as client:
        ready = await client.get("/readyz")
        alive = await client.get("/livez")
        assert (ready.status_code, alive.status_code) == (200, 200)
        assert alive.json()["seconds_since_last_tick"] < 5
    environment = ServiceEnvironment(amqp_uri="amqp://guest:guest@127.0.0.1:1/", mongodb_uri="", database_prefix="")
    lonely = Process(["-m", "gateway"], environment, port_setting="HTTP_PORT")
    try:
        for _ in range(200):
            if lonely.probe("/livez") == 200:
                break
            await asyncio.sleep(0.05)
        assert (lonely.probe("/livez"), lonely.probe("/readyz")) == (200, 503)
        async with client_of(lonely) as client:
            answer = (await ask(client, '{ __typename coalition(key: "eccar") { key } }')).json()
        assert answer["data"] == {"__typename": "Query", "coalition": None}
        assert answer["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    finally:
        lonely.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_finishes_what_is_in_hand(broker: Broker, number: signal.Signals) -> None:
    responder = answering(Network(), "membership")
    responder.delay = 1.0
    async with responding(broker.amqp_uri, responder), gateway(broker) as process, client_of(process) as client:
        request = asyncio.create_task(ask(client, '{ coalition(key: "eccar") { key } }'))
        while not responder.requests:
            await asyncio.sleep(0.02)
        process._process.send_signal(number)
        response = await request
        status = await asyncio.to_thread(process._process.wait, 10)
        log = [json.loads(line) for line in process.log().splitlines()]
    assert response.json()["data"] == {"coalition": {"key": "eccar"}}
    assert status == 0
    assert [entry for entry in log if entry["level"] in ("WARNING", "ERROR", "CRITICAL")] == []


async def test_an_idle_gateway_stops_at_once(broker: Broker) -> None:
    async with gateway(broker) as process, client_of(process) as client:
        await client.get("/livez")
        assert await asyncio.wait_for(asyncio.to_thread(process.terminate), 5) == 0
    assert [name for name in await asyncio.to_thread(broker.queues) if name.startswith("rpc.reply")] == []


def test_a_wrong_setting_is_one_sentence() -> None:
    environment = ServiceEnvironment(amqp_uri="", mongodb_uri="", database_prefix="", extra={"RUN_MODE": "staging"})
    process = Process(["-m", "gateway"], environment, port_setting="HTTP_PORT")
    try:
        assert process._process.wait(20) == 1
        assert process.log() == (
            "gateway: The environment variable RUN_MODE is 'staging': it must be one of production, development.\n"
        )
    finally:
        process.close()
