"""What caches may keep, and what they must not."""

import httpx
import pytest

from gateway.http.caching import etag_of
from services.chassis.kernel.errors import Unavailable
from tests.support.principals import key_settings

from ..http import ask, door
from ..network import Network

QUERY = '{ coalition(key: "eccar") { key } }'


async def get(
    headers: dict[str, str] | None = None, *, network: Network | None = None, settings: dict[str, str] | None = None
) -> httpx.Response:
    async with door(network or Network(), settings) as client:
        return await client.get("/graphql", params={"query": QUERY}, headers=headers)


async def test_what_everybody_gets_may_be_kept_by_everybody() -> None:
    response = await get()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=300"
    assert response.headers["vary"] == "Accept, Accept-Encoding, Authorization, Cookie"
    assert response.headers["etag"] == etag_of(response.content)


async def test_nothing_in_it_is_about_one_client() -> None:
    """It is given to others: neither a rate in its headers nor anything in its body differs."""
    limited = {"RATE_ANONYMOUS_POINTS": "1000"}
    first, second = await get(settings=limited), await get(settings=limited)
    assert first.content == second.content
    assert not [name for name in first.headers if name.startswith("ratelimit")]


async def test_who_has_it_is_told_so() -> None:
    tag = (await get()).headers["etag"]
    same = await get({"if-none-match": f'"other", {tag}'})
    strong = await get({"if-none-match": tag.removeprefix("W/")})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert same.headers["cache-control"].startswith("public")
    assert same.headers["vary"] == "Accept, Accept-Encoding, Authorization, Cookie"
    assert strong.status_code == 304, "a proxy may have made it strong"


async def test_who_has_another_one_gets_this() -> None:
    assert (await get({"if-none-match": 'W/"other"'})).status_code == 200
    assert (await get({"if-none-match": "*"})).status_code == 304


async def test_an_error_is_never_kept() -> None:
    network = Network()
    network.failures["membership"] = Unavailable("away")
    response = await get({"if-none-match": "*"}, network=network)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert "etag" not in response.headers


@pytest.mark.parametrize("query", ["{", "{ nope }", ""])
async def test_a_refusal_is_never_kept(query: str) -> None:
    async with door(Network()) as client:
        response = await client.get("/graphql", params={"query": query})
    assert response.headers["cache-control"] == "no-store"


async def test_an_answer_to_post_is_never_kept() -> None:
    async with door(Network()) as client:
        response = await client.post("/graphql", json=ask(QUERY))
    assert response.headers["cache-control"] == "no-store"


async def test_a_cache_can_be_forbidden() -> None:
    response = await get(settings={"PUBLIC_CACHE_SECONDS": "0"})
    assert (response.headers["cache-control"], "etag" in response.headers) == ("no-store", False)


async def test_an_answer_that_shows_its_calls_is_never_kept() -> None:
    assert (await get({"x-debug-rpc": "1"})).headers["cache-control"] == "no-store"


async def test_a_bad_credential_is_never_kept() -> None:
    response = await get({"authorization": "Bearer nonsense"}, settings=key_settings())
    assert (response.status_code, response.headers["cache-control"]) == (401, "no-store")
