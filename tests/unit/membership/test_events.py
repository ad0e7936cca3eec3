"""Which event tells of which change."""

import pytest

from services.membership.domain.events import (
    MemberAdmitted,
    MemberApplied,
    MemberChanged,
    MemberRecorded,
    MemberRefused,
    MemberWithdrawn,
    decision_event,
    history_event,
)

from .examples import membership, milestone


@pytest.mark.parametrize(
    ("kinds", "event"),
    [
        (["admission"], MemberAdmitted),
        (["application"], MemberApplied),
        (["act_of_accession"], MemberApplied),
        (["admission", "withdrawal"], MemberWithdrawn),
        (["admission", "no_longer_listed"], MemberWithdrawn),
        (["declaration_of_intent"], MemberRecorded),
        (["refusal"], MemberRecorded),
    ],
)
def test_recorded_history_tells_what_it_amounts_to(kinds: list[str], event: type[MemberChanged]) -> None:
    after = membership(*(milestone(kind) for kind in kinds))
    assert history_event(after) == event(after)


def test_a_step_that_changes_no_standing_is_history() -> None:
    before, after = (
        membership(milestone("admission")),
        membership(milestone("admission"), milestone("joining_association")),
    )
    assert history_event(after, before=before) == MemberRecorded(after)


def test_a_step_that_changes_the_standing_is_news() -> None:
    before, after = membership(milestone("admission")), membership(milestone("admission"), milestone("withdrawal"))
    assert history_event(after, before=before) == MemberWithdrawn(after)


def test_a_decision_tells_its_outcome() -> None:
    admitted, refused = membership(milestone("admission")), membership(milestone("refusal"))
    assert decision_event(admitted) == MemberAdmitted(admitted)
    assert decision_event(refused) == MemberRefused(refused)
