"""When a focal point is handed over, the drafts that are open go to whoever follows."""

import itertools
from datetime import date
from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.principal import Principal, PrincipalKind
from services.reports.domain.reports import Report
from tests.support.principals import person

from .office import Office

FLO, BEA, CEM = (person(name) for name in ("flo", "bea", "cem"))


@pytest.fixture
def member(eccar: Office) -> str:
    """A member that reports in two cycles."""
    return eccar.hears_of_member()


@pytest.fixture
def cycles(eccar: Office) -> list[str]:
    first = eccar.opens_cycle(period_start=date(2023, 1, 1), period_end=date(2024, 12, 31))
    return [first.cycle.id, eccar.opens_cycle().cycle.id]


def begins(office: Office, principal: Principal | None, member: str, cycle: str) -> Report:
    with context.use(CallContext(principal=principal)):
        return office.starts_report(member, cycle)


def responsible(office: Office) -> dict[str, Any]:
    return {row["_id"]: row["responsible"] for row in office.rows("reports")}


def test_a_draft_is_of_the_person_who_began_it(eccar: Office, member: str, cycles: list[str]) -> None:
    machine = Principal(kind=PrincipalKind.APPLICATION, id="app", on_behalf_of=FLO.id)
    of_person, of_machine = (
        begins(eccar, principal, member, cycle) for principal, cycle in zip((FLO, machine), cycles, strict=True)
    )
    assert (of_person.responsible, of_machine.responsible) == (FLO.id, None)
    assert eccar.saves_answer(of_person.id, 1).responsible == FLO.id


def test_drafts_move_and_what_is_submitted_stays(eccar: Office, member: str, cycles: list[str]) -> None:
    draft = begins(eccar, FLO, member, cycles[0])
    with context.use(CallContext(principal=FLO)):
        submitted = eccar.submits(eccar.completes(member, cycles[1]).id)
    eccar.tells()
    assert eccar.hears_of_hand_over(member, FLO.id, BEA.id)
    assert responsible(eccar) == {draft.id: BEA.id, submitted.id: None}
    assert [(told.type, told.subject, told.sequence) for told in eccar.tells()] == [
        ("reports.report_handed_over.v1", draft.id, 2)
    ]
    # It goes on: whoever follows answers, and what was seen before is told to be old.
    assert eccar.saves_answer(draft.id, 1, expected_version=2).responsible == BEA.id


def test_drafts_of_others_stay_theirs(eccar: Office, member: str, cycles: list[str]) -> None:
    other = eccar.hears_of_member()
    of_cem = begins(eccar, CEM, member, cycles[0])
    of_other = begins(eccar, FLO, other, cycles[0])
    eccar.hears_of_hand_over(member, FLO.id, BEA.id)
    assert responsible(eccar) == {of_cem.id: CEM.id, of_other.id: FLO.id}


def test_the_same_hand_over_told_again_moves_nothing_again(eccar: Office, member: str, cycles: list[str]) -> None:
    begins(eccar, FLO, member, cycles[0])
    assert eccar.hears_of_hand_over(member, FLO.id, BEA.id, message_id="m1", hand_over_id="h1")
    before = eccar.snapshot()
    assert not eccar.hears_of_hand_over(member, FLO.id, BEA.id, message_id="m1", hand_over_id="h1")
    assert eccar.hears_of_hand_over(member, FLO.id, BEA.id, message_id="m2", hand_over_id="h1")
    assert eccar.snapshot() == before


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
def test_in_whatever_order_hand_overs_arrive_the_last_one_has_the_draft(
    eccar: Office, member: str, cycles: list[str], order: tuple[int, ...]
) -> None:
    draft = begins(eccar, FLO, member, cycles[0])
    steps = {1: (FLO.id, BEA.id), 2: (BEA.id, CEM.id), 3: (CEM.id, FLO.id)}
    for number in order[:2]:
        eccar.hears_of_hand_over(member, *steps[number], number=number)
    eccar.hears_of_hand_over(member, *steps[order[2]], number=order[2])
    assert responsible(eccar) == {draft.id: FLO.id}


def test_a_hand_over_in_another_coalition_moves_nothing_here(eccar: Office, member: str, cycles: list[str]) -> None:
    draft = begins(eccar, FLO, member, cycles[0])
    eccar.hears_of_hand_over(member, FLO.id, BEA.id, coalition="lac")
    assert responsible(eccar) == {draft.id: FLO.id}


def test_a_draft_from_before_people_could_sign_in_is_nobodys(eccar: Office, member: str, cycles: list[str]) -> None:
    draft = begins(eccar, None, member, cycles[0])
    eccar.database["reports"].update_one({"_id": draft.id}, {"$unset": {"responsible": ""}})
    eccar.hears_of_hand_over(member, FLO.id, BEA.id)
    assert eccar.saves_answer(draft.id, 1).responsible is None
