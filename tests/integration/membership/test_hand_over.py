"""A focal point is handed over in one step: at once to somebody whom the coalition knows, else by an invitation."""

from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.principal import person_id

from .rights import ISSUER, Rights, somebody


def id_of(name: str) -> str:
    return person_id(ISSUER, name)


@pytest.fixture
def member(rights: Rights) -> str:
    """Graz, whose focal point is `flo`; `sam` is the secretariat of eccar, `lia` of lac."""
    member: str = rights.member("Graz")["id"]
    rights.grant("sam", "secretariat")
    rights.grant("lia", "secretariat", "lac")
    rights.grant("flo", "focal_point", member_id=member)
    return member


def code_of(rights: Rights, by: str, member: str, **values: Any) -> str:
    with pytest.raises(ServiceError) as caught:
        rights.hand_over(by, member, **values)
    return caught.value.code


def hand_overs(rights: Rights) -> list[dict[str, Any]]:
    rows = rights.database["outbox"].find({"type": "membership.focal_point_handed_over.v1"}).sort("created")
    return [row["data"] for row in rows]


def test_to_somebody_known_it_happens_at_once(rights: Rights, member: str) -> None:
    rights.grant("bea", "contributor", member_id=member)
    outcome = rights.hand_over("sam", member, person_id=id_of("bea"), valid_until="2030-12-31")
    grant = outcome["grant"]
    assert outcome["invitation"] is None
    assert (grant["person"]["name"], grant["role"], grant["member_id"]) == ("Bea", "focal_point", member)
    assert grant["valid_until"] == "2030-12-31"
    assert rights.identify(**somebody("flo"))["grants"] == []
    assert ["focal_point", "member", "eccar", member] in rights.identify(**somebody("bea"))["grants"]
    assert hand_overs(rights) == [
        {
            "hand_over_id": hand_overs(rights)[0]["hand_over_id"],
            "coalition": "eccar",
            "member_id": member,
            "number": 1,
            "from_person": id_of("flo"),
            "to_person": id_of("bea"),
            "at": "2026-11-24T09:30:00.000Z",
        }
    ]


def test_an_address_that_the_coalition_knows_is_its_person(rights: Rights, member: str) -> None:
    rights.revoke("bea", rights.grant("bea", "contributor", member_id=member))
    assert rights.hand_over("sam", member, email="BEA@people.example")["grant"]["person_id"] == id_of("bea")


def test_to_somebody_new_it_happens_when_they_accept(rights: Rights, member: str) -> None:
    outcome = rights.hand_over("sam", member, email="new@people.example", name="New", language="de")
    invitation = outcome["invitation"]
    assert (outcome["grant"], invitation["is_hand_over"], invitation["role"]) == (None, True, "focal_point")
    assert hand_overs(rights) == []
    assert rights.identify(**somebody("flo"))["grants"] == [["focal_point", "member", "eccar", member]]
    grant = rights.accept("new", invitation["token"])
    assert grant["granted_by"]["name"] == "Sam"
    assert rights.identify(**somebody("flo"))["grants"] == []
    assert [(each["from_person"], each["to_person"]) for each in hand_overs(rights)] == [(id_of("flo"), id_of("new"))]


def test_hand_overs_are_counted_by_member(rights: Rights, member: str) -> None:
    for name in ("bea", "cem", "flo"):
        rights.grant(name, "contributor", member_id=member)
        rights.hand_over("sam", member, person_id=id_of(name))
    other = rights.member("Potsdam")["id"]
    rights.grant("pia", "focal_point", member_id=other)
    rights.hand_over("sam", other, person_id=id_of("bea"))
    numbers = [(each["member_id"] == member, each["number"], each["to_person"]) for each in hand_overs(rights)]
    assert numbers == [
        (True, 1, id_of("bea")),
        (True, 2, id_of("cem")),
        (True, 3, id_of("flo")),
        (False, 1, id_of("bea")),
    ]


def test_who_left_before_the_invitation_was_accepted_still_hands_over(rights: Rights, member: str) -> None:
    token = rights.hand_over("sam", member, email="new@people.example")["invitation"]["token"]
    (flo,) = [grant["id"] for grant in rights.my_grants("flo") if grant]
    rights.revoke("flo", flo)
    rights.accept("new", token)
    assert [each["from_person"] for each in hand_overs(rights)] == [id_of("flo")]


def test_of_several_focal_points_one_is_named(rights: Rights, member: str) -> None:
    rights.grant("fay", "focal_point", member_id=member)
    rights.grant("bea", "contributor", member_id=member)
    assert code_of(rights, "sam", member, person_id=id_of("bea")) == "SEVERAL_FOCAL_POINTS"
    assert code_of(rights, "sam", member, person_id=id_of("bea"), from_person_id=id_of("bea")) == "NO_FOCAL_POINT"
    rights.hand_over("sam", member, person_id=id_of("bea"), from_person_id=id_of("fay"))
    assert rights.identify(**somebody("fay"))["grants"] == []
    assert rights.identify(**somebody("flo"))["grants"] != []


def test_what_cannot_be_handed_over_is_refused_and_nothing_changes(rights: Rights, member: str) -> None:
    empty, foreign = rights.member("Potsdam")["id"], rights.member("Quito", coalition="lac")["id"]
    rights.grant("lou", "focal_point", "lac", member_id=foreign)
    before = rights.rows()
    new = {"email": "new@people.example"}
    assert code_of(rights, "sam", empty, **new) == "NO_FOCAL_POINT"
    assert code_of(rights, "sam", "nothing", **new) == "NOT_FOUND"
    assert code_of(rights, "sam", foreign, **new) == "NOT_FOUND"
    assert code_of(rights, "sam", foreign, coalition="lac", **new) == "FORBIDDEN"
    assert code_of(rights, "flo", member, **new) == "FORBIDDEN"
    assert code_of(rights, "sam", member, email="sam@people.example") == "GRANT_TO_ONESELF"
    assert code_of(rights, "sam", member, person_id=id_of("sam")) == "GRANT_TO_ONESELF"
    assert code_of(rights, "sam", member, person_id=id_of("flo")) == "ALREADY_GRANTED"
    # Somebody of another coalition, or nobody: this coalition cannot tell.
    assert code_of(rights, "sam", member, person_id=id_of("lou")) == "UNKNOWN_PERSON"
    assert code_of(rights, "sam", member, person_id=id_of("nobody")) == "UNKNOWN_PERSON"
    assert code_of(rights, "sam", member) == "INVALID_INPUT"
    assert code_of(rights, "sam", member, person_id=id_of("bea"), **new) == "INVALID_INPUT"
    assert rights.rows() == before


def test_whom_another_coalition_knows_is_invited_like_anybody_else(rights: Rights, member: str) -> None:
    rights.grant("lou", "auditor", "lac")
    assert rights.hand_over("sam", member, email="lou@people.example")["grant"] is None


def test_a_repeated_hand_over_is_one(rights: Rights, member: str) -> None:
    rights.grant("bea", "contributor", member_id=member)
    with context.use(CallContext(idempotency_key="hand-over-once")):
        first, again = (rights.hand_over("sam", member, person_id=id_of("bea")) for _ in range(2))
    assert first == again
    assert len(hand_overs(rights)) == 1
    with context.use(CallContext(idempotency_key="hand-over-twice")):
        made, repeated = (rights.hand_over("sam", member, email="new@people.example") for _ in range(2))
    assert made["invitation"]["token"]
    assert repeated["invitation"]["token"] is None
    assert rights.database["invitations"].count_documents({}) == 1
