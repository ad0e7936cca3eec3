"""How much one client may ask, and what everybody else notices of it."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from gateway.door import RateSettings
from gateway.limits.admission import Admission, Client, TooBusy, TooManyRequests
from services.chassis.kernel.errors import NotFound, Unauthenticated
from services.rights import api_tokens
from tests.support.principals import SECRETARY, SOMEBODY

from ..http import application, ask, door
from ..network import Network

PAGE = ask('{ members(coalition: "eccar", first: 25) { edges { cursor } } }')
"""Costs 70 points: 50 for its 25 edges and their pages, 20 as every request; the first time 131 more, for its text."""

RATES = {
    "RATE_ANONYMOUS_POINTS": "1000",
    "RATE_PRINCIPAL_POINTS": "2000",
    "LIMIT_COST": "100",
    "RATE_BURST_SECONDS": "0.35",
}
"""350 points at once for nobody, 700 for somebody."""

TOKEN = api_tokens.token_of(bytes(range(32)))


async def enter(admission: Admission, client: Client) -> None:
    async with admission.at_work(client, seconds=1):
        pass


class Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def client_from(app: ASGIApp, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of all buckets that are made from now on."""
    clock = Clock()
    monkeypatch.setattr("gateway.asgi.Admission", partial(Admission, clock=clock))
    return clock


async def test_a_client_gets_what_it_has_points_for(frozen: Clock) -> None:
    network = Network()
    async with door(network, RATES) as client:
        answers = [await client.post("/graphql", json=PAGE) for _ in range(4)]
        calls = len(network.calls)
        frozen.now += 0.07
        again = await client.post("/graphql", json=PAGE)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert again.status_code == 200
    assert calls == 3, "what is refused asks no service"
    assert answers[0].json()["extensions"]["cost"] == {"requested": 50, "limit": 100}


async def test_what_a_refusal_says(frozen: Clock) -> None:
    async with door(Network(), RATES) as client:
        for _ in range(3):
            granted = await client.post("/graphql", json=PAGE)
        refused = await client.post("/graphql", json=PAGE)
    [error] = refused.json()["errors"]
    assert error["extensions"]["code"] == "RATE_LIMITED"
    assert error["extensions"]["limit"] == {"name": "rate"}
    assert (error["extensions"]["retryAfter"], refused.headers["retry-after"]) == (1, "1")
    assert granted.headers["ratelimit-policy"] == '"points";q=350;w=1'
    assert granted.headers["ratelimit"] == '"points";r=9;t=1', "three pages, and the text of one"
    assert refused.headers["ratelimit"] == '"points";r=9;t=1', "what is refused costs nothing"
    assert refused.headers["cache-control"] == "no-store"


async def test_each_address_has_its_own_points(frozen: Clock) -> None:
    app = application(Network(), RATES)
    statuses: dict[str, list[int]] = {}
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::ffff:1", "2001:db8:0:1::1"):
        async with client_from(app, address) as client:
            statuses[address] = [(await client.post("/graphql", json=PAGE)).status_code for _ in range(4)]
    assert statuses["192.0.2.1"] == [200, 200, 200, 429]
    assert statuses["192.0.2.2"] == [200] * 4, "its document is known by now"
    assert statuses["2001:db8::1"] == [200] * 4
    assert statuses["2001:db8::ffff:1"][1:] == [429, 429, 429], "who has one address of a /64 has them all"
    assert statuses["2001:db8:0:1::1"] == [200] * 4


async def test_who_is_signed_in_has_points_of_their_own_wherever_they_are(frozen: Clock) -> None:
    network = Network()
    network.answers["membership.identify"] = {"kind": "application", "id": "app-1", "grants": []}
    app = application(network, RATES)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with client_from(app, "192.0.2.1") as here, client_from(app, "192.0.2.2") as there:
        anonymous = [(await here.post("/graphql", json=PAGE)).status_code for _ in range(4)]
        signed_in = [(await here.post("/graphql", json=PAGE, headers=headers)).status_code for _ in range(4)]
        elsewhere = [(await there.post("/graphql", json=PAGE, headers=headers)) for _ in range(7)]
    assert anonymous == [200, 200, 200, 429]
    assert signed_in == [200, 200, 200, 200]
    assert [each.status_code for each in elsewhere] == [200] * 6 + [429]
    assert elsewhere[0].headers["cache-control"] == "private, no-store"


async def test_an_answer_to_somebody_is_kept_by_no_cache() -> None:
    network = Network()
    network.answers["membership.identify"] = {"kind": "application", "id": "app-1", "grants": []}
    async with door(network) as client:
        response = await client.get("/graphql?query={__typename}", headers={"authorization": f"Bearer {TOKEN}"})
    assert response.json()["data"] == {"__typename": "Query"}
    assert response.headers["cache-control"] == "private, no-store"
    assert "etag" not in response.headers


async def test_a_document_that_nobody_knows_costs_by_its_length_before_it_is_parsed(frozen: Clock) -> None:
    """So that nobody has thousands of them parsed; the second time it is known."""
    long = ask("{ __typename }" + "#" * 200)
    async with door(Network(), RATES) as client:
        statuses = [(await client.post("/graphql", json=long)).headers["ratelimit"] for _ in range(2)]
        wrong = [(await client.post("/graphql", json=ask("{" + "#" * 900 + f"\n{number}"))) for number in range(2)]
    assert statuses == ['"points";r=123;t=1', '"points";r=103;t=1']
    assert [each.status_code for each in wrong] == [429, 429]


async def test_credentials_that_are_not_accepted_end_soon(frozen: Clock) -> None:
    """Each may cost the membership service a question."""
    network = Network()
    network.failures["membership.identify"] = Unauthenticated("no such token")
    app = application(network, {"RATE_FAILED_CREDENTIALS": "3"})
    tokens = [api_tokens.token_of(bytes([number]) * 32) for number in range(6)]
    async with client_from(app, "192.0.2.1") as client, client_from(app, "192.0.2.2") as other:
        statuses = [
            (await client.post("/graphql", json=ask(), headers={"authorization": f"Bearer {token}"})).status_code
            for token in tokens
        ]
        asked = len(network.named("membership.identify"))
        without = await client.post("/graphql", json=ask())
        elsewhere = await other.post("/graphql", json=ask(), headers={"authorization": f"Bearer {tokens[0]}"})
        frozen.now += 1
        later = await client.post("/graphql", json=ask(), headers={"authorization": f"Bearer {tokens[5]}"})
    assert statuses == [401, 401, 401, 429, 429, 429]
    assert asked == 3
    assert without.status_code == 200, "who shows nothing is nobody, not a cheat"
    assert (elsewhere.status_code, later.status_code) == (401, 401)


class Waiting(Network):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def call(self, service: str, method: str, arguments: dict[str, Any]) -> Any:
        found = await super().call(service, method, arguments)
        await self.go_on.wait()
        return found


async def wait_for_calls(network: Network, count: int) -> None:
    while len(network.calls) < count:
        await asyncio.sleep(0)


async def test_one_client_has_a_bounded_number_of_requests_at_work() -> None:
    network = Waiting()
    app = application(network, {"CONCURRENCY_PER_CLIENT": "2", "WAITING_PER_CLIENT": "0"})
    async with client_from(app, "192.0.2.1") as greedy, client_from(app, "192.0.2.2") as polite:
        at_work = [asyncio.create_task(greedy.post("/graphql", json=PAGE)) for _ in range(2)]
        await wait_for_calls(network, 2)
        refused = await greedy.post("/graphql", json=PAGE)
        theirs = asyncio.create_task(polite.post("/graphql", json=PAGE))
        await wait_for_calls(network, 3)
        network.go_on.set()
        done = [(await task).status_code for task in (*at_work, theirs)]
        after = await greedy.post("/graphql", json=PAGE)
    assert done == [200, 200, 200]
    assert after.status_code == 200
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json()["errors"][0]["extensions"]["limit"] == {"name": "at_work_each"}


async def test_the_process_has_a_bounded_number_of_requests_at_work() -> None:
    network = Waiting()
    app = application(network, {"CONCURRENCY": "2"})
    async with client_from(app, "192.0.2.1") as one, client_from(app, "192.0.2.2") as other:
        at_work = [asyncio.create_task(one.post("/graphql", json=PAGE)) for _ in range(2)]
        await wait_for_calls(network, 2)
        refused = await other.post("/graphql", json=PAGE)
        probe = await other.get("/livez")
        network.go_on.set()
        await asyncio.gather(*at_work)
        after = await other.post("/graphql", json=PAGE)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"
    assert (probe.status_code, after.status_code) == (200, 200)


async def test_a_client_waits_for_itself() -> None:
    """Its requests are answered one after the other, and those of others beside them."""
    network = Waiting()
    app = application(network, {"CONCURRENCY_PER_CLIENT": "1", "RPC_TIMEOUT_SECONDS": "20"})
    async with client_from(app, "192.0.2.1") as greedy, client_from(app, "192.0.2.2") as polite:
        first, second = (asyncio.create_task(greedy.post("/graphql", json=PAGE)) for _ in range(2))
        await wait_for_calls(network, 1)
        theirs = asyncio.create_task(polite.post("/graphql", json=PAGE))
        await wait_for_calls(network, 2)
        assert len(network.calls) == 2
        network.go_on.set()
        assert [(await task).status_code for task in (first, second, theirs)] == [200, 200, 200]


async def test_nobody_waits_longer_than_for_an_answer() -> None:
    network = Waiting()
    app = application(network, {"CONCURRENCY_PER_CLIENT": "1", "RPC_TIMEOUT_SECONDS": "0.1"})
    async with client_from(app, "192.0.2.1") as client:
        first = asyncio.create_task(client.post("/graphql", json=PAGE))
        await wait_for_calls(network, 1)
        second = await client.post("/graphql", json=PAGE)
        assert second.status_code == 429
        assert second.json()["errors"][0]["extensions"]["limit"] == {"name": "at_work_each"}
        await first
    assert len(network.calls) == 1


async def test_a_failing_request_leaves_its_place() -> None:
    network = Network()
    network.failures["membership"] = NotFound("nothing")
    async with door(network, {"CONCURRENCY": "1"}) as client:
        bodies: list[Any] = [[], PAGE, ask("{"), PAGE]
        for body in bodies:
            assert (await client.post("/graphql", json=body)).status_code in (200, 400)


def test_in_development_nobody_is_counted() -> None:
    admission = Admission(RateSettings())
    client = Client.of(None, "192.0.2.1")
    admission.charge(client, 10**9)
    admission.before_credential("192.0.2.1")
    assert admission.level(client) is None


def test_who_is_one_client() -> None:
    assert Client.of(SOMEBODY, "192.0.2.1") == Client.of(SOMEBODY, "192.0.2.2")
    assert Client.of(SOMEBODY, "192.0.2.1") != Client.of(SECRETARY, "192.0.2.1")
    assert Client.of(None, "::ffff:192.0.2.1") == Client.of(None, "192.0.2.1")
    assert Client.of(None, "fe80::1%eth0") == Client.of(None, "fe80::1%eth0")
    assert Client.of(None, None) == Client.of(None, "")


async def test_a_subscription_asks_with_the_same_two_words() -> None:
    """What is not HTTP may charge and hold a place, too."""
    admission = Admission(RateSettings(anonymous=10, burst_seconds=10, at_work_each=1, waiting_each=0, at_work=2))
    one, two, three = (Client.of(None, f"192.0.2.{number}") for number in (1, 2, 3))
    async with admission.at_work(one, seconds=1), admission.at_work(two, seconds=1):
        with pytest.raises(TooBusy):
            await enter(admission, three)
    async with admission.at_work(one, seconds=1):
        with pytest.raises(TooManyRequests):
            await enter(admission, one)
    await enter(admission, one)
    admission.charge(one, 100)
    with pytest.raises(TooManyRequests) as refused:
        admission.charge(one, 50)
    assert (refused.value.code, round(refused.value.retry_after)) == ("RATE_LIMITED", 5)


async def test_who_does_not_wait_when_told_to_is_made_to(frozen: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """So one that asks again as soon as it is answered costs little; the first refusal comes at once."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    app = application(Network(), RATES)
    async with client_from(app, "192.0.2.1") as hasty, client_from(app, "192.0.2.2") as patient:
        monkeypatch.setattr("gateway.limits.admission.asyncio.sleep", sleep)
        statuses = [(await hasty.post("/graphql", json=PAGE)).status_code for _ in range(6)]
        assert (statuses, len(slept)) == ([200, 200, 200, 429, 429, 429], 2)
        frozen.now += 3
        for client in (hasty, patient):
            while (await client.post("/graphql", json=PAGE)).status_code != 429:
                pass
    assert len(slept) == 2
    assert all(1 <= seconds <= 3 for seconds in slept)


async def test_to_ask_for_a_persisted_document_is_no_fault(frozen: Clock) -> None:
    unknown = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    async with door(Network(), RATES) as client:
        response = await client.post("/graphql", json=unknown)
    assert response.headers["ratelimit"] == '"points";r=330;t=1'


@pytest.mark.parametrize("body", [ask("{ nope }"), [], ask("{ " + "a " * 301 + "}")])
async def test_what_is_refused_for_what_it_is_costs_points(frozen: Clock, body: Any) -> None:
    async with door(Network(), {**RATES, "RATE_BURST_SECONDS": "1"}) as client:
        await client.post("/graphql", json=body)
        left = (await client.post("/graphql", json=ask())).headers["ratelimit"]
    assert int(left.split("r=")[1].split(";")[0]) <= 1000 - 20 - 100 - 20 - 107


async def test_a_slow_body_holds_no_place() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"query": '
        begun.set()
        await go_on.wait()
        yield b'"{ __typename }"}'

    async with door(Network(), {"CONCURRENCY": "1"}) as client:
        headers = {"content-type": "application/json"}
        slow = asyncio.create_task(client.post("/graphql", content=slowly(), headers=headers))
        await begun.wait()
        other = await client.post("/graphql", json=ask())
        go_on.set()
        assert (other.status_code, (await slow).status_code) == (200, 200)
