"""Exports and erasures: who may ask for whose, what this service gives out and erases, and when a request is done."""

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.kernel.errors import Forbidden, Unauthenticated
from services.membership.domain.data_requests import ANSWERED_WITHIN
from services.membership.domain.errors import DataAlreadyRequested, UnknownCoalition
from tests.support.pseudonyms import PSEUDONYMS

from .personal import Personal
from .service import Now, View

BEA = "bea@people.example"


@pytest.fixture
def personal(personal: Personal) -> Personal:
    """Ada and Art administer eccar, Lia lac; Bea is Graz's focal point, once was treasurer, and is a contact."""
    personal.grant("ada", "administrator")
    personal.grant("art", "administrator")
    personal.grant("lia", "administrator", "lac")
    personal.grant("nia", "network_administrator", None)
    personal.grant("aud", "auditor")
    graz = personal.member("Graz")["id"]
    personal.grant("bea", "focal_point", member_id=graz)
    personal.grant("bea", "treasurer", valid_until="2026-11-24")
    personal.open_session("cookie", "bea", expires_at="2026-11-25T09:30:00Z")
    personal.invite("ada", "auditor")
    contact = {"coalition": "eccar", "member_id": graz, "role": "Focal point", "name": "Bea B.", "email": BEA}
    personal.tell("ada", "record_contact", **contact)
    text = {
        "coalition": "eccar",
        "purpose": "photos",
        "version": "1",
        "text": {"original": "en", "texts": {"en": "Yes"}},
        "valid_from": "2026-01-01",
    }
    personal.tell("ada", "publish_consent_text", **text)
    personal.tell("bea", "give_consent", coalition="eccar", purpose="photos", text_version="1")
    return personal


def finished(personal: Personal, request: View, by: str = "bea", kind: str = "exported") -> View:
    """The request when all services have answered."""
    personal.hand_over_messages()
    for service in ("events", "reports"):
        personal.receipt(service, request["id"], kind, coalition=request["coalition"] or "")
    return personal.status(by, request["id"])


def counts(receipt: View) -> dict[str, int]:
    return {each["what"]: each["count"] for each in receipt["counts"]}


def own_receipt(status: View) -> View:
    [receipt] = [each for each in status["receipts"] if each["service"] == "membership"]
    return receipt  # type: ignore[no-any-return]


def test_one_asks_for_oneself_and_is_given_all_of_it(personal: Personal) -> None:
    request = personal.request("bea", "export")
    assert (request["status"], request["coalition"], request["missing"]) == (
        "open",
        None,
        ["membership", "events", "reports"],
    )

    status = finished(personal, request)

    assert (status["status"], status["missing"], status["is_overdue"]) == ("done", [], False)
    assert counts(own_receipt(status)) == {
        "people": 1,
        "grants": 2,
        "invitations": 1,
        "sessions": 1,
        "contacts": 1,
        "consents": 1,
        "data_requests": 1,
    }
    data = personal.part("bea", request["id"])
    assert data["people"][0]["email"] == BEA
    assert {grant["role"] for grant in data["grants"]} == {"focal_point", "treasurer"}
    assert data["contacts"][0]["name"] == "Bea B."
    assert data["sessions"][0]["issuer"] == "https://issuer.example"
    assert data["consents"][0]["purpose"] == "photos"
    for other in ("ada", "cookie", "token"):
        assert other not in str(data)


def test_no_address_is_in_a_message_or_kept_with_the_request(personal: Personal) -> None:
    request = personal.request("ada", "export", coalition="eccar", email="Bea@People.Example")
    personal.hand_over_messages()

    database = personal.database
    for collection in ("outbox", "data_requests"):
        assert "@" not in str(list(database[collection].find()))
    [row] = database["outbox"].find({"subject": request["id"], "sequence": 1})
    assert row["data"] == {
        "request_id": request["id"],
        "coalition": "eccar",
        "requested_by": personal.id_of("ada"),
        "person_ids": [personal.id_of("bea")],
        "pseudonym": PSEUDONYMS.of(BEA),
    }


@pytest.mark.parametrize("kind", ["export", "erasure"])
def test_who_may_ask_for_whose(personal: Personal, kind: str) -> None:
    bea = personal.id_of("bea")
    refused: tuple[tuple[str, dict[str, Any]], ...] = (
        ("eve", {"email": BEA}),
        ("eve", {"person_id": bea}),
        ("eve", {"person_id": personal.id_of("eve"), "email": BEA}),
        ("eve", {"coalition": "eccar", "email": BEA}),
        ("ada", {"email": BEA}),
        ("ada", {"person_id": bea}),
        ("ada", {"coalition": "lac", "email": BEA}),
        ("lia", {"coalition": "eccar", "person_id": bea}),
        ("nia", {"person_id": bea}),
        ("nia", {"coalition": "eccar", "person_id": bea}),
        ("aud", {"coalition": "eccar", "person_id": bea}),
        ("bea", {"email": BEA}),
    )
    for by, named in refused:
        with pytest.raises(Forbidden):
            personal.request(by, kind, **named)
    with pytest.raises(Unauthenticated):
        personal.tell(None, f"request_{kind}")
    with pytest.raises(UnknownCoalition):
        personal.request("bea", kind, coalition="mars")
    assert personal.database["data_requests"].count_documents({}) == 0
    personal.request("bea", kind, person_id=bea)
    personal.request("bea", kind, coalition="eccar")
    personal.request("ada", kind, coalition="eccar", email="nobody@people.example")


def test_the_same_is_not_asked_for_twice_while_it_is_under_way(personal: Personal) -> None:
    request = personal.request("bea", "export")
    with pytest.raises(DataAlreadyRequested):
        personal.request("bea", "export")
    personal.request("bea", "erasure", coalition="eccar")
    personal.request("bea", "export", coalition="eccar")
    finished(personal, request)

    personal.request("bea", "export")


def test_who_may_see_which_request(personal: Personal) -> None:
    everywhere = personal.request("bea", "export")["id"]
    here = personal.request("ada", "export", coalition="eccar", email=BEA)["id"]

    def visible(by: str) -> list[bool]:
        found = personal.question(by, "get_data_requests", ids=[everywhere, here, "nothing"])["items"]
        return [each is not None for each in found]

    assert visible("bea") == [True, True, False]
    assert visible("ada") == visible("art") == visible("aud") == [False, True, False]
    assert visible("nia") == [True, True, False]
    with pytest.raises(Forbidden):
        personal.question("eve", "list_data_requests", coalition="eccar")
    assert visible("lia") == visible("eve") == [False, False, False]
    for by in ("ada", "aud", "lia"):
        with pytest.raises(Forbidden):
            personal.question(by, "list_data_requests")


def test_requests_are_listed_and_what_is_overdue_stands_out(personal: Personal, now: Now) -> None:
    first = personal.request("ada", "export", coalition="eccar", email=BEA)
    finished(personal, first, "ada")
    second = personal.request("ada", "erasure", coalition="eccar", email="eve@people.example")
    now.at += ANSWERED_WITHIN - timedelta(seconds=1)
    assert personal.question("ada", "list_data_requests", coalition="eccar", overdue=True)["items"] == []

    now.at += timedelta(seconds=1)

    [overdue] = personal.question("ada", "list_data_requests", coalition="eccar", overdue=True)["items"]
    assert (overdue["id"], overdue["is_overdue"], overdue["missing"]) == (
        second["id"],
        True,
        ["membership", "events", "reports"],
    )
    page = personal.question("aud", "list_data_requests", coalition="eccar", first=1, count=True)
    assert ([each["id"] for each in page["items"]], page["total"], page["has_next"]) == ([second["id"]], 2, True)
    done = personal.question("ada", "list_data_requests", coalition="eccar", status="done", kind="export")
    assert [each["id"] for each in done["items"]] == [first["id"]]
    own = personal.question("bea", "list_own_data_requests")
    assert [each["id"] for each in own["items"]] == [first["id"]]
    assert personal.question("nia", "list_data_requests")["items"] == []


def test_receipts_that_come_twice_late_or_for_nothing_change_nothing(personal: Personal) -> None:
    request = personal.request("bea", "export")
    assert personal.receipt("events", request["id"], id="message")
    assert not personal.receipt("events", request["id"], id="message")
    personal.receipt("events", request["id"])
    personal.receipt("events", "nothing")
    personal.receipt("events", request["id"], coalition="eccar")

    status = personal.status("bea", request["id"])

    assert ([each["service"] for each in status["receipts"]], status["version"]) == (["events"], 2)
    assert status["missing"] == ["membership", "reports"]


def test_an_erasure_of_everything_takes_all_away_and_says_what_is_kept(personal: Personal) -> None:
    export = personal.request("bea", "export")
    finished(personal, export)
    bea = personal.id_of("bea")
    request = personal.request("bea", "erasure")

    status = finished(personal, request, kind="erased")

    receipt = own_receipt(status)
    assert status["status"] == "done"
    assert counts(receipt) == {"people": 1, "sessions": 1, "contacts": 1, "invitations": 1, "exports": 1}
    kept = {each["what"]: (each["count"], each["reason"]) for each in receipt["kept"]}
    assert {what: count for what, (count, _) in kept.items() if what != "audit"} == {
        "grants": 2,
        "consents": 1,
        "data_requests": 2,
    }
    assert all(reason.endswith(".") for _, reason in kept.values())
    database = personal.database
    assert database["people"].count_documents({"_id": bea}) == 0
    for collection in ("sessions", "contacts", "invitations", "exports"):
        assert database[collection].count_documents({}) == 0, collection
    assert personal.principal("bea").grants == ()
    remaining = {
        name: list(database[name].find()) for name in database.list_collection_names() if name not in ("audit", "inbox")
    }
    for personal_data in (BEA, "Bea", "cookie"):
        assert personal_data not in str(remaining)
    assert BEA not in str(list(database["audit"].find()))


def test_a_coalition_erases_what_is_its_own(personal: Personal) -> None:
    personal.grant("bea", "treasurer", "lac")
    request = personal.request("ada", "erasure", coalition="eccar", email=BEA)

    status = finished(personal, request, "ada", kind="erased")

    receipt = own_receipt(status)
    assert counts(receipt) == {"people": 0, "sessions": 0, "contacts": 1, "invitations": 1, "exports": 0}
    assert [each["count"] for each in receipt["kept"] if each["what"] == "people"] == [1]
    assert [grant.scope.coalition for grant in personal.principal("bea").grants or ()] == ["lac"]
    assert personal.database["people"].count_documents({"_id": personal.id_of("bea")}) == 1


def test_a_coalition_erases_the_account_of_who_has_nothing_elsewhere(personal: Personal) -> None:
    request = personal.request("ada", "erasure", coalition="eccar", email=BEA)

    receipt = own_receipt(finished(personal, request, "ada", kind="erased"))

    assert (counts(receipt)["people"], counts(receipt)["sessions"]) == (1, 1)


@pytest.mark.parametrize("kind", ["export", "erasure"])
def test_a_coalition_reaches_nothing_of_people_who_are_nothing_to_it(personal: Personal, kind: str) -> None:
    request = personal.request("lia", kind, coalition="lac", person_id=personal.id_of("bea"))

    receipt = own_receipt(finished(personal, request, "lia", kind="exported" if kind == "export" else "erased"))

    assert {what for what, count in counts(receipt).items() if count} <= {"data_requests"}
    if kind == "export":
        data = personal.part("lia", request["id"])
        assert {what for what, found in data.items() if found} == {"data_requests"}
    assert personal.database["people"].count_documents({"_id": personal.id_of("bea")}) == 1
    assert personal.database["sessions"].count_documents({}) == 1


def test_the_last_administrator_stays_until_there_is_another(personal: Personal) -> None:
    [lac] = [grant for grant in personal.my_grants("lia") if grant is not None]
    request = personal.request("lia", "erasure")

    receipt = own_receipt(finished(personal, request, "lia", kind="erased"))

    kept = [(each["what"], each["count"]) for each in receipt["kept"] if "last administrator" in each["reason"]]
    assert kept == [("grants", 1), ("people", 1)]
    assert [grant and grant["id"] for grant in personal.my_grants("lia")] == [lac["id"]]

    personal.grant("len", "administrator", "lac")
    again = own_receipt(finished(personal, personal.request("lia", "erasure"), "lia", kind="erased"))

    assert counts(again)["people"] == 1
    assert personal.my_grants("lia") == []


def test_one_person_with_two_issuers_is_one_person(personal: Personal) -> None:
    personal.grant("twin", "auditor", email=BEA)

    request = personal.request("bea", "export")

    assert set(request["person_ids"]) == {personal.id_of("bea"), personal.id_of("twin")}
    finished(personal, request)
    assert len(personal.part("bea", request["id"])["people"]) == 2


def test_a_part_is_read_by_who_asked_and_by_whom_it_is_about(personal: Personal) -> None:
    request = personal.request("ada", "export", coalition="eccar", email=BEA)
    personal.hand_over_messages()

    assert personal.part("ada", request["id"]) == personal.part("bea", request["id"])
    for other in ("art", "nia", "aud", "eve"):
        assert personal.part(other, request["id"]) is None
    reading = personal.database["audit"].count_documents({"method": "get_export_part"})
    assert reading == 2
