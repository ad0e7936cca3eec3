"""Trusted issuers over real HTTP: what is asked of them, how often, and what happens while they are away."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gateway.auth.errors import BadCredential
from gateway.auth.oidc import Identity, Issuers
from gateway.auth.oidc.documents import IssuerUnavailable
from gateway.auth.oidc.provider import RENEW_SECONDS, RETRY_SECONDS, TTL_SECONDS
from gateway.issuers import issuers_from
from services.chassis.kernel.config import Environment
from tests.support.issuer import ALGORITHMS, DISCOVERY_PATH, KEYS_PATH, Issuer


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as running:
        yield running


class Clock:
    """Monotonic time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def trusting(*issuers: Issuer, clock: Clock | None = None) -> AsyncIterator[Issuers]:
    settings = issuers_from(Environment({"ISSUERS": issuers[0].environment(*issuers[1:])}))
    found = Issuers(settings, monotonic=clock or time.monotonic)
    try:
        yield found
    finally:
        await found.close()


async def refused(issuers: Issuers, token: str) -> None:
    with pytest.raises(BadCredential):
        await issuers.verify(token)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
async def test_a_token_says_who_it_is(issuer: Issuer, algorithm: str) -> None:
    token = issuer.token("anna", name="Anna Huber", email="anna@graz.example", algorithm=algorithm, sid="s1")
    async with trusting(issuer) as issuers:
        identity = await issuers.verify(token)
    assert (identity.issuer, identity.subject, identity.name) == (issuer.url, "anna", "Anna Huber")
    assert (identity.email, identity.session_id) == ("anna@graz.example", "s1")
    assert 290 < identity.expires_at - time.time() <= 300


async def test_each_issuer_vouches_for_its_own(issuer: Issuer) -> None:
    with Issuer(audience="iccar") as other, Issuer() as stranger:
        async with trusting(issuer, other) as issuers:
            found = [await issuers.verify(each.token("anna")) for each in (issuer, other)]
            assert [identity.issuer for identity in found] == [issuer.url, other.url]
            await refused(issuers, stranger.token("anna"))
            await refused(issuers, stranger.token("anna", iss=issuer.url))
            await refused(issuers, other.token("anna", iss=issuer.url))
        assert stranger.requests.total() == 0, "nobody is asked because a token says so"


@pytest.mark.parametrize(
    "overrides",
    [{"aud": "another"}, {"aud": "gateway"}, {"expires_in": -60}, {"nbf": 4e9}, {"sub": ""}, {"events": {}}],
    ids=repr,
)
async def test_a_token_that_is_not_for_now_or_not_for_us(issuer: Issuer, overrides: dict[str, Any]) -> None:
    async with trusting(issuer) as issuers:
        await refused(issuers, issuer.token("anna", **overrides))


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS512", "made-up"])
async def test_nobody_is_asked_about_an_algorithm_that_is_not_allowed(issuer: Issuer, algorithm: str) -> None:
    _, claims, signature = issuer.token("anna").split(".")
    header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": "x"}).encode()).rstrip(b"=").decode()
    async with trusting(issuer) as issuers:
        await refused(issuers, f"{header}.{claims}.{signature}")
    assert issuer.requests.total() == 0


async def test_keys_are_fetched_once_however_many_ask_at_once(issuer: Issuer) -> None:
    issuer.delay = 0.1
    async with trusting(issuer) as issuers:
        found = await asyncio.gather(*(issuers.verify(issuer.token(f"person-{number}")) for number in range(50)))
    assert len({identity.subject for identity in found}) == 50
    assert (issuer.requests[DISCOVERY_PATH], issuer.requests[KEYS_PATH]) == (1, 1)


async def test_who_gives_up_takes_the_answer_from_nobody(issuer: Issuer) -> None:
    issuer.delay = 0.2
    async with trusting(issuer) as issuers:
        impatient = asyncio.create_task(issuers.verify(issuer.token("anna")))
        patient = asyncio.create_task(issuers.verify(issuer.token("berta")))
        await asyncio.sleep(0.05)
        impatient.cancel()
        assert (await patient).subject == "berta"
    assert impatient.cancelled()
    assert issuer.requests[KEYS_PATH] == 1


async def test_a_rotated_key_is_believed_at_once_and_the_old_one_no_more(issuer: Issuer) -> None:
    async with trusting(issuer) as issuers:
        old = issuer.token("anna")
        await issuers.verify(old)
        issuer.rotate()
        assert (await issuers.verify(issuer.token("anna"))).subject == "anna"
        await refused(issuers, old)
    assert issuer.requests[KEYS_PATH] == 2


async def test_all_who_come_right_after_a_rotation_are_believed(issuer: Issuer) -> None:
    async with trusting(issuer) as issuers:
        await issuers.verify(issuer.token("anna"))
        issuer.rotate(keep=True)
        issuer.delay = 0.1
        await asyncio.gather(*(issuers.verify(issuer.token("anna")) for _ in range(20)))
    assert issuer.requests[KEYS_PATH] == 2


async def test_made_up_keys_make_us_ask_once_a_minute_at_most(issuer: Issuer) -> None:
    clock = Clock()
    async with trusting(issuer, clock=clock) as issuers:
        await issuers.verify(issuer.token("anna"))
        for number in range(100):
            await refused(issuers, issuer.token("anna", headers={"kid": f"made-up-{number}"}))
        assert issuer.requests[KEYS_PATH] == 2
        issuer.rotate()
        await refused(issuers, issuer.token("anna"))
        clock.now += RENEW_SECONDS
        assert (await issuers.verify(issuer.token("anna"))).subject == "anna"
    assert issuer.requests[KEYS_PATH] == 3


async def test_a_withdrawn_key_is_believed_for_ten_minutes_at_most(issuer: Issuer) -> None:
    clock = Clock()
    async with trusting(issuer, clock=clock) as issuers:
        old = issuer.token("anna")
        await issuers.verify(old)
        issuer.rotate()
        clock.now += TTL_SECONDS - 1
        await issuers.verify(old)
        assert issuer.requests[KEYS_PATH] == 1
        clock.now += 1
        await refused(issuers, old)
    assert issuer.requests[KEYS_PATH] == 3, "once because time is up, once because the key is unknown now"


async def test_while_the_issuer_is_away_what_is_known_holds(issuer: Issuer) -> None:
    clock = Clock()
    async with trusting(issuer, clock=clock) as issuers:
        await issuers.verify(issuer.token("anna"))
        issuer.is_down = True
        clock.now += TTL_SECONDS
        for _ in range(20):
            assert (await issuers.verify(issuer.token("anna"))).subject == "anna"
        assert issuer.requests[DISCOVERY_PATH] == 2, "requests do not queue up behind an issuer that is away"
        await refused(issuers, issuer.token("anna", headers={"kid": "unknown"}))
        issuer.is_down = False
        clock.now += RETRY_SECONDS
        assert (await issuers.verify(issuer.token("anna"))).subject == "anna"
        assert issuer.requests[KEYS_PATH] == 2


async def test_an_issuer_that_was_never_there_is_nobodys_fault(issuer: Issuer) -> None:
    clock = Clock()
    issuer.is_down = True
    async with trusting(issuer, clock=clock) as issuers:
        for _ in range(5):
            with pytest.raises(IssuerUnavailable) as error:
                await issuers.verify(issuer.token("anna"))
            assert (error.value.code, error.value.retryable) == ("UNAVAILABLE", True)
            assert issuer.url not in error.value.message
        assert issuer.requests[DISCOVERY_PATH] == 1
        issuer.is_down = False
        clock.now += RETRY_SECONDS
        assert (await issuers.verify(issuer.token("anna"))).subject == "anna"


async def test_an_issuer_that_does_not_answer_is_given_up_in_time(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.auth.oidc.documents.FETCH_SECONDS", 0.3)
    issuer.delay = 60.0
    async with trusting(issuer) as issuers, asyncio.timeout(20):
        with pytest.raises(IssuerUnavailable):
            await issuers.verify(issuer.token("anna"))


def _another_issuer(issuer: Issuer) -> None:
    issuer.document["issuer"] = f"{issuer.url}/"


def _no_keys(issuer: Issuer) -> None:
    del issuer.document["jwks_uri"]


def _keys_over_plain_http(issuer: Issuer) -> None:
    issuer.document["jwks_uri"] = "http://login.example.org/jwks"


def _keys_that_are_no_set(issuer: Issuer) -> None:
    issuer.document["jwks_uri"] = f"{issuer.url}{DISCOVERY_PATH}"


def _keys_nowhere(issuer: Issuer) -> None:
    issuer.document["jwks_uri"] = f"{issuer.url}/nowhere"


def _too_much(issuer: Issuer) -> None:
    issuer.document["padding"] = "x" * 600_000


def _a_list(issuer: Issuer) -> None:
    issuer.document = [issuer.document]  # type: ignore[assignment]


@pytest.mark.parametrize(
    "spoil",
    [_another_issuer, _no_keys, _keys_over_plain_http, _keys_that_are_no_set, _keys_nowhere, _too_much, _a_list],
)
async def test_a_document_that_cannot_be_right_is_not_used(issuer: Issuer, spoil: Any) -> None:
    spoil(issuer)
    async with trusting(issuer) as issuers:
        with pytest.raises(IssuerUnavailable):
            await issuers.verify(issuer.token("anna"))


async def test_verification_never_blocks_the_event_loop(issuer: Issuer) -> None:
    """While the issuer takes its time, everything else goes on."""
    issuer.delay = 0.3
    rounds = 0

    async def go_round() -> None:
        nonlocal rounds
        while True:
            await asyncio.sleep(0.005)
            rounds += 1

    async with trusting(issuer) as issuers:
        others = asyncio.create_task(go_round())
        await issuers.verify(issuer.token("anna"))
        others.cancel()
    assert rounds > 10


async def test_an_identity_is_worth_comparing(issuer: Issuer) -> None:
    """Rights are remembered by credential: the same token must give an equal one."""
    token = issuer.token("anna")
    async with trusting(issuer) as issuers:
        first, second = await issuers.verify(token), await issuers.verify(token)
    assert first == second
    assert isinstance(first, Identity)
    assert len({first, second}) == 1
