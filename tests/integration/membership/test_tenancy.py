"""No coalition sees or touches what is another's."""

from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.kernel.errors import NotFound
from services.membership.store.memberships import Memberships
from services.membership.store.plans import Plans

from .service import Membership


@pytest.fixture
def ids(service: Membership) -> dict[str, str]:
    """A candidate, a member and a plan of `eccar`."""
    candidate = service.apply_for_membership(cities=[service.register_city(name="Candidate")["id"]])
    member = service.member("Member")
    (plan,) = service.list_plans("eccar")[0]
    assert plan is not None
    return {"candidate": candidate["id"], "member": member["id"], "plan": plan["id"]}


def test_another_coalitions_things_are_not_found(service: Membership, ids: dict[str, str]) -> None:
    assert service.get_members(("lac", ids["member"]), ("lac", ids["candidate"])) == [None, None]
    assert service.get_plans(("lac", ids["plan"])) == [None]
    assert service.list_plans("lac") == [[]]
    for arguments in (
        {},
        {"search": "member"},
        {"country": "AT"},
        {"standing": ["member"]},
        {"near": {"latitude": 0, "longitude": 0, "within_km": 20_000}},
        {"near": {"latitude": 0, "longitude": 0, "within_km": 20_000}, "order_by": "distance"},
    ):
        page = service.list_members(coalition="lac", count=True, **arguments)
        assert (page["items"], page["total"]) == ([], 0)
    assert service.member_counts("lac")[0]["total"] == 0


def test_another_coalitions_members_cannot_be_changed(service: Membership, ids: dict[str, str]) -> None:
    before = service.contents()
    attempts: list[Callable[[], Any]] = [
        lambda: service.record_decision(coalition="lac", member_id=ids["candidate"]),
        lambda: service.record_milestone(coalition="lac", member_id=ids["member"], kind="withdrawal"),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound) as caught:
            attempt()
        assert (caught.value.code, caught.value.path) == ("NOT_FOUND", ("member_id",))
    assert service.contents() == before


def test_a_membership_in_one_coalition_is_none_in_another(service: Membership) -> None:
    city = service.register_city()["id"]
    one = service.record_membership(cities=[city], milestones=[{"kind": "admission"}])
    other = service.record_membership(coalition="lac", cities=[city], milestones=[{"kind": "application"}])
    service.record_milestone(member_id=one["id"], kind="withdrawal")
    (unchanged,) = service.get_members(("lac", other["id"]))
    assert unchanged == other


def test_another_coalitions_plan_is_never_ones_own(service: Membership) -> None:
    city = service.register_city()["id"]
    with pytest.raises(NotFound) as caught:
        service.record_membership(
            coalition="lac", cities=[city], milestones=[{"kind": "admission"}], plan_version="2004"
        )
    assert caught.value.code == "UNKNOWN_PLAN"


def test_a_repository_cannot_be_made_without_its_coalition(service: Membership) -> None:
    for repository in (Memberships, Plans):
        with pytest.raises(ValueError, match="coalition"):
            service.unit_of_work.look(lambda work, _, each=repository: each(work, coalition=""), None)  # type: ignore[misc]
