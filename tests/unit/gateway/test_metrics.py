"""What the gateway counts of its requests."""

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from gateway.http.metrics import REGISTRY, MetricsPortUnusable, serve_metrics
from services.chassis.kernel.errors import Unavailable
from services.chassis.observability.metrics import exposition
from tests.support.metrics import Scrape, read

from .http import ask, door
from .network import Network
from .test_access import middleware

QUERY = ask('query Coalition { coalition(key: "eccar") { key } }')


def now() -> Scrape:
    return read(exposition(REGISTRY).decode())


class Growth:
    """What was counted since this was made; the registry is the process' own."""

    def __init__(self) -> None:
        self._before = now().samples

    def __call__(self) -> dict[tuple[str, ...], float]:
        """(name, values of labels) → growth, without what did not grow and without histograms' buckets."""
        grown = {}
        for (name, labels), value in now().samples.items():
            difference = value - self._before.get((name, labels), 0)
            if name.startswith("iccar_") and name.endswith(("_total", "_count")) and difference:
                grown[(name, *(dict(labels)[label] for label in sorted(dict(labels))))] = difference
        return grown


@pytest.fixture
def growth() -> Growth:
    return Growth()


async def test_a_request_is_counted_with_its_operation(growth: Growth) -> None:
    async with door(Network()) as client:
        await client.post("/graphql", json=QUERY)
        await client.post("/graphql", json=QUERY)
    assert growth() == {
        ("iccar_http_requests_total", "200"): 2,
        ("iccar_http_request_duration_seconds_count",): 2,
        ("iccar_graphql_operations_total", "ok", "query"): 2,
    }


async def test_an_answer_with_an_error_is_told_from_one_without(growth: Growth) -> None:
    network = Network()
    network.failures["membership"] = Unavailable("It rests.")
    async with door(network) as client:
        await client.post("/graphql", json=QUERY)
    assert growth()["iccar_graphql_operations_total", "error", "query"] == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [(ask("{"), 200), (ask("{", operationName="Mine"), 200), (ask("{ nothing }"), 200), ([], 400)],
)
async def test_a_refused_operation_has_no_type(growth: Growth, body: Any, status: int) -> None:
    async with door(Network()) as client:
        await client.post("/graphql", json=body)
    assert growth()["iccar_graphql_operations_total", "error", "none"] == 1
    assert growth()["iccar_http_requests_total", str(status)] == 1


async def test_what_a_client_makes_up_makes_no_series(growth: Growth) -> None:
    before = set(now().samples)
    async with door(Network()) as client:
        for name in ("Made", "Up", "__x", "mutations"):
            await client.post("/graphql", json=ask("{", operationName=name))
            await client.get(f"/{name}")
    new = {key for key in set(now().samples) - before if key[0].startswith("iccar_")}
    assert {dict(labels).get("status") for _, labels in new} <= {"200", "404"}
    assert growth()["iccar_http_requests_total", "404"] == 4


async def test_neither_probes_nor_pages_are_operations(growth: Growth) -> None:
    async with door(Network()) as client:
        await client.get("/livez")
        await client.get("/readyz")
        await client.get("/graphiql/nothing.js")
        assert growth() == {}
        await client.get("/", follow_redirects=False)
    assert growth() == {
        ("iccar_http_requests_total", "307"): 1,
        ("iccar_http_request_duration_seconds_count",): 1,
    }


async def test_metrics_are_not_public() -> None:
    async with door(Network()) as client:
        assert (await client.get("/metrics")).status_code == 404


async def run(app: Any) -> None:
    async def ignore(*_: Any) -> Any:
        return {"type": "http.request"}

    await middleware(app)({"type": "http", "method": "POST", "path": "/graphql", "headers": []}, ignore, ignore)


@pytest.mark.parametrize(("raised", "status"), [(RuntimeError("a bug"), "500"), (ClientDisconnect(), "499")])
async def test_a_request_without_an_answer_is_counted(growth: Growth, raised: Exception, status: str) -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise raised

    await run(failing)
    assert growth()["iccar_http_requests_total", status] == 1


async def test_a_request_is_in_flight_until_it_ends_or_is_cancelled() -> None:
    begun = asyncio.Event()

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        begun.set()
        await asyncio.sleep(60)

    request = asyncio.create_task(run(waiting))
    await begun.wait()
    assert now().value("iccar_http_requests_in_flight") == 1
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert now().value("iccar_http_requests_in_flight") == 0


def test_no_port_serves_nothing_and_a_wrong_one_is_one_sentence() -> None:
    serve_metrics("127.0.0.1", 0)
    with pytest.raises(MetricsPortUnusable, match=r"^Metrics cannot be served on 192\.0\.2\.1:9100: .+\.$"):
        serve_metrics("192.0.2.1", 9100)
