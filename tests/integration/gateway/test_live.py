"""Live updates on real sockets, over services in memory: messages are handed to the hub as the bridge does it."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import pytest

from gateway.__main__ import server_of
from gateway.asgi import assemble
from gateway.auth.oidc import Issuers
from gateway.http.metrics import REGISTRY
from gateway.http.probes import EventLoopTick, Probes
from gateway.live.hub import GRANT_REVOKED
from gateway.live.updates import BEGUN, LiveUpdates
from services.chassis.kernel.errors import Forbidden, Unauthenticated, Unavailable
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.principal import person_id
from services.chassis.protocol.envelope import Envelope
from tests.support.issuer import Issuer
from tests.support.live import Socket, socket
from tests.support.processes import free_port
from tests.unit.gateway.http import settings
from tests.unit.gateway.network import Network, report

MEMBERSHIPS: Final = """
subscription($coalition: String!, $after: ID) {
  membershipChanged(coalition: $coalition, after: $after) { eventId version member { id city { name } } }
}"""
REPORTS: Final = 'subscription { reportChanged(coalition: "eccar") { eventId change report { status } } }'
SESSION: Final = "s" * 43
_versions: Final = itertools.count(1)


@dataclass
class Door:
    """A gateway that serves, its live updates, and the services behind it."""

    url: str
    live: LiveUpdates
    network: Network
    stop: Any

    def admit(self, number: int = 1, *, id: str | None = None) -> str:
        """Tell of an admission. Returns the id of the event."""
        message = envelope("membership.member_admitted.v1", self.network.members[number - 1]["id"], id=id)
        self.live.hub.publish(message)
        return message.id

    def revoke(self, person_id: str) -> None:
        self.live.hub.publish(envelope(GRANT_REVOKED, "grant", data={"person_id": person_id}))

    async def shows(self, count: int) -> None:
        """Return when so many are told of things."""
        async with asyncio.timeout(10):
            while len(self.live.hub) != count:
                await asyncio.sleep(0.01)


def envelope(name: str, subject: str, *, id: str | None = None, data: dict[str, Any] | None = None) -> Envelope:
    return Envelope(
        id=id or new_id(),
        source=name.split(".")[0],
        type=name,
        subject=subject,
        time=datetime.now(UTC),
        sequence=next(_versions),
        coalition="eccar",
        correlationid="a-story",
        data=data or {},
    )


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        yield issuer


@asynccontextmanager
async def door(issuer: Issuer, **values: str) -> AsyncIterator[Door]:
    read = settings(HTTP_PORT=str(free_port()), ISSUERS=issuer.environment(), **values)
    network, issuers = Network(), Issuers(read.issuers)
    network.answers["membership.identify"] = somebody
    app = assemble(
        read, call=network.call, issuers=issuers, probes=Probes(EventLoopTick(), lambda: True), lifespan=None
    )
    server = server_of(app, read)
    serving = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:
            await asyncio.sleep(0.01)

    async def stop() -> None:
        server.should_exit = True
        await serving

    try:
        yield Door(f"http://127.0.0.1:{read.http_port}", app.state.live, network, stop)
    finally:
        await stop()
        await issuers.close()


def somebody(asked: dict[str, Any]) -> dict[str, Any]:
    """A secretary of the coalition."""
    name = asked.get("subject") or "of-a-session"
    return {
        "kind": "person",
        "id": person_id(asked.get("issuer") or "", name),
        "issuer": asked.get("issuer"),
        "subject": name,
        "name": name,
        "email": None,
        "grants": [["secretariat", "coalition", "eccar", None]],
    }


def bearer(issuer: Issuer, name: str, **claims: Any) -> dict[str, str]:
    return {"authorization": f"Bearer {issuer.token(name, **claims)}"}


async def listen(listener: Socket, query: str = MEMBERSHIPS, **variables: Any) -> None:
    await listener.greet()
    await listener.subscribe(query, coalition="eccar", **variables)


async def test_those_who_are_shown_the_same_share_one_execution(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as a, socket(gateway.url) as b, socket(gateway.url) as c:
        anna, berta = bearer(issuer, "anna"), bearer(issuer, "berta")
        for listener, who in ((a, anna), (b, anna), (c, berta)):
            await listener.greet(who)
            await listener.subscribe(REPORTS)
        await gateway.shows(3)
        gateway.live.hub.publish(envelope("reports.report_started.v1", report("eccar")["id"]))
        events = [await listener.event("reportChanged") for listener in (a, b, c)]
    assert events[0] == events[1] == events[2]
    assert len(gateway.network.named("reports.get_reports")) == 2  # Anna's, and Berta's


async def test_what_is_public_is_read_once_for_all(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as a, socket(gateway.url) as b:
        await listen(a)
        await b.greet(bearer(issuer, "anna"))
        await b.subscribe(MEMBERSHIPS, coalition="eccar")
        await gateway.shows(2)
        gateway.admit()
        assert await a.event("membershipChanged") == await b.event("membershipChanged")
        assert len(gateway.network.named("membership.get_members")) == 1
        gateway.network.failures["membership.get_members"] = Unavailable("Away.")
        gateway.admit()
        await asyncio.sleep(0.3)
        del gateway.network.failures["membership.get_members"]
        assert await a.event("membershipChanged") == await b.event("membershipChanged")


async def test_a_message_that_comes_twice_is_told_once(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        await listen(listener)
        await gateway.shows(1)
        first = gateway.admit(1)
        gateway.admit(1, id=first)
        second = gateway.admit(2)
        assert [(await listener.event("membershipChanged"))["eventId"] for _ in range(2)] == [first, second]


async def test_what_was_missed_comes_first_and_nothing_twice(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener, socket(gateway.url) as other:
        missed = [envelope("membership.member_admitted.v1", gateway.network.members[n]["id"]) for n in (0, 1)]
        asked: list[dict[str, Any]] = []
        live: list[str] = []

        def log(arguments: dict[str, Any]) -> dict[str, Any]:
            asked.append(arguments)
            # While the log is being read, the newest of it arrives from the bus, too, and one more.
            gateway.live.hub.publish(missed[1])
            live.append(gateway.admit(3))
            names = ("id", "source", "type", "subject", "sequence", "coalition", "correlationid", "data")
            return {"items": [{**{n: getattr(m, n) for n in names}, "time": m.time.isoformat()} for m in missed]}

        gateway.network.answers["membership.list_messages"] = log
        await listen(listener, after="the-last-one")
        told = [(await listener.event("membershipChanged"))["eventId"] for _ in range(3)]
        assert told == [missed[0].id, missed[1].id, live[0]]
        assert asked[0]["after"] == "the-last-one"
        assert asked[0]["coalition"] == "eccar"
        # From now on it is shown what all are shown.
        await listen(other)
        await gateway.shows(2)
        gateway.network.calls.clear()
        gateway.admit(4)
        assert await listener.event("membershipChanged") == await other.event("membershipChanged")
        assert len(gateway.network.named("membership.get_members")) == 1


async def test_an_event_waits_for_a_service_that_is_away(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        await listen(listener)
        await gateway.shows(1)
        failures = iter([Unavailable("Away."), Unavailable("Away.")])
        gateway.network.failures["membership.get_members"] = lambda _asked: next(failures, None)
        ids = [gateway.admit(1), gateway.admit(2)]
        assert [(await listener.event("membershipChanged"))["eventId"] for _ in ids] == ids


async def test_what_a_service_refuses_ends_the_subscription(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        await listener.greet(bearer(issuer, "anna"))
        await listener.subscribe(REPORTS)
        await gateway.shows(1)
        gateway.network.failures["reports.get_reports"] = Forbidden("No.")
        gateway.live.hub.publish(envelope("reports.report_started.v1", "r"))
        assert (await listener.error())["code"] == "FORBIDDEN"
        await gateway.shows(0)


async def test_what_one_may_not_see_is_not_told(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        await listener.greet(bearer(issuer, "anna"))
        await listener.subscribe(REPORTS)
        await gateway.shows(1)
        gateway.network.answers["reports.get_reports"] = {"items": [None]}
        gateway.live.hub.publish(envelope("reports.report_started.v1", "r"))
        with pytest.raises(TimeoutError):
            await listener.receive(patience=0.3)


async def test_a_right_that_was_taken_away_ends_a_subscription_before_anything_happens(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener, socket(gateway.url) as other:
        for each, name in ((listener, "anna"), (other, "berta")):
            await each.greet(bearer(issuer, name))
            await each.subscribe(REPORTS)
        await gateway.shows(2)
        gateway.network.answers["membership.identify"] = lambda asked: {
            **somebody(asked),
            **({"grants": []} if asked["subject"] == "anna" else {}),
        }
        gateway.revoke(person_id(issuer.url, "anna"))
        assert (await listener.error())["code"] == "FORBIDDEN"
        await gateway.shows(1)


async def test_a_reader_that_does_not_keep_up_is_ended_at_a_place_to_go_on_from(issuer: Issuer) -> None:
    async with door(issuer, LIVE_WAITING_EVENTS="20") as gateway, socket(gateway.url, max_queue=1) as slow:
        for member in gateway.network.members:
            member["cities"][0]["name"] = "x" * 200_000
        await listen(slow)
        await gateway.shows(1)
        ids = []
        while len(gateway.live.hub):
            ids.append(gateway.admit(1))
            await asyncio.sleep(0.005)
            assert len(ids) < 2_000
        told = []
        while (message := await slow.receive())["type"] == "next":
            told.append(message["payload"]["data"]["membershipChanged"]["eventId"])
    [error] = message["payload"]
    assert error["extensions"]["code"] == "TOO_SLOW"
    assert error["extensions"]["resumeAfter"] == told[-1]
    assert told == ids[: len(told)]


async def test_a_connection_ends_in_the_moment_in_which_its_token_does(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        expires_at = int(time.time()) + 3
        await listener.greet(bearer(issuer, "anna", exp=expires_at))
        await listener.subscribe(REPORTS)
        code, reason = await listener.closing()
        ended_at = time.time()
    assert (code, reason) == (4403, "The token has expired.")
    assert expires_at <= ended_at < expires_at + 1


async def test_the_page_of_another_site_cannot_use_the_session_of_who_looks_at_it(issuer: Issuer) -> None:
    cookie = {"Cookie": f"session={SESSION}"}
    async with door(issuer) as gateway:
        for headers in ({"Origin": "https://evil.example"}, {}, {"Sec-Fetch-Site": "cross-site"}):
            async with socket(gateway.url, additional_headers={**cookie, **headers}) as foreign:
                await foreign.send(type="connection_init")
                assert (await foreign.closing())[0] == 4403
        assert gateway.network.named("membership.identify") == []
        async with socket(gateway.url, additional_headers=cookie, origin=gateway.url) as own:
            await own.greet()
            await own.subscribe(REPORTS)
            await gateway.shows(1)


async def test_a_session_that_is_closed_takes_its_connection_with_it(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.live.updates.RECHECK_SECONDS", 1.1)
    async with (
        door(issuer) as gateway,
        socket(gateway.url, additional_headers={"Cookie": f"session={SESSION}"}, origin=gateway.url) as listener,
    ):
        await listener.greet()
        gateway.network.failures["membership.identify"] = Unauthenticated("Over.")
        assert (await listener.closing())[0] == 4403


async def test_what_is_no_credential_is_refused(issuer: Issuer) -> None:
    async with door(issuer) as gateway:
        for payload in ({"authorization": "Bearer nonsense"}, {"authorization": "Basic x"}):
            async with socket(gateway.url) as listener:
                await listener.send(type="connection_init", payload=payload)
                assert (await listener.closing())[0] == 4403
        async with socket(gateway.url) as listener:
            await listener.send(type="connection_init", payload={"authorization": 1})
            assert (await listener.closing())[0] == 4400


async def test_the_protocol_is_kept_to(issuer: Issuer) -> None:
    async with door(issuer, LIVE_INIT_SECONDS="0.5") as gateway:
        async with socket(gateway.url, subprotocol=None) as listener:
            assert (await listener.closing())[0] == 4406
        async with socket(gateway.url) as listener:
            assert (await listener.closing())[0] == 4408
        async with socket(gateway.url) as listener:
            await listener.connection.send(b"\x00")
            assert (await listener.closing())[0] == 4400
        async with socket(gateway.url) as listener:
            await listener.subscribe(MEMBERSHIPS)
            assert await listener.closing() == (4401, "Unauthorized")
        async with socket(gateway.url) as listener:
            await listen(listener)
            await listener.subscribe(MEMBERSHIPS, coalition="eccar")
            assert await listener.closing() == (4409, "Subscriber for 1 already exists")


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{ __typename }", {}, "UNSUPPORTED_OPERATION"),
        ("subscription {", {}, "PARSE_FAILED"),
        ("subscription { nope }", {}, "VALIDATION_FAILED"),
        ("subscription { __typename }", {}, "VALIDATION_FAILED"),
        ('subscription { a: membershipChanged(coalition: "e") { eventId } b: __typename }', {}, "VALIDATION_FAILED"),
        (
            'subscription($no: Boolean!) { membershipChanged(coalition: "e") @skip(if: $no) { eventId } }',
            {"no": True},
            "VALIDATION_FAILED",
        ),
        (MEMBERSHIPS, {}, "INVALID_VARIABLES"),
        (
            'subscription { membershipChanged(coalition: "eccar", member: "x") { eventId } }',
            {},
            "INVALID_INPUT",
        ),
        (REPORTS, {}, "UNAUTHENTICATED"),
    ],
)
async def test_what_cannot_be_subscribed_to_is_an_error_of_that_subscription(
    issuer: Issuer, query: str, variables: dict[str, Any], code: str
) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        await listener.greet()
        await listener.subscribe(query, **variables)
        assert (await listener.error())["code"] == code
        # The connection goes on, and the id is free again.
        await listener.subscribe(MEMBERSHIPS, coalition="eccar")
        await gateway.shows(1)


async def test_nobody_has_more_than_their_share(issuer: Issuer) -> None:
    limits = {"LIVE_CONNECTIONS_OF_ONE": "2", "LIVE_SUBSCRIPTIONS_OF_ONE": "1"}
    async with door(issuer, **limits) as gateway, socket(gateway.url) as first, socket(gateway.url) as second:
        await listen(first)
        await second.greet()
        async with socket(gateway.url) as third:
            assert (await third.closing())[0] == 1013
        await second.subscribe(MEMBERSHIPS, coalition="eccar")
        assert (await second.error())["code"] == "RATE_LIMITED"
        await first.send(type="complete", id="1")
        await gateway.shows(0)
        await second.subscribe(MEMBERSHIPS, coalition="eccar")
        await gateway.shows(1)
        # Who has signed in counts as who they are, and leaves room at their address.
        await second.connection.close()
        await gateway.shows(0)
        async with socket(gateway.url) as anna:
            await anna.greet(bearer(issuer, "anna"))
            async with socket(gateway.url) as berta:
                await berta.greet(bearer(issuer, "berta"))


async def test_nobody_begins_and_ends_without_pause(issuer: Issuer) -> None:
    async with door(issuer) as gateway, socket(gateway.url) as listener:
        await listener.greet()
        codes = []
        for number in range(BEGUN + 1):
            await listener.subscribe(REPORTS, id=str(number))
            codes.append((await listener.error())["code"])
        assert gateway.network.calls == []
    assert codes == [*["UNAUTHENTICATED"] * BEGUN, "RATE_LIMITED"]


def figures() -> list[float]:
    names = ("live_latency_seconds_count", "live_subscriptions", "live_groups")
    found = [REGISTRY.get_sample_value(f"iccar_{name}") for name in names]
    found.append(REGISTRY.get_sample_value("iccar_live_subscriptions_ended_total", {"reason": "completed"}))
    found.append(REGISTRY.get_sample_value("iccar_live_connections", {"transport": "websocket"}))
    return [value or 0.0 for value in found]


async def test_the_metrics_tell_what_is_open_and_what_was_told(issuer: Issuer) -> None:
    async with door(issuer) as gateway:
        before = figures()
        async with socket(gateway.url) as a, socket(gateway.url) as b:
            await listen(a)
            await listen(b)
            await gateway.shows(2)
            gateway.admit()
            await a.event("membershipChanged")
            await b.event("membershipChanged")
            during = figures()
        await gateway.shows(0)
        after = figures()
    assert [now - then for now, then in zip(during, before, strict=True)] == [2, 2, 1, 0, 2]
    assert [now - then for now, then in zip(after, before, strict=True)] == [2, 0, 0, 2, 0]


async def test_a_gateway_that_stops_sends_its_subscribers_to_another_one(issuer: Issuer) -> None:
    async with (
        door(issuer) as gateway,
        httpx.AsyncClient(timeout=20) as client,
        socket(gateway.url) as listener,
        client.stream(
            "POST",
            f"{gateway.url}/graphql/stream",
            json={"query": MEMBERSHIPS, "variables": {"coalition": "eccar"}},
            headers={"accept": "text/event-stream"},
        ) as stream,
    ):
        await listen(listener)
        await gateway.shows(2)
        begun = time.monotonic()
        stopping = asyncio.create_task(gateway.stop())
        assert await listener.closing() == (1012, "Service restart")
        # It ends without the event that says that the subscription is complete: a client goes on elsewhere.
        assert [line async for line in stream.aiter_lines()] == []
        await stopping
    assert time.monotonic() - begun < 5


async def test_a_stream_tells_and_ends_as_the_protocol_wants(issuer: Issuer) -> None:
    async with door(issuer, LIVE_COMMENT_SECONDS="0.3") as gateway, httpx.AsyncClient(timeout=20) as client:
        asked: dict[str, Any] = {"json": {"query": MEMBERSHIPS, "variables": {"coalition": "eccar"}}}
        accept = {"accept": "text/event-stream"}
        async with client.stream("POST", f"{gateway.url}/graphql/stream", headers=accept, **asked) as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == ":"
            event = gateway.admit()
            told = [line async for line in _until_empty(lines)]
            assert told[:2] == [f"id: {event}", "event: next"]
            assert json.loads(told[2].removeprefix("data: "))["data"]["membershipChanged"]["eventId"] == event
        await gateway.shows(0)
        refused = await client.post(f"{gateway.url}/graphql/stream", headers=accept, json={"query": REPORTS})
        data, end = refused.text.split("\n\n", 1)
        assert end == "event: complete\ndata:\n\n"
        errors = json.loads(data.partition("data: ")[2])["errors"]
        assert [error["extensions"]["code"] for error in errors] == ["UNAUTHENTICATED"]
        assert (await client.post(f"{gateway.url}/graphql/stream", **asked)).status_code == 406
        wrong = {**accept, "authorization": "Bearer nonsense"}
        assert (await client.post(f"{gateway.url}/graphql/stream", headers=wrong, **asked)).status_code == 401


async def _until_empty(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        if line.startswith("id"):
            yield line
            break
    async for line in lines:
        if not line:
            return
        yield line
