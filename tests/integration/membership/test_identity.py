"""Who somebody is and what they may do at this moment; and sessions."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import Forbidden, InvalidInput, ServiceError, Unauthenticated
from services.chassis.kernel.principal import Principal, person_id
from services.membership.application import identity
from services.membership.domain.identity_requests import Identify
from services.membership.domain.people import Identity
from tests.support.principals import SECRETARY

from .rights import ISSUER, Rights, acting, hash_of, somebody
from .service import Now

LATER = "2026-11-24T17:30:00Z"


def test_somebody_without_rights_is_nobody_in_particular(rights: Rights) -> None:
    assert rights.identify(**somebody("ada")) == {
        "kind": "person",
        "id": person_id(ISSUER, "ada"),
        **somebody("ada"),
        "grants": [],
        "api_scopes": [],
        "on_behalf_of": None,
        "expires_at": None,
    }
    assert rights.database["people"].count_documents({}) == 0


def test_grants_are_told_with_their_scopes_while_they_hold(rights: Rights, now: Now) -> None:
    member = rights.member("Graz")["id"]
    rights.grant("ada", "network_administrator", None)
    rights.grant("ada", "administrator")
    rights.grant("ada", "focal_point", member_id=member, valid_until="2026-11-25")
    rights.grant("ada", "event_team", conference_id="conference-1", valid_from="2026-11-26")
    assert sorted(rights.identify(**somebody("ada"))["grants"]) == [
        ["administrator", "coalition", "eccar", None],
        ["focal_point", "member", "eccar", member],
        ["network_administrator", "network", None, None],
    ]
    now.at += timedelta(days=2)
    assert sorted(rights.identify(**somebody("ada"))["grants"]) == [
        ["administrator", "coalition", "eccar", None],
        ["event_team", "conference", "eccar", "conference-1"],
        ["network_administrator", "network", None, None],
    ]


def test_what_an_issuer_says_is_taken_as_it_is(rights: Rights) -> None:
    found = rights.identify(issuer=ISSUER, subject="ada", name="  ", email="x" * 300)
    assert (found["name"], found["email"]) == (None, None)


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"issuer": ISSUER},
        {"subject": "ada"},
        {"issuer": ISSUER, "subject": "ada", "session": hash_of("cookie")},
        {"session": hash_of("cookie"), "token": hash_of("token")},
        {"session": hash_of("cookie"), "name": "Ada"},
        {"session": "cookie"},
        {"token": hash_of("token").upper()},
        {"session": hash_of("cookie") + "\n"},
    ],
)
def test_exactly_one_thing_can_be_asked(rights: Rights, question: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        rights.identify(**question)


@pytest.mark.parametrize("principal", [None, SECRETARY], ids=["anonymous", "administrator"])
def test_only_the_gateway_asks(rights: Rights, principal: Principal | None) -> None:
    request = Identify(identity=Identity(issuer=ISSUER, subject="ada"))
    with acting(principal, "identify"), pytest.raises((Unauthenticated, Forbidden)):
        rights.unit_of_work.read(identity.identify, request)


def test_a_session_says_who_it_is_until_it_is_over(rights: Rights, now: Now) -> None:
    rights.grant("ada", "secretariat")
    opened = rights.open_session("cookie", "ada", expires_at=LATER)
    assert opened == {"person_id": person_id(ISSUER, "ada"), "expires_at": "2026-11-24T17:30:00.000Z"}
    found = rights.identify(session=hash_of("cookie"))
    assert found["grants"] == [["secretariat", "coalition", "eccar", None]]
    assert {name: found[name] for name in somebody("ada")} == somebody("ada")
    assert found["expires_at"] == "2026-11-24T17:30:00.000Z"
    now.at += timedelta(hours=8)
    with pytest.raises(Unauthenticated):
        rights.identify(session=hash_of("cookie"))


def test_the_cookie_itself_is_stored_nowhere(rights: Rights) -> None:
    rights.open_session("cookie", "ada", expires_at=LATER)
    everything = [list(rights.database[name].find()) for name in rights.database.list_collection_names()]
    assert "'cookie'" not in repr(everything)
    assert hash_of("cookie") in repr(everything)


def test_opening_twice_is_opening_once(rights: Rights) -> None:
    rights.open_session("cookie", "ada", expires_at=LATER)
    rights.open_session("cookie", "ada", expires_at=LATER)
    assert rights.database["sessions"].count_documents({}) == 1


def test_sessions_are_closed_one_by_one_by_person_and_by_the_issuers_name_of_them(rights: Rights) -> None:
    for secret, name, sid in (
        ("one", "ada", "s1"),
        ("two", "ada", "s2"),
        ("three", "bea", "s3"),
        ("four", "cem", "s4"),
    ):
        rights.open_session(secret, name, expires_at=LATER, sid=sid)
    assert rights.close_session("one") == {"closed": 1}
    assert rights.close_session("one") == {"closed": 0}
    assert rights.close_sessions(subject="ada") == {"closed": 1}
    assert rights.close_sessions(sid="s3", issuer="https://another.example") == {"closed": 0}
    assert rights.close_sessions(sid="s3") == {"closed": 1}
    for secret in ("one", "two", "three"):
        with pytest.raises(Unauthenticated):
            rights.identify(session=hash_of(secret))
    assert rights.identify(session=hash_of("four"))["subject"] == "cem"


def test_a_person_with_rights_is_remembered_as_they_sign_in_and_others_are_not(rights: Rights, now: Now) -> None:
    rights.grant("ada", "secretariat", email="old@people.example")
    now.at += timedelta(hours=1)
    rights.open_session("cookie", "ada", expires_at=LATER)
    rights.open_session("another", "bea", expires_at=LATER)
    (stored,) = rights.database["people"].find()
    assert (stored["email"], stored["email_key"], stored["version"]) == ("ada@people.example",) * 2 + (2,)
    assert stored["last_seen_at"] == now.at


def test_a_token_that_nobody_knows_is_no_credential(rights: Rights) -> None:
    with pytest.raises(ServiceError) as caught:
        rights.identify(token=hash_of("iccar_unknown"))
    assert caught.value.code == "UNAUTHENTICATED"


def test_mongodb_itself_removes_sessions_that_are_over(database: Database[dict[str, Any]]) -> None:
    index = database["sessions"].index_information()["over"]
    assert (index["key"], index["expireAfterSeconds"]) == ([("expires_at", 1)], 0)
