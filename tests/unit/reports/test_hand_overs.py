"""Whose drafts become whose, in whatever order hand-overs are told."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.domain.errors import ReportAlreadySubmitted
from services.reports.domain.hand_overs import HandOver, successor
from services.reports.domain.reports import hand_over, start_report, submit_report

from .examples import CYCLE, MEMBER_ID, NOW, REPORT, REPORT_ID, complete, member

PEOPLE = ("ada", "bea", "cem", "dan")


def chain(people: list[str]) -> list[HandOver]:
    """Each of them hands over to the next."""
    return [
        HandOver(
            id=f"h{number}",
            coalition="eccar",
            member_id=MEMBER_ID,
            number=number,
            from_person=one,
            to_person=other,
            sequence=1,
        )
        for number, (one, other) in enumerate(itertools.pairwise(people), 1)
    ]


@st.composite
def chains(draw: st.DrawFn) -> list[HandOver]:
    people = [draw(st.sampled_from(PEOPLE))]
    for _ in range(draw(st.integers(1, 8))):
        people.append(draw(st.sampled_from([each for each in PEOPLE if each != people[-1]])))
    return chain(people)


@given(chains(), st.randoms(use_true_random=False))
def test_in_any_order_the_draft_ends_with_the_last_focal_point(hand_overs: list[HandOver], random: object) -> None:
    told = list(hand_overs)
    random.shuffle(told)  # type: ignore[attr-defined]
    responsible, known = hand_overs[0].from_person, []
    for each in told:
        known.append(each)
        follower = successor(each, known)
        if responsible == each.from_person:
            responsible = follower
    assert responsible == hand_overs[-1].to_person


def test_whoever_takes_it_back_keeps_it() -> None:
    first, second = chain(["ada", "bea", "ada"])
    assert successor(first, [first, second]) == "ada"
    assert successor(second, [second]) == "ada"


def test_a_draft_is_of_who_began_it_until_it_is_handed_over_or_submitted() -> None:
    draft = start_report(CYCLE, member(), id=REPORT_ID, now=NOW, responsible="ada")
    assert draft == replace(REPORT, responsible="ada")
    moved = hand_over(draft, "bea")
    assert moved == replace(draft, version=2, responsible="bea")
    submitted = submit_report(replace(complete(), responsible="bea"), now=NOW)
    assert submitted.responsible is None
    with pytest.raises(ReportAlreadySubmitted):
        hand_over(submitted, "cem")
