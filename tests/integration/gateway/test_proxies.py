"""Behind two proxies, each client is known by its own address, whatever it says of itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.support.hops import hop
from tests.support.infrastructure import Broker

from .test_gateway import gateway

BALANCER, INGRESS = "127.0.1.1", "127.0.2.1"
CITY, SCHOOL = "127.0.9.1", "127.0.9.2"
LIMITED = {"RATE_ANONYMOUS_POINTS": "1", "RATE_BURST_SECONDS": "150", "LIMIT_COST": "50"}
"""For each address a few requests at once, and then one every twenty seconds."""


async def ask(port: int, *, address: str, times: int = 1, says: str | None = None) -> list[int]:
    """The statuses of requests from `address`, which may say that they come from elsewhere."""
    headers = {"x-forwarded-for": says} if says else {}
    transport = httpx.AsyncHTTPTransport(local_address=address)
    async with httpx.AsyncClient(transport=transport) as client:
        url = f"http://127.0.0.1:{port}/graphql"
        answers = [await client.post(url, json={"query": "{ __typename }"}, headers=headers) for _ in range(times)]
    return [answer.status_code for answer in answers]


@asynccontextmanager
async def behind_two(broker: Broker, trusted: str) -> AsyncIterator[tuple[int, int]]:
    """The port of the outer proxy, and the gateway's own."""
    async with (
        gateway(broker, TRUSTED_PROXIES=trusted, **LIMITED) as process,
        hop(process.port, address=INGRESS) as inner,
        hop(inner, address=BALANCER) as outer,
    ):
        yield outer, process.port


async def test_each_client_behind_two_proxies_is_itself(broker: Broker) -> None:
    async with behind_two(broker, "127.0.1.0/24, 127.0.2.1/32") as (door, _):
        assert (await ask(door, address=CITY, times=12))[-1] == 429
        assert await ask(door, address=SCHOOL) == [200], "its neighbour's flood is not its own"
        assert await ask(door, address=CITY) == [429]


async def test_who_lies_is_found_out(broker: Broker) -> None:
    """What a client says itself stands left of what the proxies add."""
    async with behind_two(broker, "127.0.1.0/24, 127.0.2.1/32") as (door, _):
        lies = [f"203.0.113.{number}" for number in range(12)]
        statuses = [(await ask(door, address=CITY, says=lie))[0] for lie in lies]
        assert statuses[-1] == 429, "another address for each request, and still one client"
        assert await ask(door, address=CITY, says=f"{SCHOOL}, {BALANCER}") == [429]
        assert await ask(door, address=SCHOOL) == [200], "nobody pays for what is said in their name"


@pytest.mark.parametrize("trusted", ["", "127.0.1.0/24, 127.0.2.1/32"])
async def test_what_comes_from_elsewhere_is_not_believed(broker: Broker, trusted: str) -> None:
    """Straight to the gateway, past the proxies."""
    async with behind_two(broker, trusted) as (_, port):
        lies = [f"203.0.113.{number}" for number in range(12)]
        statuses = [(await ask(port, address=CITY, says=lie))[0] for lie in lies]
        assert statuses[-1] == 429


async def test_without_trust_all_clients_of_a_proxy_are_one(broker: Broker) -> None:
    """The safe side: a forgotten setting is noticed, and lets nobody choose their address."""
    async with behind_two(broker, "") as (door, _):
        assert (await ask(door, address=CITY, times=12))[-1] == 429
        assert await ask(door, address=SCHOOL) == [429]


@pytest.mark.parametrize(("trusted", "warnings"), [("", 1), ("127.0.1.0/24", 0)])
async def test_a_forgotten_setting_is_told_at_the_start(broker: Broker, trusted: str, warnings: int) -> None:
    async with gateway(broker, RUN_MODE="production", TRUSTED_PROXIES=trusted) as process:
        assert process.log().count("TRUSTED_PROXIES is not set") == warnings
