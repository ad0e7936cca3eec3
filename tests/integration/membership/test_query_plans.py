"""Every read of every query and command uses an index: each command sent to the database is caught and explained."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.ids import new_id
from services.membership.domain.city import City, CitySummary, LegalType
from services.membership.domain.membership import Membership as Member
from services.membership.domain.milestones import Milestone, MilestoneKind
from services.membership.store import city_documents, membership_documents
from tests.support.infrastructure import Infrastructure

from .service import Membership, Now

READS = ("find", "aggregate", "count")
EXPLAINED = (
    "find",
    "aggregate",
    "count",
    "query",
    "pipeline",
    "filter",
    "sort",
    "limit",
    "projection",
    "cursor",
    "hint",
)
KINDS = (MilestoneKind.ADMISSION, MilestoneKind.APPLICATION, MilestoneKind.DECLARATION_OF_INTENT)
CIRCLE = {"latitude": 48.0, "longitude": 10.0, "within_km": 300}


class Reads(CommandListener):
    """Remembers every read that is sent."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in READS:
            self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def watched(
    infrastructure: Infrastructure, database: Database[dict[str, Any]], service: Membership, reads: Reads, now: Now
) -> Iterator[Membership]:
    """The service over 600 cities and their memberships in two coalitions, every read watched."""
    fill(database, 600)
    client: MongoClient[dict[str, Any]] = MongoClient(
        infrastructure.mongodb_uri, tz_aware=True, timeoutMS=20_000, event_listeners=[reads]
    )
    with client:
        yield Membership(client, client[database.name], now)


def fill(database: Database[dict[str, Any]], count: int) -> None:
    cities = [city(number) for number in range(count)]
    database["cities"].insert_many(map(city_documents.to_document, cities))
    members = [(member(number, each), each) for number, each in enumerate(cities)]
    database["memberships"].insert_many(membership_documents.to_document(one, [each]) for one, each in members)


def city(number: int) -> City:
    return City(
        id=new_id(),
        version=1,
        name=f"City {number:03}",
        country=("AT", "DE", "CH")[number % 3],
        legal_type=list(LegalType)[number % 8],
        geonames_id=number + 1,
        population=number,
        latitude=47 + number % 10 / 5,
        longitude=9 + number % 17 / 5,
    )


def member(number: int, of: City) -> Member:
    return Member(
        id=new_id(),
        coalition=("eccar", "lac")[number % 2],
        version=1,
        cities=(CitySummary.of(of),),
        milestones=(Milestone(kind=KINDS[number % 3], date=PartialDate(2000 + number % 25)),),
    )


def use_everything(service: Membership) -> None:
    """Every query in every shape, and every command."""
    service.get_coalitions("eccar", "lac")
    service.list_coalitions(count=True)
    cursor = service.list_coalitions(first=1)["cursors"][0]
    service.list_coalitions(after=cursor)
    service.member_counts("eccar", "lac")
    (plan,) = service.list_plans("eccar")[0]
    assert plan is not None
    service.get_plans(("eccar", plan["id"]))
    use_city_lists(service)
    use_member_lists(service)
    use_commands(service)


def use_city_lists(service: Membership) -> None:
    for filters in (
        {},
        {"search": "city 1"},
        {"country": "AT"},
        {"legal_type": "canton"},
        {"search": "1", "country": "DE"},
    ):
        page = service.list_cities(first=2, count=True, **filters)
        service.list_cities(first=2, after=page["cursors"][-1], **filters)
        service.get_cities(*(each["id"] for each in page["items"]))
        service.list_memberships_of_city(*(each["id"] for each in page["items"]))


def use_member_lists(service: Membership) -> None:
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"country": "AT"},
        {"standing": ["member", "candidate"]},
        {"legal_type": "canton"},
        {"search": "city 1"},
        {"near": CIRCLE},
        {"country": "DE", "standing": ["member"], "legal_type": "city", "search": "city", "near": CIRCLE},
    )
    for chosen in filters:
        for order in ("name", "country", "admitted_on", "population", *(["distance"] if "near" in chosen else [])):
            for descending in (False, True):
                arguments = {"first": 2, "order_by": order, "descending": descending, **chosen}
                page = service.list_members(count=True, **arguments)
                if page["cursors"]:
                    service.list_members(after=page["cursors"][-1], **arguments)
                service.get_members(*(("eccar", each["id"]) for each in page["items"]))
    service.list_members_of("eccar", "lac", count=True)


def use_commands(service: Membership) -> None:
    new = service.register_city(name="Graz")["id"]
    candidate = service.apply_for_membership(cities=[new])
    service.record_milestone(member_id=candidate["id"], kind="act_of_accession")
    service.record_decision(member_id=candidate["id"])
    service.record_membership(coalition="lac", cities=[new], milestones=[{"kind": "admission"}])


def stages(plan: Any) -> Iterator[str]:
    """The name of every stage of an explained plan, rejected plans left out."""
    if isinstance(plan, dict):
        if isinstance(plan.get("stage"), str):
            yield plan["stage"]
        for key, value in plan.items():
            if key != "rejectedPlans":
                yield from stages(value)
    elif isinstance(plan, list):
        for each in plan:
            yield from stages(each)


def test_every_read_uses_an_index(watched: Membership, reads: Reads) -> None:
    use_everything(watched)
    commands = list(reads.commands)
    collections = {command[next(iter(command))] for command in commands}
    assert collections == {"coalitions", "plans", "cities", "memberships"}
    assert len(commands) > 150
    for command in commands:
        asked = {name: value for name, value in command.items() if name in EXPLAINED}
        explained = watched.database.command("explain", asked, verbosity="queryPlanner")
        found = set(stages(explained))
        assert "COLLSCAN" not in found, asked
        assert found & {"IXSCAN", "IDHACK", "GEO_NEAR_2DSPHERE", "COUNT_SCAN", "EOF"}, (asked, explained)


@pytest.mark.parametrize("order", ["name", "country", "admitted_on", "population"])
def test_an_unfiltered_page_is_read_in_its_order_and_no_further(watched: Membership, reads: Reads, order: str) -> None:
    """At any depth a page costs its own rows: no sort in memory, no row skipped."""
    for descending in (False, True):
        page = watched.list_members(first=150, order_by=order, descending=descending)
        reads.commands.clear()
        rest = watched.list_members(first=50, after=page["cursors"][-1], order_by=order, descending=descending)
        assert len(rest["items"]) == 50
        (command,) = reads.commands
        asked = {name: value for name, value in command.items() if name in EXPLAINED}
        explained = watched.database.command("explain", asked, verbosity="executionStats")
        assert "SORT" not in set(stages(explained))
        assert explained["executionStats"]["totalDocsExamined"] <= 52


def test_a_batch_is_one_read_per_coalition(watched: Membership, reads: Reads) -> None:
    members = watched.list_members(first=50)["items"] + watched.list_members(first=50, coalition="lac")["items"]
    reads.commands.clear()
    watched.get_members(*((each["coalition"], each["id"]) for each in members))
    assert len(reads.commands) == 2
    reads.commands.clear()
    watched.list_memberships_of_city(*(each["cities"][0]["id"] for each in members))
    watched.member_counts("eccar", "lac", "nowhere")
    assert len(reads.commands) == 2
