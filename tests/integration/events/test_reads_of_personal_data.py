"""Every read about personal data uses an index, also those that a person asks across all coalitions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.events.application.personal_data import RETAINING
from services.events.schemas.published import publishing
from services.personal.retaining import retain
from tests.support.infrastructure import Infrastructure
from tests.support.pseudonyms import PSEUDONYMS

from .conftest import Service
from .test_indexes import Recorder, _explained, _fill, _scans

Documents = Database[dict[str, Any]]
OURS = {"registrations", "special_needs", "minutes", "consent_texts", "retention_rules", "exports", "audit"}


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def watched(infrastructure: Infrastructure, database: Documents, recorder: Recorder) -> Iterator[Service]:
    """A service on a database in which every collection has hundreds of documents."""
    _fill(database)
    rows: dict[str, list[dict[str, Any]]] = {
        "special_needs": [{"conference_id": f"c{n}"} for n in range(300)],
        "minutes": [{"conference_id": f"c{n}", "title_key": "minutes", "present": []} for n in range(300)],
        "consent_texts": [{"purpose": f"{n}"} for n in range(300)],
        "exports": [{"person_ids": [f"u{n}"], "pseudonym": f"p{n}"} for n in range(300)],
        "retention_rules": [{"valid_from": f"{1000 + n}-01-01", "rules": [], "is_sample": True} for n in range(300)],
    }
    for name, documents in rows.items():
        database[name].insert_many({"_id": new_id(), "coalition": "usa", "version": 1, **each} for each in documents)
    with MongoClient[dict[str, Any]](infrastructure.mongodb_uri, tz_aware=True, event_listeners=[recorder]) as client:
        yield Service(
            lambda clock: UnitOfWork(client, database.name, clock=clock, publishing=publishing, pseudonyms=PSEUDONYMS)
        )


def use_everything(service: Service) -> None:
    service.know_coalition("africa")
    service.know_consent_text(coalition="africa")
    conference = service.announce(coalition="africa")
    service.open(conference, coalition="africa")
    ref = {"coalition": "africa", "id": service.register(conference, coalition="africa", email="ada@x.example").id}
    named = {"coalition": "africa", "registration_id": ref["id"]}
    service.tell("record_special_needs", **named, dietary="no nuts", consent_version="1")
    service.ask("get_special_needs", refs=[ref])
    title = {"original": "en", "texts": {"en": "Minutes"}}
    service.today = date(2026, 10, 24)
    present = [{"name": "Ada", "email": "ada@x.example", "person_id": "ada"}]
    minutes = {"coalition": "africa", "conference_id": conference, "adopted_on": "2026-10-24", "present": present}
    service.tell("record_minutes", **minutes, title=title)
    service.ask("list_minutes", refs=[{"coalition": "africa", "id": conference}])
    person = {"coalition": None, "person_ids": ["ada"], "pseudonym": PSEUDONYMS.of("ada@x.example")}
    withdrawn = {"consent_id": "c", **person, "coalition": "africa", "person_id": "ada", "purpose": "special_needs"}
    for kind in ("export", "erasure"):
        request = {"request_id": new_id(), "requested_by": "ada", **person}
        service.receive(f"membership.{kind}_requested.v1", request)
        service.ask("get_export_part", request_id=request["request_id"])
    service.receive("membership.consent_withdrawn.v1", {name: withdrawn[name] for name in withdrawn})
    service.today = date(2099, 1, 1)
    for dry_run in (True, False):
        list(retain(service._unit_of_work, RETAINING, dry_run=dry_run))


def test_every_read_uses_an_index(watched: Service, database: Documents, recorder: Recorder) -> None:
    use_everything(watched)

    commands = [command for command in recorder.commands if next(iter(command.values())) in OURS]
    assert {next(iter(command.values())) for command in commands} == OURS
    assert [command for command in commands if _scans(_explained(database, command))] == []
