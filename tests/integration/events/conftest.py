"""The events service's use cases on a real database, asked as its door asks them: schema, use case, result."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.kernel.config import Secret
from services.chassis.kernel.context import CallContext, Principal
from services.chassis.kernel.ids import new_id
from services.chassis.messaging.validation import Schema, load
from services.chassis.persistence import indexes
from services.chassis.persistence.client import connect
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Envelope, Received
from services.events.application import commands, queries, subscribers
from services.events.domain.overview import ConferenceOverview
from services.events.domain.registrations import Registration
from services.events.schemas import requests
from services.events.schemas.consumed import COALITION_MESSAGES, MEMBER_MESSAGES
from services.events.schemas.published import publishing
from services.events.wiring import SERVICE
from tests.support.infrastructure import Infrastructure

TODAY = date(2026, 9, 1)
CONFERENCE = {
    "coalition": "eccar",
    "kind": "general_conference",
    "title": {"original": "en", "texts": {"en": "ECCAR General Conference"}},
    "start_date": "2026-10-21",
    "end_date": "2026-10-23",
    "mode": "hybrid",
}
COMMANDS: dict[str, tuple[Schema, Callable[..., Any]]] = {
    "announce_conference": (requests.AnnounceConference(), commands.announce_conference),
    "open_registration": (requests.OpenRegistration(), commands.open_registration),
    "close_registration": (requests.CloseRegistration(), commands.close_registration),
    "register_delegate": (requests.RegisterDelegate(), commands.register_delegate),
    "cancel_registration": (requests.CancelRegistration(), commands.cancel_registration),
    "adopt_conference_rules": (requests.AdoptConferenceRules(), commands.adopt_conference_rules),
}
QUERIES: dict[str, tuple[Schema, Callable[..., Any]]] = {
    "get_conferences": (requests.GetByRefs(), queries.get_conferences),
    "list_conferences": (requests.ListConferences(), queries.list_conferences),
    "list_conferences_of": (requests.ListConferencesOf(), queries.list_conferences_of),
    "get_registrations": (requests.GetByRefs(), queries.get_registrations),
    "list_registrations": (requests.ListRegistrations(), queries.list_registrations),
    "list_registrations_of_members": (requests.ListRegistrations(), queries.list_registrations_of_members),
    "get_conference_rules": (requests.OfCoalitions(), queries.get_conference_rules),
    "projected_members": (requests.ListProjectedMembers(), queries.projected_members),
}


class Service:
    """The service without the bus. `today` can be set; `principal` is who asks."""

    def __init__(self, unit_of_work: Callable[[Callable[[], datetime]], UnitOfWork]) -> None:
        self.today = TODAY
        self.principal: Principal | None = Principal("development")
        self._unit_of_work = unit_of_work(self._now)

    def tell(self, name: str, /, **arguments: Any) -> Any:
        """Run a command."""
        schema, use_case = COMMANDS[name]
        with context.use(CallContext(principal=self.principal)):
            return self._unit_of_work.write(use_case, load(schema, arguments))

    def ask(self, name: str, /, **arguments: Any) -> Any:
        """Run a query."""
        schema, use_case = QUERIES[name]
        with context.use(CallContext(principal=self.principal)):
            return self._unit_of_work.read(use_case, load(schema, arguments))

    def receive(self, type: str, data: dict[str, Any], *, sequence: int = 1, id: str | None = None) -> bool:
        """Hand a message to its subscriber. False: it had been handled before."""
        schemas, subscriber, effect = (
            (COALITION_MESSAGES, "coalition_projection", subscribers.project_coalition)
            if type in COALITION_MESSAGES
            else (MEMBER_MESSAGES, "member_projection", subscribers.project_member)
        )
        received = Received(_envelope(type, data, sequence=sequence, id=id or new_id()), load(schemas[type], data))
        return self._unit_of_work.write_once(subscriber, received.envelope.id, effect, received)

    def know_coalition(self, key: str) -> None:
        self.receive("membership.coalition_registered.v1", {"key": key})

    def know_member(self, standing: str = "member", *, coalition: str = "eccar", id: str | None = None) -> str:
        member_id = id or new_id()
        data = {"member_id": member_id, "coalition": coalition, "standing": standing}
        self.receive("membership.member_recorded.v1", data)
        return member_id

    def announce(self, **changes: Any) -> str:
        """A conference of its own title; returns its id."""
        title = {"original": "en", "texts": {"en": f"Conference {new_id()}"}}
        overview: ConferenceOverview = self.tell("announce_conference", **{**CONFERENCE, "title": title, **changes})
        return overview.conference.id

    def open(self, conference_id: str, *, coalition: str = "eccar", **changes: Any) -> ConferenceOverview:
        arguments = {"coalition": coalition, "conference_id": conference_id, "closes_on": "2026-10-10", **changes}
        overview: ConferenceOverview = self.tell("open_registration", **arguments)
        return overview

    def announce_open(self, *, kind: str = "general_conference", mode: str = "hybrid", **limits: Any) -> str:
        """A conference whose registration is open; returns its id."""
        conference_id = self.announce(kind=kind, mode=mode)
        self.open(conference_id, **limits)
        return conference_id

    def register(self, conference_id: str, **changes: Any) -> Registration:
        """A delegate with an address of their own."""
        arguments = {
            "coalition": "eccar",
            "conference_id": conference_id,
            "name": "Ada Example",
            "email": f"{new_id()}@graz.example",
            "attendance": "on_site",
            **changes,
        }
        registration: Registration = self.tell("register_delegate", **arguments)
        return registration

    def cancel(self, registration: Registration, **changes: Any) -> Registration:
        arguments = {"coalition": registration.coalition, "registration_id": registration.id, **changes}
        cancelled: Registration = self.tell("cancel_registration", **arguments)
        return cancelled

    def overview(self, conference_id: str, *, coalition: str = "eccar") -> ConferenceOverview:
        [found] = self.ask("get_conferences", refs=[{"coalition": coalition, "id": conference_id}])
        overview: ConferenceOverview = found
        return overview

    def _now(self) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, 9, 30, tzinfo=UTC)


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Database[dict[str, Any]]:
    database = mongo[f"{database_prefix}events"]
    indexes.create(database, SERVICE.indexes)
    return database


@pytest.fixture
def service(infrastructure: Infrastructure, database: Database[dict[str, Any]]) -> Iterator[Service]:
    """Knows the coalitions eccar and lac; the development principal asks."""
    context.allow_development_principal(True)
    with connect(Secret(infrastructure.mongodb_uri), service="events", pool_size=120) as client:
        service = Service(lambda clock: UnitOfWork(client, database.name, clock=clock, publishing=publishing))
        service.know_coalition("eccar")
        service.know_coalition("lac")
        yield service
    context.allow_development_principal(False)


def outbox(database: Database[dict[str, Any]], subject: str) -> list[tuple[str, int]]:
    """Type and sequence of every message about `subject`, in their order."""
    rows = database["outbox"].find({"subject": subject}).sort("created")
    return [(row["type"], row["sequence"]) for row in rows]


def everything(database: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """All documents of all collections but the inbox, to see that nothing changed."""
    names = sorted(set(database.list_collection_names()) - {"inbox"})
    return {name: list(database[name].find().sort("_id")) for name in names}


def _envelope(type: str, data: dict[str, Any], *, sequence: int, id: str) -> Envelope:
    return Envelope(
        id=id,
        source="membership",
        type=type,
        subject=data.get("member_id") or data["key"],
        time=datetime(2026, 9, 1, tzinfo=UTC),
        sequence=sequence,
        coalition=data.get("coalition") or data["key"],
        correlationid="story",
        data=data,
    )
