"""Live updates through the whole platform, on two replicas of the gateway."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from yarl import URL

from services.chassis.kernel.principal import Scope
from services.rights.roles import Role
from tests.support import people, story
from tests.support.live import Socket, socket
from tests.support.platform import GATEWAY, Platform
from tests.support.processes import Process
from tests.support.proxy import Network
from tests.support.story import TODAY, localized

MEMBERSHIPS = """
subscription($coalition: String!, $member: ID, $after: ID) {
  membershipChanged(coalition: $coalition, member: $member, after: $after) {
    eventId change version occurredAt member { id standing city { name } }
  }
}"""
REPORTS = """
subscription($coalition: String!, $member: ID, $after: ID) {
  reportChanged(coalition: $coalition, member: $member, after: $after) {
    eventId change report { status answers { text } }
  }
}"""
REGISTRATIONS = """
subscription($coalition: String!, $conference: ID) {
  registrationChanged(coalition: $coalition, conference: $conference) { change registration { name status } }
}"""
GRANTS = """
query($coalition: String!) {
  coalition(key: $coalition) { grants(first: 200) { edges { node { id holds person { name } } } } }
}"""


@pytest.fixture(scope="module")
def coalition(platform: Platform) -> str:
    story.coalition(platform)
    return "eccar"


@pytest.fixture(scope="module")
def replica(platform: Platform) -> Iterator[str]:
    """Another gateway of the same platform."""
    process = platform.processes[GATEWAY].replica()
    process.wait_until_ready()
    yield url_of(process)
    process.close()


def url_of(process: Process) -> str:
    return f"http://127.0.0.1:{process.port}"


def shown(platform: Platform, name: str) -> dict[str, str]:
    return platform.sign_in(name)


def grant_of(platform: Platform, name: str, coalition: str) -> str:
    nodes = [edge["node"] for edge in platform.ask(GRANTS, coalition=coalition)["coalition"]["grants"]["edges"]]
    [found] = [node["id"] for node in nodes if node["person"]["name"] == name.title() and node["holds"]]
    return str(found)


def new_candidate(platform: Platform, name: str) -> str:
    return story.candidate(platform, story.city(platform, name))


@pytest.fixture(scope="module")
def cycle(platform: Platform, coalition: str) -> str:
    opened = platform.done(
        "openCycle",
        "cycle { id }",
        coalition=coalition,
        name=localized("Cycle"),
        periodStart=TODAY.replace(year=TODAY.year - 1).isoformat(),
        periodEnd=TODAY.isoformat(),
        dueOn=TODAY.replace(year=TODAY.year + 1).isoformat(),
    )
    return str(opened["cycle"]["id"])


def a_report(platform: Platform, member: str, cycle: str) -> str:
    return str(platform.done("startReport", "report { id }", memberId=member, cycleId=cycle)["report"]["id"])


async def test_what_happens_is_told_to_whoever_listens_on_any_replica(
    platform: Platform, replica: str, coalition: str
) -> None:
    async with socket(platform.url) as here, socket(replica) as there:
        for listener in (here, there):
            await listener.greet()
            await listener.subscribe(MEMBERSHIPS, coalition=coalition)
        await settled(here, there)
        graz = await asyncio.to_thread(new_candidate, platform, "Graz")
        await asyncio.to_thread(story.admit, platform, graz)
        first, second = [[await listener.event("membershipChanged") for _ in range(2)] for listener in (here, there)]
    assert first == second
    assert [(each["change"], each["version"]) for each in first] == [("MEMBER_APPLIED", 1), ("MEMBER_ADMITTED", 2)]
    assert first[1]["member"] == {"id": graz, "standing": "MEMBER", "city": {"name": "Graz"}}


async def test_whoever_lost_the_line_is_told_what_was_missed_by_another_replica(
    platform: Platform, replica: str, coalition: str
) -> None:
    async with socket(platform.url) as before:
        await before.greet()
        await before.subscribe(MEMBERSHIPS, coalition=coalition)
        await settled(before)
        await asyncio.to_thread(new_candidate, platform, "Linz")
        last = await before.event("membershipChanged")
    missed = [await asyncio.to_thread(new_candidate, platform, name) for name in ("Wels", "Steyr")]
    fresh = platform.processes[GATEWAY].replica()
    try:
        await asyncio.to_thread(fresh.wait_until_ready)
        async with socket(url_of(fresh)) as after, socket(replica) as elsewhere:
            for listener in (after, elsewhere):
                await listener.greet()
                await listener.subscribe(MEMBERSHIPS, coalition=coalition, after=last["eventId"])
                told = [(await listener.event("membershipChanged"))["member"]["id"] for _ in missed]
                assert told == missed
            new = await asyncio.to_thread(new_candidate, platform, "Enns")
            for listener in (after, elsewhere):
                assert (await listener.event("membershipChanged"))["member"]["id"] == new
    finally:
        fresh.close()


async def test_a_place_that_cannot_be_resumed_from_is_said(platform: Platform, coalition: str) -> None:
    async with socket(platform.url) as listener:
        await listener.greet()
        await listener.subscribe(MEMBERSHIPS, coalition=coalition, after="019a0000-0000-7000-8000-000000000001")
        assert (await listener.error())["code"] == "RESUME_POINT_UNKNOWN"


async def test_only_what_was_asked_for_is_told(platform: Platform, coalition: str) -> None:
    async with socket(platform.url) as listener:
        await listener.greet()
        await listener.subscribe(MEMBERSHIPS, coalition=coalition)
        await settled(listener)
        wanted = await asyncio.to_thread(new_candidate, platform, "Villach")
        assert (await listener.event("membershipChanged"))["member"]["id"] == wanted
        await listener.send(type="complete", id="1")
        await listener.subscribe(MEMBERSHIPS, id="2", coalition=coalition, member=wanted)
        await settled(listener)
        await asyncio.to_thread(new_candidate, platform, "Klagenfurt")
        await asyncio.to_thread(story.admit, platform, wanted)
        told = await listener.event("membershipChanged")
    assert (told["change"], told["member"]["id"]) == ("MEMBER_ADMITTED", wanted)


async def test_what_is_not_for_everybody_is_refused_when_one_subscribes(platform: Platform, coalition: str) -> None:
    codes = {}
    for name in (None, "stranger"):
        async with socket(platform.url) as listener:
            await listener.greet(shown(platform, name) if name else None)
            for query in (REPORTS, REGISTRATIONS):
                await listener.subscribe(query, coalition=coalition)
                codes[name, query] = (await listener.error())["code"]
    assert list(codes.values()) == ["UNAUTHENTICATED", "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN"]


async def test_drafts_are_told_only_to_those_who_may_see_them(platform: Platform, coalition: str, cycle: str) -> None:
    member = await asyncio.to_thread(story.member, platform, "Bregenz")
    platform.grant("steffi", Role.STEERING_COMMITTEE, Scope("coalition", coalition))
    async with socket(platform.url) as secretary, socket(platform.url) as steering:
        for listener, name in ((secretary, people.SECRETARY), (steering, "steffi")):
            await listener.greet(shown(platform, name))
            await listener.subscribe(REPORTS, coalition=coalition)
        await settled(secretary, steering)
        report = await asyncio.to_thread(a_report, platform, member, cycle)
        for number in (1, 2):
            text = localized("A tenants' office.")
            await asyncio.to_thread(
                platform.done,
                "saveAnswer",
                "report { id }",
                reportId=report,
                commitment=number,
                status="ACHIEVED",
                text=text,
            )
        await asyncio.to_thread(platform.done, "submitReport", "report { id }", reportId=report)
        told = [(await secretary.event("reportChanged"))["change"] for _ in range(4)]
        only = await steering.event("reportChanged")
    assert told == ["REPORT_STARTED", "REPORT_ANSWERED", "REPORT_ANSWERED", "REPORT_SUBMITTED"]
    assert (only["change"], only["report"]["status"]) == ("REPORT_SUBMITTED", "SUBMITTED")


async def test_a_right_that_is_taken_away_stops_delivery_at_once(
    platform: Platform, coalition: str, cycle: str
) -> None:
    member = await asyncio.to_thread(story.member, platform, "Dornbirn")
    platform.grant("sven", Role.SECRETARIAT, Scope("coalition", coalition))
    async with socket(platform.url) as listener:
        await listener.greet(shown(platform, "sven"))
        await listener.subscribe(REPORTS, coalition=coalition)
        await settled(listener)
        report = await asyncio.to_thread(a_report, platform, member, cycle)
        last = await listener.event("reportChanged")
        grant = await asyncio.to_thread(grant_of, platform, "sven", coalition)
        await asyncio.to_thread(platform.done, "revokeGrant", "grant { holds }", grantId=grant)
        save: dict[str, Any] = {
            "reportId": report,
            "commitment": 1,
            "status": "ACHIEVED",
            "text": localized("No."),
        }
        await asyncio.to_thread(platform.done, "saveAnswer", "report { id }", **save)
        ended = await listener.error()
        assert (ended["code"], ended["resumeAfter"]) == ("FORBIDDEN", last["eventId"])
        with pytest.raises(TimeoutError):
            await listener.receive(patience=0.5)


async def test_what_is_published_while_a_gateway_cannot_hear_is_told_when_it_can_again(
    platform: Platform, coalition: str
) -> None:
    broker = URL(platform.environment.amqp_uri)
    with Network() as network:
        line = network.proxy(broker.port or 5672)
        through = replace(platform.environment, amqp_uri=str(broker.with_port(line.port)))
        gateway = Process(["-m", "gateway"], through, port_setting="HTTP_PORT")
        try:
            await asyncio.to_thread(gateway.wait_until_ready)
            async with socket(url_of(gateway)) as listener:
                await listener.greet()
                await listener.subscribe(MEMBERSHIPS, coalition=coalition)
                await settled(listener)
                names = [f"Hall {number}" for number in range(4)]
                told = [await asyncio.to_thread(new_candidate, platform, names[0])]
                assert (await listener.event("membershipChanged"))["member"]["id"] == told[0]
                line.refuse()
                told += [await asyncio.to_thread(new_candidate, platform, name) for name in names[1:3]]
                line.accept()
                told.append(await asyncio.to_thread(new_candidate, platform, names[3]))
                heard = [(await listener.event("membershipChanged", patience=60))["member"]["id"] for _ in told[1:]]
            assert heard == told[1:]
        finally:
            gateway.close()


async def settled(*listeners: Socket) -> None:
    """When a ping is answered, what was said before it has been done."""
    for listener in listeners:
        await listener.send(type="ping")
        assert await listener.receive() == {"type": "pong"}
