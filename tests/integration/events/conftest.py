"""The events service's use cases on a real database, asked as its door asks them: schema, use case, result."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.kernel.config import Secret
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.principal import Principal
from services.chassis.messaging.validation import Schema, load
from services.chassis.persistence import indexes
from services.chassis.persistence.client import connect
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Envelope, Received
from services.events.application import commands, minutes, personal_data, queries, special_needs
from services.events.domain.overview import ConferenceOverview
from services.events.domain.registrations import Registration
from services.events.schemas import personal_requests, requests
from services.events.schemas.published import publishing
from services.events.wiring import SERVICE
from services.personal import parts
from tests.support.infrastructure import Infrastructure
from tests.support.principals import SECRETARY
from tests.support.pseudonyms import PSEUDONYMS

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
    "record_special_needs": (personal_requests.RecordSpecialNeeds(), special_needs.record_special_needs),
    "withdraw_special_needs": (personal_requests.WithdrawSpecialNeeds(), special_needs.withdraw_special_needs),
    "record_minutes": (personal_requests.RecordMinutes(), minutes.record_minutes),
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
    "get_special_needs": (requests.GetByRefs(), special_needs.get_special_needs),
    "list_minutes": (requests.GetByRefs(), minutes.list_minutes),
    "get_export_part": (parts.GetExportPartRequest(), parts.get_export_part),
}
EFFECTS: dict[str, Callable[[Any, Any], None]] = {
    "consent_withdrawal": special_needs.follow_withdrawal,
    "data_requests": personal_data.HOLDINGS.answer,
}
"""By the subscriptions that feed no projection."""


class Service:
    """The service without the bus. `today` can be set; `principal` is who asks."""

    def __init__(self, unit_of_work: Callable[[Callable[[], datetime]], UnitOfWork]) -> None:
        self.today = TODAY
        self.principal: Principal | None = SECRETARY
        self._unit_of_work = unit_of_work(self._now)

    def tell(self, name: str, /, **arguments: Any) -> Any:
        """Run a command."""
        schema, use_case = COMMANDS[name]
        with context.use(CallContext(principal=self.principal, method=name)):
            return self._unit_of_work.answer(use_case, load(schema, arguments), lambda found: found)

    def ask(self, name: str, /, **arguments: Any) -> Any:
        """Run a query."""
        schema, use_case = QUERIES[name]
        with context.use(CallContext(principal=self.principal, method=name)):
            return self._unit_of_work.read(use_case, load(schema, arguments))

    def receive(self, type: str, data: dict[str, Any], *, sequence: int = 1, id: str | None = None) -> bool:
        """Hand a message to its subscriber. False: it had been handled before."""
        subscriber, schema, effect = _listener(type)
        received = Received(_envelope(type, data, sequence=sequence, id=id or new_id()), load(schema, data))
        return self._unit_of_work.write_once(subscriber, received.envelope.id, effect, received)

    def know_coalition(self, key: str) -> None:
        self.receive("membership.coalition_registered.v1", {"key": key})

    def know_consent_text(self, version: str = "1", *, coalition: str = "eccar", **changes: Any) -> None:
        data = {
            "text_id": new_id(),
            "coalition": coalition,
            "purpose": "special_needs",
            "version": version,
            "valid_from": "2026-01-01",
            **changes,
        }
        self.receive("membership.consent_text_published.v1", data)

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
def database_prefix(emptied_prefix: str) -> str:
    return emptied_prefix


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Database[dict[str, Any]]:
    database = mongo[f"{database_prefix}events"]
    indexes.create(database, SERVICE.indexes)
    return database


@pytest.fixture
def service(infrastructure: Infrastructure, database: Database[dict[str, Any]]) -> Iterator[Service]:
    """Knows the coalitions eccar and lac; the secretary asks."""
    with connect(Secret(infrastructure.mongodb_uri), service="events", pool_size=120) as client:
        service = Service(lambda clock: _unit_of_work(client, database.name, clock))
        service.know_coalition("eccar")
        service.know_coalition("lac")
        yield service


def _unit_of_work(client: Any, database: str, clock: Callable[[], datetime]) -> UnitOfWork:
    return UnitOfWork(
        client, database, clock=clock, publishing=publishing, policy=SERVICE.policy, pseudonyms=PSEUDONYMS
    )


def _listener(type: str) -> tuple[str, Schema, Callable[[Any, Any], Any]]:
    """Who listens to messages of that type: one subscriber only."""
    for projection in SERVICE.projections:
        if type in projection.schemas:
            return projection.name, projection.schemas[type], projection.apply
    [(subscription, schemas)] = [each for each in SERVICE.effects.items() if type in each[1]]
    return subscription.subscriber, schemas[type], EFFECTS[subscription.subscriber]


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
        subject=_first(data, "member_id", "key", "text_id", "consent_id", "rules_id", "request_id"),
        time=datetime(2026, 9, 1, tzinfo=UTC),
        sequence=sequence,
        coalition=_first(data, "coalition", "key", default=""),
        correlationid="story",
        data=data,
    )


def _first(data: dict[str, Any], *names: str, default: str | None = None) -> str:
    found = next((data[name] for name in names if data.get(name)), default)
    assert found is not None
    return str(found)
