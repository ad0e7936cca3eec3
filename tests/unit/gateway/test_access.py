"""What every request gets, whatever it asks: its context, its headers, its line in the log."""

import asyncio
import logging
import time
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from gateway.http.access import AccessMiddleware
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.ids import is_id

from .http import ask, door
from .network import Network

QUERY = ask('query Coalition { coalition(key: "eccar") { key } }')
MEMBERS = ask('query Members { members(coalition: "eccar") { totalCount } }')
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class Noting(Network):
    """Keeps the context of each call."""

    def __init__(self) -> None:
        super().__init__()
        self.contexts: list[CallContext] = []

    async def call(self, service: str, method: str, arguments: dict[str, Any]) -> Any:
        self.contexts.append(context.current())
        return await super().call(service, method, arguments)


async def call_context(headers: dict[str, str] | None = None, **settings: str) -> CallContext:
    network = Noting()
    async with door(network, settings) as client:
        response = await client.post("/graphql", json=QUERY, headers=headers or {})
    [call] = network.contexts
    assert response.headers["x-correlation-id"] == call.correlation_id
    return call


async def test_each_request_has_a_correlation_id() -> None:
    first, second = await call_context(), await call_context()
    assert is_id(first.correlation_id)
    assert first.correlation_id != second.correlation_id


async def test_a_callers_correlation_id_is_kept() -> None:
    assert (await call_context({"x-correlation-id": "ticket-4711.a_B"})).correlation_id == "ticket-4711.a_B"


@pytest.mark.parametrize("value", ["short", "with space", "x" * 129, "line%0Abreak", "<script>alert(1)</script>"])
async def test_a_malformed_correlation_id_is_replaced(value: str) -> None:
    assert is_id((await call_context({"x-correlation-id": value})).correlation_id)


async def test_a_trace_goes_on() -> None:
    assert (await call_context({"traceparent": TRACEPARENT})).traceparent == TRACEPARENT
    assert (await call_context({"traceparent": "00-nonsense"})).traceparent is None
    assert (await call_context()).traceparent is None


async def test_all_calls_of_a_request_share_one_deadline() -> None:
    call = await call_context(RPC_TIMEOUT_SECONDS="3")
    assert call.deadline is not None
    assert 2 < call.deadline - time.time() <= 3


async def test_an_idempotency_key_reaches_the_service() -> None:
    assert (await call_context({"idempotency-key": "8e03978e-40d5"})).idempotency_key == "8e03978e-40d5"
    assert (await call_context()).idempotency_key is None


@pytest.mark.parametrize("key", ["short", "with a space", "x" * 129])
async def test_a_malformed_idempotency_key_is_refused(key: str) -> None:
    """Whoever sends one relies on it."""
    network = Network()
    async with door(network) as client:
        response = await client.post("/graphql", json=QUERY, headers={"idempotency-key": key})
    assert response.status_code == 400
    assert network.calls == []


@pytest.mark.parametrize("path", ["/graphql?query={__typename}", "/livez", "/nowhere", "/graphiql/nothing.js", "/"])
async def test_every_answer_has_the_security_headers(path: str) -> None:
    async with door(Network()) as client:
        headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "gateway.access"]


async def test_one_line_per_request(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with door(Network()) as client:
            await client.post("/graphql", json=QUERY)
    [line] = lines(caplog)
    facts = vars(line)
    assert line.getMessage() == "POST /graphql 200"
    assert (facts["operation"], facts["status"], facts["errors"]) == ("query Coalition", 200, 0)
    assert facts["milliseconds"] > 0


@pytest.mark.parametrize(
    ("body", "operation", "status", "errors"),
    [
        (ask("{ a: __typename b: __typename }"), "query {__typename, __typename}", 200, 0),
        (ask("{"), None, 200, 1),
        (ask("{", operationName="Mine"), "Mine", 200, 1),
        ([], None, 400, 1),
        (ask("query Deep { coalitions(first: 0) { totalCount } }"), "query Deep", 200, 1),
    ],
)
async def test_the_line_tells_what_went_wrong(
    caplog: pytest.LogCaptureFixture, body: Any, operation: str | None, status: int, errors: int
) -> None:
    with caplog.at_level(logging.INFO):
        async with door(Network()) as client:
            await client.post("/graphql", json=body)
    [line] = lines(caplog)
    facts = vars(line)
    assert (facts["operation"], facts["status"], facts["errors"]) == (operation, status, errors)


async def test_probes_are_quiet(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        async with door(Network()) as client:
            await client.get("/livez")
            await client.get("/readyz")
    assert lines(caplog) == []


def middleware(app: Any) -> AccessMiddleware:
    return AccessMiddleware(app, timeout=5)


async def run(app: AccessMiddleware) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    await app({"type": "http", "method": "POST", "path": "/graphql", "headers": []}, receive, send)
    return sent


async def test_a_fault_of_ours_is_masked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("password=hunter2")

    with caplog.at_level(logging.INFO):
        start, body = await run(middleware(broken))
    assert start["status"] == 500
    assert b"INTERNAL" in body["body"]
    assert b"hunter2" not in body["body"]
    failure, line = lines(caplog)
    assert failure.exc_info is not None
    assert vars(line)["status"] == 500


async def test_a_client_that_goes_away_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    async def gone(scope: Scope, receive: Receive, send: Send) -> None:
        raise ClientDisconnect

    with caplog.at_level(logging.INFO):
        assert await run(middleware(gone)) == []
    [line] = lines(caplog)
    assert vars(line)["status"] == 499


async def test_a_fault_after_the_answer_began_sends_nothing_more() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    assert len(await run(middleware(broken))) == 1


async def test_requests_at_the_same_time_do_not_mix_their_contexts() -> None:
    network = Noting()
    async with door(network) as client:
        ids = [f"request-{number:03}" for number in range(20)]
        await asyncio.gather(
            *(client.post("/graphql", json=MEMBERS, headers={"x-correlation-id": identity}) for identity in ids)
        )
    assert sorted(call.correlation_id for call in network.contexts) == ids
