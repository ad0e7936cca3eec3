"""Exports, erasures, minutes and retention in the events service, as its messages and its job bring them about."""

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import Forbidden, InvalidInput
from services.chassis.kernel.ids import new_id
from services.events.application.personal_data import RETAINING
from services.events.domain.errors import ConferenceNotFound, MinutesAlreadyRecorded
from services.events.domain.registrations import RegistrationStatus
from services.personal.retaining import Retained, retain
from services.personal.retention import Category
from services.rights.roles import Role
from tests.support.principals import SECRETARY, SOMEBODY, in_coalition, of_conference, of_member, person
from tests.support.pseudonyms import PSEUDONYMS

from .conftest import Service, everything, outbox

Documents = Database[dict[str, Any]]

ADA = "ada@graz.example"
ADA_ID = person("ada").id
TITLE = {"original": "en", "texts": {"en": "Minutes"}}


def ask_for(service: Service, kind: str, **changes: Any) -> str:
    """Somebody asks the membership service for everything about Ada. Returns the request's id."""
    data = {
        "request_id": new_id(),
        "requested_by": ADA_ID,
        "coalition": None,
        "person_ids": [ADA_ID],
        "pseudonym": PSEUDONYMS.of(ADA),
        **changes,
    }
    assert service.receive(f"membership.{kind}_requested.v1", data)
    return str(data["request_id"])


def part(service: Service, request_id: str, principal: Any = None) -> Any:
    service.principal = principal or person("ada")
    try:
        [found] = service.ask("get_export_part", request_id=request_id)
        return found and found.data
    finally:
        service.principal = SECRETARY


def receipt(database: Documents, request_id: str) -> dict[str, Any]:
    """The data of the one receipt for a request."""
    [row] = database["outbox"].find({"data.request_id": request_id})
    data: dict[str, Any] = row["data"]
    return {"type": row["type"], "coalition": row["coalition"], **data}


def counts(told: dict[str, Any]) -> dict[str, int]:
    return {each["what"]: each["count"] for each in told["counts"]}


@pytest.fixture
def registered(service: Service) -> list[Any]:
    """Ada in two coalitions, Eve in one; needs are known of Ada's first."""
    service.know_consent_text("1")
    conference = service.announce_open(capacity=10)
    ada = service.register(conference, name="Ada Example", email=ADA, function="Deputy mayor")
    eve = service.register(conference, name="Eve Example", email="eve@graz.example")
    there = service.announce(coalition="lac")
    service.open(there, coalition="lac")
    far = service.register(there, coalition="lac", name="A. Example", email="ADA@graz.example")
    service.principal = person("team", of_conference(conference))
    needs = {"coalition": "eccar", "registration_id": ada.id, "dietary": "no nuts", "consent_version": "1"}
    service.tell("record_special_needs", **needs)
    service.principal = SECRETARY
    record_minutes(service, conference)
    return [ada, eve, far]


def record_minutes(service: Service, conference_id: str, **changes: Any) -> Any:
    service.today = date(2026, 10, 24)
    arguments = {
        "coalition": "eccar",
        "conference_id": conference_id,
        "title": TITLE,
        "adopted_on": "2026-10-23",
        "present": [{"name": "Ada Example", "email": ADA}, {"name": "Eve Example"}],
        **changes,
    }
    try:
        return service.tell("record_minutes", **arguments)
    finally:
        service.today = date(2026, 9, 1)


def test_an_export_holds_all_that_is_held_and_nothing_of_others(
    service: Service, registered: list[Any], database: Documents
) -> None:
    request_id = ask_for(service, "export")

    data = part(service, request_id)
    assert [(each["coalition"], each["name"], each["email"]) for each in data["registrations"]] == [
        ("eccar", "Ada Example", ADA),
        ("lac", "A. Example", "ADA@graz.example"),
    ]
    assert [each["dietary"] for each in data["special_needs"]] == ["no nuts"]
    assert [each["named_as"] for each in data["minutes"]] == [["Ada Example"]]
    assert "Eve" not in str(data)
    told = receipt(database, request_id)
    assert (told["type"], told["coalition"], told["kept"]) == ("events.personal_data_exported.v1", "", [])
    assert counts(told) == {"registrations": 2, "special_needs": 1, "minutes": 1}


def test_an_export_is_read_by_who_asked_and_by_whom_it_is_about(
    service: Service, registered: list[Any], database: Documents
) -> None:
    administrator = person("administrator", in_coalition(Role.ADMINISTRATOR))
    request_id = ask_for(service, "export", requested_by=administrator.id, coalition="eccar")

    assert part(service, request_id, administrator) == part(service, request_id, person("ada"))
    assert part(service, request_id, SOMEBODY) is None
    assert part(service, request_id, person("another", in_coalition(Role.ADMINISTRATOR))) is None
    assert part(service, "nothing", administrator) is None
    [entry] = database["audit"].find({"method": "get_export_part", "actor.id": administrator.id})
    assert (entry["kind"], entry["coalition"], entry["aggregates"]) == ("read", "eccar", [request_id])
    index = database["exports"].index_information()["expiry"]
    [stored] = database["exports"].find()
    assert (index["expireAfterSeconds"], (stored["expires_at"] - stored["made_at"]).days) == (0, 7)


def test_a_coalition_exports_and_erases_its_own_only(
    service: Service, registered: list[Any], database: Documents
) -> None:
    export = ask_for(service, "export", coalition="lac")
    assert [each["coalition"] for each in part(service, export)["registrations"]] == ["lac"]

    erasure = ask_for(service, "erasure", coalition="lac")

    told = receipt(database, erasure)
    assert (told["coalition"], counts(told)["registrations"], counts(told)["exports"]) == ("lac", 1, 1)
    assert [each["what"] for each in told["kept"]] == ["audit"]  # Ada has read her export
    assert database["registrations"].count_documents({"name": "Ada Example"}) == 1
    assert database["registrations"].count_documents({"name": "A. Example"}) == 0
    assert database["special_needs"].count_documents({}) == 1


def test_an_erasure_leaves_numbers_and_seats_and_no_name(
    service: Service, registered: list[Any], database: Documents
) -> None:
    ada, eve, far = registered
    ask_for(service, "export")

    erasure = ask_for(service, "erasure")

    told = receipt(database, erasure)
    assert told["type"] == "events.personal_data_erased.v1"
    assert counts(told) == {"registrations": 2, "special_needs": 1, "exports": 1}
    [kept] = told["kept"]
    assert (kept["what"], kept["count"]) == ("minutes", 1)
    assert "record of the assembly" in kept["reason"]
    assert service.overview(ada.conference_id).taken == 2
    stored = everything(database)
    assert [each["name"] for each in stored["registrations"]] == ["[erased]", "Eve Example", "[erased]"]
    assert (stored["special_needs"], stored["exports"]) == ([], [])
    stored.pop("minutes")
    for personal in (ADA, "Ada", "A. Example", "Deputy", "no nuts", PSEUDONYMS.of(ADA)):
        assert personal not in str({name: rows for name, rows in stored.items() if name != "audit"})
    for registration in (ada, far):
        assert outbox(database, registration.id)[-1] == ("events.delegate_erased.v1", 2)
    assert len(outbox(database, eve.id)) == 1


def test_the_audit_log_needs_no_erasure_and_what_it_keeps_is_said(
    service: Service, registered: list[Any], database: Documents
) -> None:
    for personal in (ADA, "Ada Example", "Deputy", "no nuts"):
        assert personal not in str(list(database["audit"].find()))
    service.principal = person("ada", of_conference(registered[0].conference_id))
    service.tell("withdraw_special_needs", coalition="eccar", registration_id=registered[0].id)

    told = receipt(database, ask_for(service, "erasure", coalition="eccar"))

    assert {each["what"]: each["count"] for each in told["kept"]} == {"minutes": 1, "audit": 1}


def test_a_request_that_is_delivered_twice_is_answered_once(
    service: Service, registered: list[Any], database: Documents
) -> None:
    data: dict[str, Any] = {
        "request_id": "r1",
        "requested_by": ADA_ID,
        "coalition": None,
        "person_ids": [],
        "pseudonym": PSEUDONYMS.of(ADA),
    }

    assert service.receive("membership.erasure_requested.v1", data, id="message")
    assert not service.receive("membership.erasure_requested.v1", data, id="message")

    assert counts(receipt(database, "r1"))["registrations"] == 2


def test_whoever_is_not_known_is_told_so_in_numbers(service: Service, database: Documents) -> None:
    for kind in ("export", "erasure"):
        told = receipt(database, ask_for(service, kind, person_ids=[], pseudonym=None))
        assert set(counts(told).values()) == {0}


def test_an_erased_delegate_can_register_again(service: Service, registered: list[Any]) -> None:
    ask_for(service, "erasure")

    again = service.register(registered[0].conference_id, email=ADA)

    assert (again.status, again.name) == (RegistrationStatus.CONFIRMED, "Ada Example")


def test_minutes_name_who_was_present_for_those_with_a_role_in_the_coalition(
    service: Service, registered: list[Any], database: Documents
) -> None:
    ref = {"coalition": "eccar", "id": registered[0].conference_id}
    insiders = (
        person("city", of_member(Role.POLITICAL_REPRESENTATIVE, "some member")),
        person("team", of_conference("another")),
        person("treasurer", in_coalition(Role.TREASURER)),
    )
    for insider in insiders:
        service.principal = insider
        [[minutes]] = service.ask("list_minutes", refs=[ref])
        assert [each.name for each in minutes.present] == ["Ada Example", "Eve Example"]
    for outsider in (SOMEBODY, person("foreign", in_coalition(Role.SECRETARIAT, "lac"))):
        service.principal = outsider
        with pytest.raises(Forbidden):
            service.ask("list_minutes", refs=[ref])
    [stored] = database["minutes"].find()
    assert ADA not in str(stored)


def test_what_minutes_cannot_be(service: Service, registered: list[Any]) -> None:
    conference_id = registered[0].conference_id
    with pytest.raises(MinutesAlreadyRecorded):
        record_minutes(service, conference_id)
    with pytest.raises(ConferenceNotFound):
        record_minutes(service, "nothing")
    for day, code in (("2026-10-20", "ADOPTED_BEFORE_THE_CONFERENCE"), ("2026-10-25", "IN_FUTURE")):
        with pytest.raises(InvalidInput) as refusal:
            record_minutes(service, conference_id, adopted_on=day)
        assert refusal.value.violations[0].code == code


def retained(service: Service, *, dry_run: bool = False) -> list[tuple[Category, str | None, int]]:
    done: list[Retained] = list(retain(service._unit_of_work, RETAINING, dry_run=dry_run))
    return [(each.category, each.coalition, each.count) for each in done]


def test_what_has_had_its_time_is_erased_and_nothing_else(
    service: Service, registered: list[Any], database: Documents
) -> None:
    """The conferences end on 23 October; by the sample rules needs are kept for 14 days, names for 730."""
    service.today = date(2026, 11, 6)
    assert retained(service) == []

    service.today = date(2026, 11, 7)
    before = everything(database)
    assert retained(service, dry_run=True) == [(Category.SPECIAL_NEEDS, "eccar", 1)]
    assert everything(database) == before
    assert retained(service) == [(Category.SPECIAL_NEEDS, "eccar", 1)]
    assert database["special_needs"].count_documents({}) == 0
    assert database["registrations"].count_documents({"erased_at": None}) == 3

    service.today = date(2028, 10, 23)
    assert retained(service) == [(Category.REGISTRATIONS, "eccar", 2), (Category.REGISTRATIONS, "lac", 1)]
    assert database["registrations"].count_documents({"name": {"$ne": "[erased]"}}) == 0
    assert retained(service) == []


def test_a_coalition_has_its_own_rules_from_their_day_on(
    service: Service, registered: list[Any], database: Documents
) -> None:
    rules = {
        "rules_id": "rules",
        "coalition": "eccar",
        "valid_from": "2026-11-01",
        "rules": [
            {"category": "registrations", "keep_days": 7},
            {"category": "of_tomorrow", "keep_days": 1},
        ],
        "is_sample": False,
    }
    service.receive("membership.retention_rules_adopted.v1", rules)
    service.receive("membership.retention_rules_adopted.v1", {**rules, "rules_id": "network", "coalition": ""})
    assert database["retention_rules"].count_documents({}) == 1
    service.today = date(2026, 10, 31)
    assert retained(service) == []

    service.today = date(2026, 11, 1)

    assert retained(service) == [(Category.REGISTRATIONS, "eccar", 2)]


def test_more_than_a_batch_is_erased_too(service: Service, database: Documents) -> None:
    conference = service.announce_open()
    for _ in range(3):
        service.register(conference)
    template = database["registrations"].find_one({})
    assert template is not None
    more = ({**template, "_id": f"r{n:03}", "email_key": f"{n}@x.example", "version": 1} for n in range(230))
    database["registrations"].insert_many(more)
    service.today = date(2030, 1, 1)

    assert retained(service, dry_run=True) == retained(service) == [(Category.REGISTRATIONS, "eccar", 233)]
