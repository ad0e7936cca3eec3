"""What browsers of other sites may do, what is compressed, and how long anything may take."""

import asyncio
import gzip
from typing import Any

import httpx
import pytest

from ..http import ask, door
from ..network import Network

PAGE = ask('{ members(coalition: "eccar") { edges { node { id standing city { name } } } } }')
SITE = "https://city.example"


async def preflight(origin: str, *, headers: str = "content-type,authorization", **settings: str) -> httpx.Response:
    asked = {"origin": origin, "access-control-request-method": "POST", "access-control-request-headers": headers}
    async with door(Network(), settings) as client:
        return await client.options("/graphql", headers=asked)


async def post(origin: str, **settings: str) -> httpx.Response:
    async with door(Network(), settings) as client:
        return await client.post("/graphql", json=ask(), headers={"origin": origin})


async def test_no_other_site_may_read_answers_unless_it_is_named() -> None:
    assert (await preflight(SITE)).status_code == 405
    assert "access-control-allow-origin" not in (await post(SITE)).headers
    assert "access-control-allow-origin" not in (await post("https://evil.example", CORS_ORIGINS=SITE)).headers
    assert (await preflight("https://evil.example", CORS_ORIGINS=SITE)).status_code == 400


async def test_a_named_site_may() -> None:
    allowed = await preflight(SITE, CORS_ORIGINS=f"https://other.example,{SITE}")
    answered = await post(SITE, CORS_ORIGINS=f"https://other.example,{SITE}")
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, SITE)
    assert answered.headers["access-control-allow-origin"] == SITE
    assert "Origin" in answered.headers["vary"]
    assert "retry-after" in answered.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origins", [SITE, "*"])
async def test_a_browser_never_sends_cookies_for_another_site(origins: str) -> None:
    for response in (await preflight(SITE, CORS_ORIGINS=origins), await post(SITE, CORS_ORIGINS=origins)):
        assert "access-control-allow-credentials" not in response.headers
        assert response.headers["access-control-allow-origin"] == origins


async def test_unknown_headers_are_not_allowed() -> None:
    assert (await preflight(SITE, headers="x-debug-rpc", CORS_ORIGINS=SITE)).status_code == 400


async def raw(client: httpx.AsyncClient, body: dict[str, Any], **headers: str) -> tuple[httpx.Response, bytes]:
    async with client.stream("POST", "/graphql", json=body, headers=headers) as response:
        return response, b"".join([chunk async for chunk in response.aiter_raw()])


async def test_large_answers_are_compressed_for_who_takes_it() -> None:
    async with door(Network(members=50)) as client:
        small = await raw(client, ask(), **{"accept-encoding": "gzip"})
        plain = await raw(client, PAGE, **{"accept-encoding": "identity"})
        packed = await raw(client, PAGE, **{"accept-encoding": "br, gzip"})
    assert "content-encoding" not in small[0].headers
    assert "content-encoding" not in plain[0].headers
    assert packed[0].headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed[1]) == plain[1]
    assert len(packed[1]) * 3 < len(plain[1])
    assert "Accept-Encoding" in packed[0].headers["vary"]


async def test_nothing_is_compressed_for_a_request_with_a_cookie() -> None:
    """BREACH: the length of a compressed answer tells what is in it."""
    async with door(Network(members=50)) as client:
        response, body = await raw(client, PAGE, **{"accept-encoding": "gzip", "cookie": "theme=dark"})
    assert "content-encoding" not in response.headers
    assert body.startswith(b'{"data"')


async def test_compression_can_be_left_to_the_ingress() -> None:
    async with door(Network(members=50), {"COMPRESSION": "off"}) as client:
        response, _ = await raw(client, PAGE, **{"accept-encoding": "gzip"})
    assert "content-encoding" not in response.headers


async def test_a_compressed_answer_is_known_again() -> None:
    query = {"query": PAGE["query"]}
    async with door(Network(members=50)) as client:
        packed = await client.get("/graphql", params=query, headers={"accept-encoding": "gzip"})
        again = await client.get("/graphql", params=query, headers={"if-none-match": packed.headers["etag"]})
    assert (packed.headers["content-encoding"], again.status_code) == ("gzip", 304)


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def slowly() -> Any:
        yield b'{"query"'
        await asyncio.sleep(30)

    async with door(Network(), {"BODY_SECONDS": "0.05"}) as client:
        headers = {"content-type": "application/json"}
        response = await client.post("/graphql", content=slowly(), headers=headers)
    assert (response.status_code, response.headers["connection"]) == (408, "close")
    assert response.json()["errors"][0]["extensions"]["code"] == "REQUEST_TIMEOUT"


async def test_an_execution_ends_at_its_deadline() -> None:
    """Also when something else than a call takes too long; what a call does then, the client of the bus decides."""

    class Stuck(Network):
        async def call(self, service: str, method: str, arguments: dict[str, Any]) -> Any:
            await asyncio.sleep(60)

    network = Stuck()
    async with door(network, {"RPC_TIMEOUT_SECONDS": "0.05"}) as client:
        response = await client.get("/graphql", params={"query": '{ coalition(key: "eccar") { key } }'})
    answer = response.json()
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["DEADLINE_EXCEEDED"]
    assert response.headers["cache-control"] == "no-store"
