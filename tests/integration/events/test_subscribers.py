"""What the membership service tells becomes what this service knows: once, whatever the order and however often."""

import random
from itertools import permutations
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.events.domain.members import Member

from .conftest import Service, outbox

Documents = Database[dict[str, Any]]

STORY = (
    ("membership.member_applied.v1", "candidate", 1),
    ("membership.member_admitted.v1", "member", 2),
    ("membership.member_withdrawn.v1", "former", 3),
)


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_in_whatever_order_the_last_version_stays(
    service: Service, database: Documents, order: tuple[int, ...]
) -> None:
    member_id = new_id()
    for number in order:
        type, standing, sequence = STORY[number]
        data = {"member_id": member_id, "coalition": "eccar", "standing": standing}
        assert service.receive(type, data, sequence=sequence) is True

    assert service.ask("projected_members", coalition="eccar") == [
        Member(id=member_id, coalition="eccar", standing="former", sequence=3)
    ]
    assert database["inbox"].count_documents({"_id.subscriber": "member_projection"}) == 3
    assert outbox(database, member_id) == []


def test_one_message_has_one_effect(service: Service, database: Documents) -> None:
    data = {"member_id": new_id(), "coalition": "eccar", "standing": "member"}
    message_id = new_id()

    assert service.receive("membership.member_admitted.v1", data, id=message_id) is True
    database["members"].delete_many({})
    assert service.receive("membership.member_admitted.v1", data, id=message_id) is False

    assert service.ask("projected_members", coalition="eccar") == []


def test_the_same_version_told_again_changes_nothing(service: Service) -> None:
    data = {"member_id": new_id(), "coalition": "eccar"}
    service.receive("membership.member_admitted.v1", {**data, "standing": "member"}, sequence=2)

    service.receive("membership.member_recorded.v1", {**data, "standing": "former"}, sequence=2)

    [member] = service.ask("projected_members", coalition="eccar")
    assert (member.standing, member.sequence) == ("member", 2)


def test_a_coalition_told_twice_is_one(service: Service, database: Documents) -> None:
    service.receive("membership.coalition_registered.v1", {"key": "eccar"}, sequence=2)
    service.receive("membership.coalition_registered.v1", {"key": "eccar"}, sequence=1)

    [row] = database["coalitions"].find({"coalition": "eccar"})
    assert (row["_id"], row["sequence"]) == ("eccar", 2)


def test_members_of_several_coalitions_are_kept_apart(service: Service) -> None:
    eccar = [service.know_member(coalition="eccar") for _ in range(3)]
    lac = service.know_member("candidate", coalition="lac")
    shuffled = random.sample(eccar, 3)

    assert [each.id for each in service.ask("projected_members", coalition="eccar")] == sorted(shuffled)
    assert [(each.id, each.standing) for each in service.ask("projected_members", coalition="lac")] == [
        (lac, "candidate")
    ]
    assert service.ask("projected_members", coalition="africa") == []
