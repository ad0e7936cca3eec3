"""Reading the audit log: by whom, what of it, in which order, and along which index."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from services.chassis.kernel.audit import AuditFilter, EntryKind, ListAudit, ListNetworkAudit, ListOwnAudit
from services.chassis.kernel.errors import Forbidden, InvalidInput, Unauthenticated
from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.kernel.principal import NETWORK, Grant, Principal, PrincipalKind, Scope
from services.chassis.kernel.refused import Refused
from services.chassis.persistence import indexes
from services.chassis.persistence.audit import trail
from services.rights.roles import Role
from tests.support.infrastructure import Infrastructure

from .things import ADA, NOON, Things, person

ANNA = person("Anna", Role.ADMINISTRATOR)
AUDRA = person("Audra", Role.AUDITOR)
LEE = person("Lee", Role.SECRETARIAT, Role.ADMINISTRATOR, coalition="lac")
NINA = Principal(
    kind=PrincipalKind.PERSON,
    id="nina",
    name="Nina",
    grants=(Grant(Role.NETWORK_ADMINISTRATOR.value, Scope(NETWORK)),),
)
NOBODY = person("Nobody")


@pytest.fixture
def things(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Things:
    """Eight things of eccar, changed minute by minute, the even ones by Ada and the odd ones by Bo."""
    things = Things(mongo, f"{database_prefix}things")
    indexes.create(things.database, {})
    bo = person("Bo", Role.SECRETARIAT)
    for number in range(8):
        things.now = NOON + timedelta(minutes=number)
        things.put(f"t{number}", by=(ADA, bo)[number % 2], person_id=f"p{number}")
    return things


def ids(page: Page[Any]) -> list[str]:
    return [entry["aggregates"][0] for entry in page.items]


def of_eccar(things: Things, *, by: Principal = ANNA, first: int = 50, **chosen: Any) -> Page[Any]:
    page = PageRequest(first=first, after=chosen.pop("after", None), count=chosen.pop("count", False))
    request = ListAudit(coalitions=("eccar",), filter=AuditFilter(**chosen), page=page)
    [found] = things.ask("list_audit", trail.list_audit, request, by=by)
    assert isinstance(found, Page)
    return found


def own(things: Things, by: Principal, **chosen: Any) -> Page[Any]:
    request = ListOwnAudit(filter=AuditFilter(**chosen), page=PageRequest())
    found: Page[Any] = things.ask("list_own_audit", trail.list_own_audit, request, by=by)
    return found


def test_the_newest_come_first(things: Things) -> None:
    assert ids(of_eccar(things)) == [f"t{number}" for number in reversed(range(8))]


def test_pages_follow_each_other_without_gap_or_repetition(things: Things) -> None:
    found, cursor = [], None
    for has_next in (True, True, False):
        page = of_eccar(things, first=3, after=cursor, kind=EntryKind.WRITE)
        assert page.has_next is has_next
        found += ids(page)
        cursor = page.cursors[-1]
    assert found == [f"t{number}" for number in reversed(range(8))]


def test_the_id_of_any_entry_is_a_cursor_even_one_of_another_service(things: Things) -> None:
    """The gateway merges the lists of all services: the last entry of its page may be any service's."""
    fifth = next(entry for entry in things.entries() if entry["aggregates"] == ["t5"])
    somewhere_before = fifth["_id"][:-1] + ("0" if fifth["_id"][-1] != "0" else "1")
    assert ids(of_eccar(things, after=somewhere_before, first=2))[-1] in ("t4", "t3")
    assert ids(of_eccar(things, after=fifth["_id"], first=2)) == ["t4", "t3"]


@pytest.mark.parametrize("cursor", ["", "x", "WyJ1Il0"])
def test_what_is_no_cursor_is_refused(things: Things, cursor: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        of_eccar(things, after=cursor)
    assert raised.value.violations[0].code == "INVALID_CURSOR"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"actor": "bo"}, ["t7", "t5", "t3", "t1"]),
        ({"aggregate": "t4"}, ["t4"]),
        ({"aggregate": "t4", "actor": "bo"}, []),
        ({"method": "change_things", "actor": "ada"}, ["t6", "t4", "t2", "t0"]),
        ({"method": "another"}, []),
        ({"since": NOON + timedelta(minutes=6)}, ["t7", "t6"]),
        ({"until": NOON + timedelta(minutes=2)}, ["t1", "t0"]),
        ({"since": NOON + timedelta(minutes=2), "until": NOON + timedelta(minutes=4)}, ["t3", "t2"]),
        ({"since": NOON + timedelta(minutes=2, milliseconds=1), "until": NOON + timedelta(minutes=4)}, ["t3"]),
    ],
)
def test_filters(things: Things, chosen: dict[str, Any], expected: list[str]) -> None:
    page = of_eccar(things, count=True, kind=EntryKind.WRITE, **chosen)
    assert (ids(page), page.total) == (expected, len(expected))


def test_readings_can_be_asked_for(things: Things) -> None:
    things.read("get_people", ("eccar", "t1"), ("eccar", "t2"))
    [reading] = of_eccar(things, kind=EntryKind.READ).items
    assert (reading["method"], reading["aggregates"]) == ("get_people", ["t1", "t2"])


def test_reading_the_log_is_in_the_log(things: Things) -> None:
    """It holds names and addresses of people: who reads it is told like any other reading of personal data."""
    of_eccar(things, by=AUDRA)
    [reading] = of_eccar(things, kind=EntryKind.READ).items
    told = (reading["actor"]["id"], reading["method"], reading["read"]["items"])
    assert told == ("audra", "list_audit", 8)


@pytest.mark.parametrize("who", [ANNA, AUDRA])
def test_administrators_and_auditors_read_the_log_of_their_coalition(things: Things, who: Principal) -> None:
    assert len(of_eccar(things, by=who).items) == 8


@pytest.mark.parametrize("who", [ADA, LEE, NINA, NOBODY, person("Una", Role.UNESCO_COORDINATOR)])
def test_nobody_else_does(things: Things, who: Principal) -> None:
    with pytest.raises(Forbidden):
        of_eccar(things, by=who)


def test_of_several_coalitions_the_foreign_ones_are_refused(things: Things) -> None:
    things.put("lac", by=LEE, coalition="lac", n=1)
    request = ListAudit(coalitions=("lac", "eccar"), filter=AuditFilter(), page=PageRequest())
    refused, page = things.ask("list_audit", trail.list_audit, request, by=ANNA)
    assert isinstance(refused, Refused)
    assert len(page.items) == 8


def test_what_belongs_to_the_network_is_for_its_administrators(things: Things) -> None:
    things.put("k", coalition=None, n=1)
    request = ListNetworkAudit(filter=AuditFilter(), page=PageRequest())
    assert ids(things.ask("list_network_audit", trail.list_network_audit, request, by=NINA)) == ["k"]
    for who in (ANNA, AUDRA, LEE, ADA):
        with pytest.raises(Forbidden):
            things.ask("list_network_audit", trail.list_network_audit, request, by=who)


def test_everybody_sees_what_they_did_and_what_is_about_them(things: Things) -> None:
    [made] = own(things, person("p3")).items
    assert [change["id"] for change in made["changes"]] == ["t3"]
    assert ids(own(things, ADA, kind=EntryKind.WRITE)) == ["t6", "t4", "t2", "t0"]
    assert ids(own(things, NOBODY)) == []
    assert ids(own(things, LEE)) == []


def test_everybody_sees_that_their_data_was_read(things: Things) -> None:
    things.read("get_people", ("eccar", "t3"), ("eccar", "t4"))
    [reading] = own(things, person("t3"), kind=EntryKind.READ).items
    assert (reading["method"], reading["actor"]) == ("get_people", {"kind": "person", "name": "Ada"})
    assert "t4" not in str(reading)


def test_of_what_others_did_one_sees_only_what_is_about_oneself(things: Things) -> None:
    things.put("t3", by=ADA, person_id="p3", title="new")
    pia = person("p3")
    newest = own(things, pia).items[0]
    assert newest["actor"] == {"kind": "person", "name": "Ada"}
    assert [change["id"] for change in newest["changes"]] == ["t3"]
    assert newest.keys() & {"aggregates", "about", "read"} == set()


def test_a_change_of_somebody_else_in_the_same_entry_is_not_shown() -> None:
    entry = {
        "actor": {"kind": "person", "id": "ada", "name": "Ada", "address": "192.0.2.7"},
        "changes": [{"id": "mine", "people": ["me"]}, {"id": "theirs", "people": ["them"]}, {"id": "nobody's"}],
    }
    assert [change["id"] for change in trail.as_seen_by("me", entry)["changes"]] == ["mine"]
    assert trail.as_seen_by("ada", entry) == entry


def test_who_is_not_signed_in_has_no_own_entries(things: Things) -> None:
    with pytest.raises(Unauthenticated):
        things.ask(
            "list_own_audit", trail.list_own_audit, ListOwnAudit(filter=AuditFilter(), page=PageRequest()), by=None
        )


class Asked(CommandListener):
    """Remembers what was asked of the log."""

    def __init__(self) -> None:
        self.finds: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command.get("find") == "audit":
            kept = ("find", "filter", "sort", "limit", "hint")
            self.finds.append({name: event.command[name] for name in kept if name in event.command})

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def watched(infrastructure: Infrastructure, things: Things, asked: Asked) -> Iterator[Things]:
    """Over 3,000 more entries, of two coalitions, by Ada; one in a hundred of another method."""
    rows = [
        {**entry, "_id": f"01900000-0000-7000-8000-{number:012}", "coalition": ("eccar", "lac")[number % 2]}
        | {"method": "seldom" if number % 100 == 0 else "often", "aggregates": [f"many-{number}"], "about": ["p9"]}
        for number, entry in zip(range(3000), [things.entries()[0]] * 3000, strict=True)
    ]
    things.database["audit"].insert_many(rows)
    with MongoClient[dict[str, Any]](infrastructure.mongodb_uri, tz_aware=True, event_listeners=[asked]) as client:
        yield Things(client, things.database.name)


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"method": "seldom"},
        {"method": "seldom", "kind": EntryKind.WRITE},
        {"actor": "bo"},
        {"aggregate": "many-42"},
        {"since": NOON},
        {"after": "01900000-0000-7000-8000-000000002000"},
    ],
)
def test_a_page_reads_little_more_than_its_own_entries(watched: Things, asked: Asked, chosen: dict[str, Any]) -> None:
    of_eccar(watched, first=5, **chosen)
    [find] = asked.finds
    assert_cheap(watched, find, at_most=12)


def test_ones_own_page_is_found_through_two_indexes(watched: Things, asked: Asked) -> None:
    things = watched
    for who in (ADA, person("p9"), person("p3"), NOBODY):
        own(things, who)
    assert len(asked.finds) == 4
    for find in asked.finds:
        assert_cheap(things, find, at_most=110)


def assert_cheap(things: Things, find: dict[str, Any], *, at_most: int) -> None:
    explained = things.database.command("explain", find, verbosity="executionStats")
    plan = str(explained["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan
    assert explained["executionStats"]["totalDocsExamined"] <= at_most, plan
