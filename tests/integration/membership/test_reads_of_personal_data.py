"""Every read about personal data uses an index, also those that a person asks across all coalitions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from tests.support.infrastructure import Infrastructure

from .personal import Personal
from .service import Membership, Now
from .test_query_plans import EXPLAINED, Reads, stages

OURS = {"contacts", "consent_texts", "consents", "data_requests", "retention_rules", "exports", "sessions"}
ALL_DATES = CodecOptions[dict[str, Any]](datetime_conversion=DatetimeConversion.DATETIME_AUTO)
"""The bounds of a range of dates lie beyond all dates of Python."""

SHARED = {"people", "grants", "invitations", "audit"}


@pytest.fixture
def reads() -> Reads:
    return Reads()


@pytest.fixture
def personal(
    infrastructure: Infrastructure, database: Database[dict[str, Any]], service: Membership, reads: Reads, now: Now
) -> Iterator[Personal]:
    """Hundreds of everything in two coalitions, every read watched."""
    fill(database, 300, now)
    client: MongoClient[dict[str, Any]] = MongoClient(
        infrastructure.mongodb_uri, tz_aware=True, timeoutMS=20_000, event_listeners=[reads]
    )
    with client:
        personal = Personal(client, client[database.name], now)
        personal.grant("ada", "administrator")
        personal.grant("nia", "network_administrator", None)
        yield personal


def fill(database: Database[dict[str, Any]], count: int, now: Now) -> None:
    own = [{"_id": new_id(), "coalition": ("eccar", "lac")[number % 2], "version": 1} for number in range(count)]
    shown = {"name": "public", "email": "members", "phone": "self"}
    texts = {"original": "en", "texts": {"en": "Yes"}}
    asked: dict[str, Any] = {"pseudonym": None, "requested_at": now.at, "expected": [], "receipts": []}
    rows: dict[str, list[dict[str, Any]]] = {
        "contacts": [
            {"member_id": f"m{n}", "role": "Mayor", "name": "N", "email": None, "email_pseudonym": f"p{n}"}
            | {"phone": None, "person_id": f"u{n}", "visibility": shown, "confirmed_on": "2026-11-01"}
            for n in range(count)
        ],
        "consent_texts": [
            {"purpose": "photos", "version": f"{n}", "valid_from": f"{1000 + n}-01-01", "text": texts}
            | {"published_at": now.at}
            for n in range(count)
        ],
        "consents": [
            {"person_id": f"u{n}", "pseudonym": None, "purpose": "photos", "history": []} for n in range(count)
        ],
        "data_requests": [
            {"kind": "export", "person_ids": [f"u{n}"], "requested_by": f"u{n}", "involved": [f"u{n}"], **asked}
            | {"status": "done", "done_at": now.at}
            for n in range(count)
        ],
        "exports": [
            {"requested_by": f"u{n}", "person_ids": [f"u{n}"], "pseudonym": f"p{n}", "made_at": now.at, "data": {}}
            | {"expires_at": now.at + timedelta(days=3650)}
            for n in range(count)
        ],
        "retention_rules": [{"valid_from": f"{1000 + n}-01-01", "rules": [], "is_sample": True} for n in range(count)],
    }
    for name, documents in rows.items():
        database[name].insert_many({**own[n], **document, "_id": new_id()} for n, document in enumerate(documents))


def use_everything(personal: Personal, now: Now) -> None:
    graz = personal.member("Graz")["id"]
    facts = {"coalition": "eccar", "member_id": graz, "role": "Mayor", "name": "Bea", "email": "bea@people.example"}
    contact = personal.tell("ada", "record_contact", **facts)
    personal.tell("ada", "record_contact", **facts, contact_id=contact["id"])
    personal.contacts("ada", graz, "m1", "m3")
    personal.contacts(None, graz, method="list_public_contacts_of_members")
    text = {"version": "now", "text": {"original": "en", "texts": {"en": "Yes"}}, "valid_from": "2026-01-01"}
    personal.tell("ada", "publish_consent_text", coalition="eccar", purpose="photos", **text)
    personal.tell("bea", "give_consent", coalition="eccar", purpose="photos", text_version="now")
    personal.question("bea", "list_own_consents")
    personal.question(None, "list_consent_texts", coalitions=["eccar"])
    personal.question(None, "get_retention_rules", coalitions=["eccar"])
    use_requests(personal)
    now.at += timedelta(days=4000)
    personal.retained(dry_run=True)
    personal.retained()


def use_requests(personal: Personal) -> None:
    request = personal.request("bea", "export")
    personal.request("ada", "erasure", coalition="eccar", email="bea@people.example")
    personal.hand_over_messages()
    personal.status("bea", request["id"])
    personal.part("bea", request["id"])
    for filters in (
        {},
        {"overdue": True},
        {"status": "done"},
        {"kind": "export"},
        {"kind": "export", "status": "open"},
    ):
        page = personal.question("ada", "list_data_requests", coalition="eccar", first=2, count=True, **filters)
        if page["cursors"]:
            personal.question("ada", "list_data_requests", coalition="eccar", after=page["cursors"][-1], **filters)
    personal.question("nia", "list_data_requests")
    own = personal.question("bea", "list_own_data_requests", first=1, count=True)
    personal.question("bea", "list_own_data_requests", after=own["cursors"][-1])


def test_every_read_uses_an_index(personal: Personal, reads: Reads, now: Now) -> None:
    reads.commands.clear()
    use_everything(personal, now)
    commands = [command for command in reads.commands if command[next(iter(command))] in OURS | SHARED]
    assert {command[next(iter(command))] for command in commands} == OURS | SHARED
    for command in commands:
        asked = {name: value for name, value in command.items() if name in EXPLAINED}
        explained = personal.database.command("explain", asked, codec_options=ALL_DATES)
        found = set(stages(explained))
        assert "COLLSCAN" not in found, asked
        assert found & {"IXSCAN", "IDHACK", "COUNT_SCAN", "EOF"}, (asked, explained)
