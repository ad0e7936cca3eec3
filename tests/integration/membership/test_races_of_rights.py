"""Two change who has which right at the same moment: what must hold for all of them together still holds."""

from collections.abc import Callable
from typing import Any

import pytest

from services.membership.application import commands
from services.membership.domain.grant_requests import RevokeGrant

from .rights import Rights, acting, somebody
from .test_races import outcomes


@pytest.mark.parametrize("round_", range(5))
def test_of_two_administrators_who_revoke_each_other_one_stays(rights: Rights, round_: int) -> None:
    ada, bea = rights.grant("ada", "administrator"), rights.grant("bea", "administrator")
    principals = {name: rights.principal(name) for name in ("ada", "bea")}

    def revoke(by: str, grant: str) -> Callable[[], Any]:
        """Both know themselves to be administrators: their rights were looked up before."""

        def attempt() -> None:
            with acting(principals[by], "revoke_grant"):
                rights.unit_of_work.write(commands.revoke_grant, RevokeGrant(coalition="eccar", grant_id=grant))

        return attempt

    assert outcomes([revoke("ada", bea), revoke("bea", ada)]) == {"done": 1, "LAST_ADMINISTRATOR": 1}
    left = [name for name in ("ada", "bea") if rights.identify(**somebody(name))["grants"]]
    assert len(left) == 1


def test_of_many_administrators_who_leave_at_once_one_stays(rights: Rights) -> None:
    names = [f"person{number}" for number in range(5)]
    grants = {name: rights.grant(name, "administrator") for name in names}
    attempts: list[Callable[[], Any]] = [
        lambda name=name: rights.revoke(name, grants[name])  # type: ignore[misc]
        for name in names
    ]
    assert outcomes(attempts) == {"done": 4, "LAST_ADMINISTRATOR": 1}


def test_an_invitation_that_many_use_at_once_is_used_once(rights: Rights) -> None:
    rights.grant("ada", "administrator")
    token = rights.invite("ada", "treasurer")["token"]
    attempts: list[Callable[[], Any]] = [
        lambda number=number: rights.accept(f"bea{number}", token, email="bea@people.example")  # type: ignore[misc]
        for number in range(4)
    ]
    assert outcomes(attempts) == {"done": 1, "INVITATION_ALREADY_USED": 3}
    assert rights.database["grants"].count_documents({"role": "treasurer"}) == 1


def test_an_invitation_taken_back_while_it_is_accepted_is_one_of_both(rights: Rights) -> None:
    rights.grant("ada", "administrator")
    invitation = rights.invite("ada", "treasurer")
    result = outcomes(
        [
            lambda: rights.accept("bea", invitation["token"]),
            lambda: rights.revoke_invitation("ada", invitation["id"]),
        ]
    )
    assert result["done"] == 1
    given = rights.database["grants"].count_documents({"role": "treasurer"})
    assert given == (1 if "INVITATION_ALREADY_USED" in result else 0)


def test_the_same_right_given_by_many_is_given_once(rights: Rights) -> None:
    attempts: list[Callable[[], Any]] = [lambda: rights.grant("ada", "secretariat") for _ in range(4)]
    assert outcomes(attempts) == {"done": 1, "ALREADY_GRANTED": 3}


def test_of_many_invitations_of_the_same_one_is_made(rights: Rights) -> None:
    rights.grant("ada", "administrator")
    attempts: list[Callable[[], Any]] = [lambda: rights.invite("ada", "treasurer") for _ in range(4)]
    assert outcomes(attempts) == {"done": 1, "ALREADY_INVITED": 3}


def test_a_focal_point_handed_over_twice_at_once_has_one_successor(rights: Rights) -> None:
    member = rights.member("Graz")["id"]
    rights.grant("sam", "secretariat")
    rights.grant("flo", "focal_point", member_id=member)
    ids = {}
    for name in ("bea", "cem"):
        rights.grant(name, "contributor", member_id=member)
        ids[name] = rights.identify(**somebody(name))["id"]
    flo = rights.identify(**somebody("flo"))["id"]
    attempts: list[Callable[[], Any]] = [
        lambda name=name: rights.hand_over("sam", member, person_id=ids[name], from_person_id=flo)  # type: ignore[misc]
        for name in ids
    ]
    result = outcomes(attempts)
    assert result["done"] == 1
    assert result.keys() - {"done"} <= {"NO_FOCAL_POINT", "GRANT_ALREADY_REVOKED"}
    assert rights.database["hand_overs"].count_documents({}) == 1
