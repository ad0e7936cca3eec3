"""Live updates with the clients that people use, graphql-ws and graphql-sse of npm, on two replicas of the gateway."""

import itertools
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest

from services.chassis.kernel.principal import Scope
from services.rights.roles import Role
from tests.conformance.npm import Subscriber, subscribing
from tests.support import people, story
from tests.support.platform import GATEWAY, Platform
from tests.support.processes import Process, eventually

MEMBERSHIPS: Final = """
subscription($coalition: String!, $after: ID) {
  membershipChanged(coalition: $coalition, after: $after) { eventId change member { city { name } } }
}"""
REPORTS: Final = """
subscription($coalition: String!) { reportChanged(coalition: $coalition) { eventId } }"""
TRANSPORTS: Final = ("ws", "sse")


@pytest.fixture(scope="module")
def coalition(platform: Platform) -> str:
    story.coalition(platform)
    return "eccar"


@pytest.fixture(scope="module")
def replicas(platform: Platform) -> Iterator[list[Process]]:
    """Two gateways of the same platform."""
    other = platform.processes[GATEWAY].replica()
    other.wait_until_ready()
    yield [platform.processes[GATEWAY], other]
    other.close()


def urls(replicas: list[Process]) -> list[str]:
    return [f"http://127.0.0.1:{process.port}" for process in replicas]


def applied(platform: Platform, name: str) -> None:
    story.candidate(platform, story.city(platform, name))


def told(subscriber: Subscriber) -> list[str]:
    """The names of the cities of which it was told, each event once."""
    events = {
        each["eventId"]: each for each in (result["data"]["membershipChanged"] for result in subscriber.results())
    }
    return [each["member"]["city"]["name"] for each in events.values()]


def subscribed(subscriber: Subscriber, platform: Platform, name: str) -> None:
    """Return when it is told what happens: until then, it may still be about to subscribe."""
    numbers = itertools.count(1)

    def heard() -> bool:
        applied(platform, f"{name} {next(numbers)}")
        return bool(subscriber.results())

    eventually(heard, seconds=30, interval=0.5)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_client_is_told_what_happens(
    platform: Platform, replicas: list[Process], coalition: str, transport: str
) -> None:
    with subscribing(
        transport=transport,
        urls=urls(replicas),
        query=MEMBERSHIPS,
        variables={"coalition": coalition},
        field="membershipChanged",
    ) as subscriber:
        subscribed(subscriber, platform, f"First of {transport}")
        applied(platform, f"Graz of {transport}")
        eventually(lambda: f"Graz of {transport}" in told(subscriber))
    assert subscriber.count("error") == subscriber.count("complete") == 0


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_no_event_is_lost_while_the_gateways_are_exchanged_one_by_one(
    platform: Platform, replicas: list[Process], coalition: str, transport: str
) -> None:
    names = [f"{transport} {number:02}" for number in range(12)]
    with subscribing(
        transport=transport,
        urls=urls(replicas),
        query=MEMBERSHIPS,
        variables={"coalition": coalition},
        field="membershipChanged",
    ) as subscriber:
        subscribed(subscriber, platform, f"Before {transport}")
        for number, name in enumerate(names):
            applied_at_any(platform, replicas, name)
            if number in (3, 7):
                leaving = replicas[number // 4]
                assert leaving.terminate() == 0
                leaving.restart().wait_until_ready()
        eventually(lambda: [name for name in told(subscriber) if name in names] == names, seconds=30)
    assert subscriber.count("connected") >= 2
    assert subscriber.count("error") == subscriber.count("complete") == 0


def applied_at_any(platform: Platform, replicas: list[Process], name: str) -> None:
    """Through a gateway that is there."""
    eventually(lambda: replicas[0].probe("/readyz") == 200, seconds=30)
    applied(platform, name)


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_client_that_may_not_is_told_so_and_one_that_may_is_not(
    platform: Platform, replicas: list[Process], coalition: str, transport: str
) -> None:
    platform.grant("rita", Role.SECRETARIAT, Scope("coalition", coalition))
    asked: dict[str, Any] = {
        "transport": transport,
        "urls": urls(replicas),
        "query": REPORTS,
        "variables": {"coalition": coalition},
        "field": "reportChanged",
    }
    with subscribing(**asked, authorization=f"Bearer {people.token('nobody-in-particular')}") as refused:
        eventually(lambda: refused.count("error") + refused.count("next"), seconds=20)
    [said] = [each for each in refused.said if "error" in each or "next" in each]
    errors = said["error"] if transport == "ws" else said["next"]["errors"]
    assert [error["extensions"]["code"] for error in errors] == ["FORBIDDEN"]
    with subscribing(**asked, **platform.sign_in("rita")) as allowed:
        eventually(lambda: allowed.count("connected"), seconds=20)
        with pytest.raises(TimeoutError):
            eventually(lambda: allowed.count("error") + allowed.count("next"), seconds=1)


def test_a_browsers_event_source_goes_on_after_the_last_event_that_it_has(
    platform: Platform, replicas: list[Process], coalition: str
) -> None:
    """EventSource sends the id of the last event back, and asks by GET."""
    query = 'subscription { membershipChanged(coalition: "eccar") { eventId member { city { name } } } }'
    events: list[tuple[str, str]] = []
    for url, last in ((urls(replicas)[0], None), (urls(replicas)[1], "first")):
        headers = {"accept": "text/event-stream", **({"last-event-id": events[-1][0]} if last else {})}
        with (
            httpx.Client(timeout=20) as client,
            client.stream("GET", f"{url}/graphql/stream", params={"query": query}, headers=headers) as answer,
        ):
            assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
            if last is None:
                applied(platform, "Seen")
                applied(platform, "Not seen")
            events.append(first_event(answer.iter_lines()))
    assert ["Seen" in events[0][1], "Not seen" in events[1][1]] == [True, True]


def first_event(lines: Iterator[str]) -> tuple[str, str]:
    """Id and data."""
    fields = {}
    for line in lines:
        name, _, value = line.partition(": ")
        fields[name] = value
        if not line and "data" in fields:
            return fields["id"], fields["data"]
    raise AssertionError("the stream ended")
