"""Every query of this service finds its rows through an index: the commands it sends are written down while it does
everything it can, and the database is asked how it would run each of them."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

import pytest
from pymongo import MongoClient, monitoring
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.events.domain.kinds import ConferenceKind
from services.events.schemas.published import publishing
from tests.support.infrastructure import Infrastructure
from tests.support.pseudonyms import PSEUDONYMS

from .conftest import Service

Documents = Database[dict[str, Any]]
EXPLAINED = ("find", "aggregate", "update", "delete", "count", "distinct", "findAndModify")
OF_A_SESSION = {
    "lsid",
    "txnNumber",
    "startTransaction",
    "autocommit",
    "readConcern",
    "writeConcern",
    "$db",
    "$clusterTime",
}
ROWS = 400


class Recorder(monitoring.CommandListener):
    """Keeps the commands that ask or change something, in the shape in which they can be explained."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in EXPLAINED:
            self.commands.append({name: value for name, value in event.command.items() if name not in OF_A_SESSION})

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Only what was asked matters here."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Only what was asked matters here."""


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def watched(infrastructure: Infrastructure, database: Documents, recorder: Recorder) -> Iterator[Service]:
    """A service on a database in which every collection has hundreds of documents."""
    _fill(database)
    with MongoClient[dict[str, Any]](infrastructure.mongodb_uri, tz_aware=True, event_listeners=[recorder]) as client:
        yield Service(
            lambda clock: UnitOfWork(client, database.name, clock=clock, publishing=publishing, pseudonyms=PSEUDONYMS)
        )


def test_no_query_reads_a_whole_collection(watched: Service, database: Documents, recorder: Recorder) -> None:
    for each in (_ask_everything, _do_everything):
        each(watched)

    seen = {(next(iter(command)), next(iter(command.values()))) for command in recorder.commands}
    assert seen >= {
        ("find", "conferences"),
        ("aggregate", "conferences"),
        ("findAndModify", "conferences"),
        ("find", "seat_blocks"),
        ("aggregate", "seat_blocks"),
        ("findAndModify", "seat_blocks"),
        ("find", "registrations"),
        ("findAndModify", "registrations"),
        ("find", "conference_rules"),
        ("find", "members"),
        ("aggregate", "members"),
        ("update", "members"),
        ("find", "coalitions"),
    }
    scans = [command for command in recorder.commands if _scans(_explained(database, command))]
    assert scans == []


def test_no_query_about_one_thing_reads_a_whole_coalition(
    watched: Service, database: Documents, recorder: Recorder
) -> None:
    """A coalition has 200 documents in each collection here, twenty things have 60 registrations."""
    _ask_everything(watched)
    _do_everything(watched)

    about_one = [command for command in recorder.commands if _is_about_things(command)]
    assert len(about_one) > 25
    examined = {str(command): _examined(database.command("explain", command)) for command in about_one}
    assert {command: documents for command, documents in examined.items() if documents > 100} == {}


def test_the_test_would_see_a_scan(database: Documents) -> None:
    _fill(database)
    lookup = {"from": "registrations", "localField": "_id", "foreignField": "name", "as": "rows"}
    scanning: list[dict[str, Any]] = [
        {"find": "conferences", "filter": {"title_key": "x"}},
        {"aggregate": "members", "pipeline": [{"$match": {"_id": "x"}}, {"$lookup": lookup}], "cursor": {}},
        {"aggregate": "conferences", "pipeline": [{"$group": {"_id": 1, "n": {"$sum": 1}}}], "cursor": {}},
    ]

    database["members"].insert_one({"_id": "x", "coalition": "eccar"})

    assert all(_scans(_explained(database, command)) for command in scanning)


def test_pages_are_read_in_the_order_of_an_index(watched: Service, database: Documents, recorder: Recorder) -> None:
    """A sort in memory would read all rows of a list for each of its pages."""
    _ask_everything(watched)

    finds = [command for command in recorder.commands if command.get("find") == "conferences" and "sort" in command]
    assert len(finds) >= 6
    assert [command for command in finds if "SORT" in _stages(_explained(database, command))] == []


def _ask_everything(service: Service) -> None:
    refs = [{"coalition": "eccar", "id": f"conference-{number:04}"} for number in range(20)]
    members = [{"coalition": "eccar", "id": f"member-{number:04}"} for number in range(20)]
    first = service.ask("list_conferences", coalition="eccar", first=10, count=True)
    filters: list[dict[str, Any]] = [
        {},
        {"after": first.cursors[-1]},
        {"kind": ["workshop", "general_assembly"], "from": "2026-01-01", "to": "2027-01-01", "search": "graz"},
        {"search": "graz", "descending": True},
    ]
    for question in filters:
        service.ask("list_conferences", coalition="eccar", count=True, **question)
        service.ask("list_conferences", count=True, **question)
        service.ask("list_conferences_of", coalitions=["eccar", "lac"], count=True, **question)
    service.ask("get_conferences", refs=refs)
    service.ask("get_registrations", refs=[{"coalition": "eccar", "id": f"registration-{n:04}"} for n in range(20)])
    for name, of in (("list_registrations", refs), ("list_registrations_of_members", members)):
        [page, *_] = service.ask(name, refs=of, first=1, count=True)
        service.ask(name, refs=of, first=1, after=page.cursors[-1])
    service.ask("get_conference_rules", coalitions=["eccar", "lac"])
    service.ask("projected_members", coalition="eccar")


def _do_everything(service: Service) -> None:
    service.know_coalition("africa")
    member_id = service.know_member(id="member-0001")
    conference_id = service.announce_open(kind="general_assembly", capacity=9, delegates_per_member=2)
    registration = service.register(conference_id, member_id=member_id)
    service.cancel(registration)
    service.tell("close_registration", coalition="eccar", conference_id=conference_id)
    service.tell("adopt_conference_rules", coalition="africa", statutory_kinds=["workshop"])


def _explained(database: Documents, command: dict[str, Any]) -> dict[str, Any]:
    verbosity = "executionStats" if "aggregate" in command else "queryPlanner"
    return database.command("explain", command, verbosity=verbosity)


def _is_about_things(command: dict[str, Any]) -> bool:
    """Whether it asks for named things: not for a list of conferences, all members or all rules of a coalition."""
    matches = [stage["$match"] for stage in command.get("pipeline", ()) if "$match" in stage]
    queries = [update["q"] for update in command.get("updates", ())]
    asked = {name for query in (command.get("filter", command.get("query", {})), *matches, *queries) for name in query}
    return bool(asked & {"_id", "conference_id", "$or"}) and "sort" not in command


def _examined(explained: Any) -> int:
    """Documents read, by the plan itself or by a `$lookup` inside it."""
    found: list[int] = []
    _walk(explained, lambda part: found.append(int(part.get("totalDocsExamined", 0))))
    return max(found)


def _stages(explained: Any) -> set[str]:
    found: set[str] = set()
    _walk(explained, lambda part: found.add(str(part.get("stage", ""))))
    return found


def _scans(explained: Any) -> bool:
    """Whether a collection is read from end to end, by the plan itself or by a `$lookup` inside it."""
    found: list[Any] = []
    _walk(
        explained, lambda part: found.append(part.get("stage") == "COLLSCAN" or int(part.get("collectionScans", 0)) > 0)
    )
    return any(found)


def _walk(part: Any, visit: Callable[[dict[str, Any]], Any]) -> None:
    if isinstance(part, dict):
        visit(part)
        for name, value in part.items():
            if name != "rejectedPlans":
                _walk(value, visit)
    elif isinstance(part, list):
        for value in part:
            _walk(value, visit)


_ROWS: Final = range(ROWS)
_COALITIONS: Final = ("eccar", "lac", "apcad")
_OWN: Final = [{"coalition": _COALITIONS[n // 200]} for n in _ROWS]
_DAYS: Final = [(date(2020, 1, 1) + timedelta(days=7 * n)).isoformat() for n in _ROWS]


def _fill(database: Documents) -> None:
    _fill_conferences(database)
    _fill_registrations(database)
    _fill_projections(database)


def _fill_conferences(database: Documents) -> None:
    kinds = list(ConferenceKind)
    text = {"original": "en", "texts": {"en": "Meeting in Graz"}}
    window = {
        "opens_on": _DAYS[0],
        "closes_on": _DAYS[0],
        "capacity": None,
        "delegates_per_member": None,
        "closed_on": None,
    }
    database["conferences"].insert_many(
        {
            "_id": f"conference-{n:04}",
            **_OWN[n],
            "version": 2,
            "kind": kinds[n % len(kinds)].value,
            "title": text,
            "theme": None,
            "start_date": _DAYS[n],
            "end_date": _DAYS[n],
            "mode": "hybrid",
            "host_city": None,
            "source": None,
            "registration": window,
            "title_key": f"meeting {n}",
            "search_text": "meeting in graz",
        }
        for n in _ROWS
    )
    database["seat_blocks"].insert_many(
        {
            "_id": f"conference-{n:04}/00",
            **_OWN[n],
            "conference_id": f"conference-{n:04}",
            "number": 0,
            "version": 1,
            "capacity": None,
            "taken": 1,
        }
        for n in _ROWS
    )


def _fill_registrations(database: Documents) -> None:
    database["registrations"].insert_many(
        {
            "_id": f"registration-{n:04}",
            **_OWN[n],
            "version": 1,
            "conference_id": f"conference-{n // 3:04}",
            "member_id": f"member-{n // 3:04}",
            "member_place": None,
            "name": "Ada Example",
            "email": f"{n}@graz.example",
            "email_key": f"{n}@graz.example",
            "function": None,
            "attendance": "on_site",
            "status": "confirmed",
            "registered_at": None,
            "cancelled_at": None,
            "cancellation_reason": None,
        }
        for n in _ROWS
    )


def _fill_projections(database: Documents) -> None:
    database["members"].insert_many(
        {"_id": f"member-{n:04}", **_OWN[n], "standing": "member", "sequence": 0} for n in _ROWS
    )
    others = [{"_id": f"coalition-{n:04}", "coalition": f"coalition-{n:04}", "sequence": 1} for n in _ROWS]
    known = [{"_id": key, "coalition": key, "sequence": 0} for key in _COALITIONS]
    database["coalitions"].insert_many([*others, *known])
    rules = {"version": 1, "statutory_kinds": ["workshop"], "source": None}
    database["conference_rules"].insert_many(
        {"_id": new_id(), "coalition": _COALITIONS[n % 2], "valid_from": _DAYS[n], **rules} for n in _ROWS
    )
