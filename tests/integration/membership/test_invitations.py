"""People are invited by a link, once, at an address that they must show; and rights are taken away again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, InvalidInput, ServiceError
from services.chassis.kernel.principal import person_id
from services.membership.application import commands
from services.membership.domain.grant_requests import AcceptInvitation

from .rights import ISSUER, Rights, acting, hash_of, somebody
from .service import Now

BEA = {"id": person_id(ISSUER, "bea"), "name": "Bea", "email": "bea@people.example"}


@pytest.fixture
def rights(rights: Rights) -> Rights:
    """`ada` administers eccar, `sam` is its secretariat, `lia` administers lac, `nia` the network."""
    rights.grant("ada", "administrator")
    rights.grant("sam", "secretariat")
    rights.grant("lia", "administrator", "lac")
    rights.grant("nia", "network_administrator", None)
    return rights


def code_of(attempt: Callable[[], Any]) -> str:
    with pytest.raises(ServiceError) as caught:
        attempt()
    return caught.value.code


def test_an_invitation_becomes_a_right_of_who_accepts_it(rights: Rights) -> None:
    invitation = rights.invite("ada", "treasurer", name="Bea B.", language="DE-at", valid_until="2028-12-31")
    token = invitation.pop("token")
    assert len(token) == 43
    assert invitation.pop("notice").startswith("Send this link now")
    assert invitation == {
        "id": invitation["id"],
        "coalition": "eccar",
        "version": 1,
        "role": "treasurer",
        "scope_kind": "coalition",
        "member_id": None,
        "conference_id": None,
        "valid_from": "2026-11-24",
        "valid_until": "2028-12-31",
        "email": "bea@people.example",
        "name": "Bea B.",
        "language": "de-AT",
        "status": "pending",
        "is_hand_over": False,
        "invited_by": {"id": person_id(ISSUER, "ada"), "name": "Ada"},
        "invited_at": "2026-11-24T09:30:00.000Z",
        "expires_at": "2026-12-08T09:30:00.000Z",
        "accepted_at": None,
        "revoked_at": None,
    }
    grant = rights.accept("bea", token)
    assert grant == {
        "id": grant["id"],
        "coalition": "eccar",
        "version": 1,
        "role": "treasurer",
        "scope_kind": "coalition",
        "member_id": None,
        "conference_id": None,
        "valid_from": "2026-11-24",
        "valid_until": "2028-12-31",
        "holds": True,
        "person_id": BEA["id"],
        "person": BEA,
        "granted_by": {"id": person_id(ISSUER, "ada"), "name": "Ada"},
        "granted_at": "2026-11-24T09:30:00.000Z",
        "revoked_at": None,
        "reason": None,
    }
    assert rights.identify(**somebody("bea"))["grants"] == [["treasurer", "coalition", "eccar", None]]
    assert rights.my_grants("bea") == [grant]
    (page,) = rights.list_invitations("ada", "eccar", status="accepted")
    assert [each["id"] for each in page["items"]] == [invitation["id"]]


def test_the_secret_of_a_link_is_stored_nowhere(rights: Rights) -> None:
    key = CallContext(idempotency_key="invite-bea-once")
    with context.use(key):
        token = rights.invite("ada", "treasurer")["token"]
    names = rights.database.list_collection_names()
    assert {"answers", "audit", "invitations"} <= set(names)
    everything = repr([list(rights.database[name].find()) for name in names])
    assert token not in everything
    assert hash_of(token) in everything


def test_a_repeated_command_makes_one_invitation_and_shows_its_secret_once(rights: Rights) -> None:
    with context.use(CallContext(idempotency_key="invite-bea-once")):
        first, again = rights.invite("ada", "treasurer"), rights.invite("ada", "treasurer")
    assert (again["token"], again["id"]) == (None, first["id"])
    assert again["notice"].startswith("This command was carried out before")
    assert {**first, "token": 0, "notice": 0} == {**again, "token": 0, "notice": 0}
    assert rights.database["invitations"].count_documents({}) == 1
    assert "bea@people.example" not in repr(list(rights.database["answers"].find()))
    rights.accept("bea", first["token"])


def test_an_invitation_is_good_once(rights: Rights) -> None:
    token = rights.invite("ada", "treasurer")["token"]
    rights.accept("bea", token)
    before = rights.rows()
    assert code_of(lambda: rights.accept("bea", token)) == "INVITATION_ALREADY_USED"
    assert code_of(lambda: rights.accept("cem", token, email="bea@people.example")) == "INVITATION_ALREADY_USED"
    assert rights.rows() == before


def test_used_once_even_after_the_right_was_taken_away(rights: Rights) -> None:
    token = rights.invite("ada", "treasurer")["token"]
    rights.revoke("ada", rights.accept("bea", token)["id"])
    assert code_of(lambda: rights.accept("bea", token)) == "INVITATION_ALREADY_USED"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"email": None}, "EMAIL_NOT_VERIFIED"),
        ({"email": "eve@people.example"}, "EMAIL_DIFFERS"),
        ({"email": "bea@people.example.evil.example"}, "EMAIL_DIFFERS"),
    ],
)
def test_only_who_shows_the_address_may_accept(rights: Rights, told: dict[str, Any], code: str) -> None:
    token = rights.invite("ada", "treasurer")["token"]
    before = rights.rows()
    assert code_of(lambda: rights.accept("bea", token, **told)) == code
    assert rights.rows() == before
    # Whoever may, still can: however the address is written.
    rights.accept("bea", token, email="  BEA@People.Example ")


def test_an_invitation_expires(rights: Rights, now: Now) -> None:
    token = rights.invite("ada", "treasurer")["token"]
    now.at += timedelta(days=14)
    assert code_of(lambda: rights.accept("bea", token)) == "INVITATION_EXPIRED"
    (page,) = rights.list_invitations("ada", "eccar", status="expired")
    assert [each["status"] for each in page["items"]] == ["expired"]
    assert rights.list_invitations("ada", "eccar", status="pending")[0]["items"] == []
    # It is in nobody's way.
    rights.invite("ada", "treasurer")


def test_an_invitation_to_a_term_that_is_over_has_expired(rights: Rights, now: Now) -> None:
    token = rights.invite("ada", "treasurer", valid_until="2026-11-25")["token"]
    now.at += timedelta(days=2)
    assert code_of(lambda: rights.accept("bea", token)) == "INVITATION_EXPIRED"


def test_a_link_that_was_never_made_is_no_invitation(rights: Rights) -> None:
    assert code_of(lambda: rights.accept("bea", "invented")) == "UNKNOWN_INVITATION"


def test_a_revoked_invitation_opens_nothing(rights: Rights) -> None:
    invitation = rights.invite("ada", "treasurer")
    revoked = rights.revoke_invitation("ada", invitation["id"])
    assert (revoked["status"], revoked["version"], "token" in revoked) == ("revoked", 2, False)
    assert code_of(lambda: rights.accept("bea", invitation["token"])) == "INVITATION_REVOKED"
    assert code_of(lambda: rights.revoke_invitation("ada", invitation["id"])) == "INVITATION_REVOKED"
    rights.invite("ada", "treasurer")


def test_who_lost_the_right_to_invite_leaves_no_open_door(rights: Rights) -> None:
    eve = rights.grant("eve", "administrator")
    token = rights.invite("eve", "administrator")["token"]
    rights.revoke("ada", eve)
    assert code_of(lambda: rights.accept("bea", token)) == "INVITATION_REVOKED"
    assert rights.identify(**somebody("bea"))["grants"] == []


def test_nobody_gives_a_right_to_themselves(rights: Rights) -> None:
    assert code_of(lambda: rights.invite("ada", "secretariat", email="ADA@people.example")) == "GRANT_TO_ONESELF"
    token = rights.invite("ada", "secretariat", email="another@people.example")["token"]
    assert code_of(lambda: rights.accept("ada", token, email="another@people.example")) == "GRANT_TO_ONESELF"
    assert [grant["role"] for grant in rights.my_grants("ada") if grant] == ["administrator"]


def test_the_same_is_not_given_or_offered_twice(rights: Rights) -> None:
    token = rights.invite("ada", "treasurer")["token"]
    assert code_of(lambda: rights.invite("ada", "treasurer", email="Bea@People.Example")) == "ALREADY_INVITED"
    rights.invite("ada", "auditor")
    rights.accept("bea", token)
    assert code_of(lambda: rights.invite("ada", "treasurer")) == "ALREADY_GRANTED"
    another = rights.invite("ada", "treasurer", email="bea@office.example")["token"]
    assert code_of(lambda: rights.accept("bea", another, email="bea@office.example")) == "ALREADY_GRANTED"


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"role": "treasurer", "coalition": None}, ["WRONG_SCOPE"]),
        ({"role": "treasurer", "member_id": "x"}, ["WRONG_SCOPE"]),
        ({"role": "network_administrator"}, ["WRONG_SCOPE"]),
        ({"role": "focal_point"}, ["WRONG_SCOPE"]),
        ({"role": "focal_point", "conference_id": "x"}, ["WRONG_SCOPE"]),
        ({"role": "event_team", "member_id": "x"}, ["WRONG_SCOPE"]),
        (
            {"role": "treasurer", "valid_from": "2027-01-01", "valid_until": "2026-12-31"},
            ["TERM_ENDS_BEFORE_IT_BEGINS"],
        ),
        ({"role": "treasurer", "valid_from": "2020-01-01", "valid_until": "2026-11-23"}, ["TERM_IS_OVER"]),
        ({"role": "king"}, ["INVALID"]),
        ({"role": "treasurer", "email": "bea"}, ["INVALID"]),
        ({"role": "treasurer", "language": "klingon-really"}, ["INVALID"]),
    ],
)
def test_bad_input_is_named(rights: Rights, values: dict[str, Any], codes: list[str]) -> None:
    before = rights.rows()
    with pytest.raises(InvalidInput) as caught:
        rights.invite("ada", **values)
    assert [violation.code for violation in caught.value.violations] == codes
    assert rights.rows() == before


def test_each_role_gives_what_is_its_own_to_give(rights: Rights) -> None:
    member = rights.member("Graz")["id"]
    foreign = rights.member("Quito", coalition="lac")["id"]
    other = rights.member("Potsdam")["id"]
    rights.grant("flo", "focal_point", member_id=member)
    rights.grant("con", "contributor", member_id=member)
    attempts: dict[tuple[str, str], tuple[dict[str, Any], str]] = {
        ("sam", "administrator"): ({}, "ROLE_NOT_YOURS_TO_GIVE"),
        ("sam", "secretariat"): ({}, "ROLE_NOT_YOURS_TO_GIVE"),
        ("ada", "network_administrator"): ({"coalition": None}, "ROLE_NOT_YOURS_TO_GIVE"),
        ("ada", "unesco_coordinator"): ({"coalition": None}, "ROLE_NOT_YOURS_TO_GIVE"),
        ("ada", "secretariat"): ({"coalition": "lac"}, "FORBIDDEN"),
        ("sam", "focal_point"): ({"member_id": foreign, "coalition": "lac"}, "FORBIDDEN"),
        ("sam", "contributor"): ({"member_id": foreign}, "NOT_FOUND"),
        ("flo", "focal_point"): ({"member_id": member}, "ROLE_NOT_YOURS_TO_GIVE"),
        ("flo", "contributor"): ({"member_id": other}, "FORBIDDEN"),
        ("con", "contributor"): ({"member_id": member}, "FORBIDDEN"),
        ("nia", "secretariat"): ({}, "ROLE_NOT_YOURS_TO_GIVE"),
        ("nia", "administrator"): ({"coalition": "mars"}, "UNKNOWN_COALITION"),
        ("bea", "treasurer"): ({}, "FORBIDDEN"),
    }
    before = rights.rows()
    refused = {
        key: code_of(lambda key=key, values=values: rights.invite(*key, email="new@people.example", **values))  # type: ignore[misc]
        for key, (values, _) in attempts.items()
    }
    assert refused == {key: code for key, (_, code) in attempts.items()}
    assert rights.rows() == before
    rights.invite("flo", "contributor", member_id=member, email="1@people.example")
    rights.invite("sam", "event_team", conference_id="c", email="2@people.example")
    rights.invite("nia", "administrator", coalition="lac", email="3@people.example")
    rights.invite("nia", "unesco_coordinator", coalition=None, email="4@people.example")


def test_another_coalitions_ids_reach_nothing(rights: Rights) -> None:
    invitation = rights.invite("ada", "treasurer")
    grant = rights.grant("cem", "auditor")
    network = rights.grant("uma", "unesco_coordinator", None)
    before = rights.rows()
    assert code_of(lambda: rights.revoke_invitation("lia", invitation["id"])) == "FORBIDDEN"
    assert code_of(lambda: rights.revoke_invitation("lia", invitation["id"], "lac")) == "UNKNOWN_INVITATION"
    assert code_of(lambda: rights.revoke_invitation("lia", invitation["id"], None)) == "UNKNOWN_INVITATION"
    assert code_of(lambda: rights.revoke("lia", grant)) == "FORBIDDEN"
    assert code_of(lambda: rights.revoke("lia", grant, "lac")) == "NOT_FOUND"
    assert code_of(lambda: rights.revoke("lia", grant, None)) == "NOT_FOUND"
    assert code_of(lambda: rights.revoke("lia", network, None)) == "ROLE_NOT_YOURS_TO_GIVE"
    assert code_of(lambda: rights.revoke("lia", network, "lac")) == "NOT_FOUND"
    assert rights.rows() == before


def test_who_may_give_a_role_may_take_it_and_so_may_who_has_it(rights: Rights) -> None:
    member = rights.member("Graz")["id"]
    flo = rights.grant("flo", "focal_point", member_id=member)
    con = rights.grant("con", "contributor", member_id=member)
    tre = rights.grant("tre", "treasurer")
    assert code_of(lambda: rights.revoke("con", flo)) == "FORBIDDEN"
    assert code_of(lambda: rights.revoke("sam", tre)) == "ROLE_NOT_YOURS_TO_GIVE"
    taken = rights.revoke("flo", con, reason="Left the city")
    assert (taken["holds"], taken["version"], taken["reason"]) == (False, 2, "Left the city")
    assert rights.revoke("tre", tre)["person"]["name"] == "Tre"
    assert rights.identify(**somebody("con"))["grants"] == rights.identify(**somebody("tre"))["grants"] == []
    assert code_of(lambda: rights.revoke("ada", tre)) == "GRANT_ALREADY_REVOKED"


def test_the_last_administrator_stays(rights: Rights, now: Now) -> None:
    (ada,) = [grant["id"] for grant in rights.my_grants("ada") if grant]
    assert code_of(lambda: rights.revoke("ada", ada)) == "LAST_ADMINISTRATOR"
    assert code_of(lambda: rights.revoke("nia", ada)) == "LAST_ADMINISTRATOR"
    # Somebody whose right ends is no successor: the day would come when nobody is left.
    rights.grant("bea", "administrator", valid_until="2026-12-31")
    rights.grant("cem", "administrator", valid_from="2026-12-01")
    assert code_of(lambda: rights.revoke("ada", ada)) == "LAST_ADMINISTRATOR"
    now.at += timedelta(days=8)
    assert rights.revoke("ada", ada)["holds"] is False


def test_the_first_administrator_has_no_term_that_ends(rights: Rights) -> None:
    rights.register_coalition(key="arab")
    ended = {"coalition": "arab", "valid_until": "2027-12-31"}
    assert code_of(lambda: rights.grant("bea", "administrator", **ended)) == "LAST_ADMINISTRATOR"
    assert code_of(lambda: rights.invite("nia", "administrator", **ended)) == "LAST_ADMINISTRATOR"
    rights.invite("nia", "administrator", coalition="lac", valid_until="2027-12-31")


def test_lists_are_for_those_who_give_rights_and_never_for_other_coalitions(rights: Rights) -> None:
    member, other = rights.member("Graz")["id"], rights.member("Potsdam")["id"]
    flo = rights.grant("flo", "focal_point", member_id=member)
    rights.grant("uma", "unesco_coordinator", None)
    rights.invite("ada", "treasurer")
    rights.invite("flo", "contributor", member_id=member, email="new@people.example")
    (page,) = rights.list_grants("ada", "eccar", count=True)
    assert page["total"] == 3
    assert [(each["person"]["name"], each["role"]) for each in page["items"]] == [
        ("Flo", "focal_point"),
        ("Sam", "secretariat"),
        ("Ada", "administrator"),
    ]
    eccar, lac = rights.list_grants("ada", "eccar", "lac")
    assert eccar["total"] is None
    assert lac == {"refused": {"code": "FORBIDDEN", "message": "Your rights do not reach this."}}
    (mine, foreign) = rights.list_grants_of_members("flo", member, other)
    assert [each["id"] for each in mine["items"]] == [flo]
    assert foreign["refused"]["code"] == "FORBIDDEN"
    (invited,) = rights.list_invitations_of_members("flo", member)
    assert [each["email"] for each in invited["items"]] == ["new@people.example"]
    (both,) = rights.list_invitations("sam", "eccar", first=1)
    (rest,) = rights.list_invitations("sam", "eccar", after=both["cursors"][0])
    assert [each["email"] for each in both["items"] + rest["items"]] == ["new@people.example", "bea@people.example"]
    assert [each["role"] for each in rights.list_network_grants("nia")["items"]] == [
        "unesco_coordinator",
        "network_administrator",
    ]
    for name in ("uma", "flo", "bea"):
        assert code_of(lambda name=name: rights.list_grants(name, "eccar")) == "FORBIDDEN"  # type: ignore[misc]
        assert code_of(lambda name=name: rights.list_invitations(name, "eccar")) == "FORBIDDEN"  # type: ignore[misc]
    for name in ("ada", "uma"):
        assert code_of(lambda name=name: rights.list_network_grants(name)) == "FORBIDDEN"  # type: ignore[misc]
        assert code_of(lambda name=name: rights.list_network_invitations(name)) == "FORBIDDEN"  # type: ignore[misc]


def test_what_is_over_is_listed_only_when_it_is_asked_for(rights: Rights, now: Now) -> None:
    rights.grant("bea", "treasurer", valid_until="2026-11-24")
    taken = rights.grant("cem", "auditor")
    rights.revoke("ada", taken)
    now.at += timedelta(days=1)
    assert {each["role"] for each in rights.list_grants("ada", "eccar")[0]["items"]} == {"administrator", "secretariat"}
    past = rights.list_grants("ada", "eccar", with_past=True)[0]["items"]
    assert [each["role"] for each in past if not each["holds"]] == ["auditor", "treasurer"]
    assert len(rights.list_grants("ada", "eccar", role="treasurer")[0]["items"]) == 0
    assert len(rights.list_grants("ada", "eccar", role="treasurer", with_past=True)[0]["items"]) == 1


def test_nobody_accepts_without_having_signed_in(rights: Rights) -> None:
    token = rights.invite("ada", "treasurer")["token"]
    request = AcceptInvitation(token_hash=hash_of(token))
    with acting(None, "accept_invitation"), pytest.raises(ServiceError) as caught:
        rights.unit_of_work.answer(commands.accept_invitation, request, str)
    assert caught.value.code == "UNAUTHENTICATED"
    assert not isinstance(caught.value, Forbidden)
