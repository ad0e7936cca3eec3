"""The order that no record may contradict, and the standing that follows from it."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.errors import ServiceError
from services.membership.domain.errors import (
    DecisionBeforeApplication,
    MilestoneAlreadyRecorded,
    MilestoneOutOfOrder,
    WithdrawalWithoutAdmission,
)
from services.membership.domain.milestones import (
    NOT_BEFORE,
    PER_BODY,
    Milestone,
    MilestoneKind,
    ensure_course,
    in_order,
)
from services.membership.domain.standing import Standing, standing_of
from tests.unit.chassis.test_dates import partial_dates

from .examples import milestone

FULL_COURSE = (
    milestone("council_decision", "2005-12-15"),
    milestone("declaration_of_intent", "2006-01"),
    milestone("application", "2006-02-01"),
    milestone("act_of_accession", "2006-03-14"),
    milestone("admission", "2006-09-07"),
    milestone("joining_association", "2009-01-01"),
    milestone("withdrawal", "2015"),
    milestone("no_longer_listed", "2016"),
)
MILESTONES = st.builds(Milestone, kind=st.sampled_from(MilestoneKind), date=st.none() | partial_dates())
REFUSALS = (DecisionBeforeApplication, MilestoneAlreadyRecorded, MilestoneOutOfOrder, WithdrawalWithoutAdmission)


def is_accepted(milestones: list[Milestone], *, bodies: int = 1) -> bool:
    try:
        ensure_course(milestones, bodies=bodies)
    except REFUSALS:
        return False
    return True


ACCEPTED = st.lists(MILESTONES, min_size=1, max_size=6, unique_by=lambda each: each.kind).filter(is_accepted)


def test_a_full_course_is_accepted_and_its_standing_follows_step_by_step() -> None:
    ensure_course(FULL_COURSE, bodies=1)
    standings = [standing_of(FULL_COURSE[:count]) for count in range(1, len(FULL_COURSE) + 1)]
    assert standings == [
        Standing.DECLARED_INTENT,
        Standing.DECLARED_INTENT,
        Standing.CANDIDATE,
        Standing.CANDIDATE,
        Standing.MEMBER,
        Standing.MEMBER,
        Standing.FORMER,
        Standing.FORMER,
    ]


@pytest.mark.parametrize(
    ("kinds", "standing"),
    [
        (["council_decision"], Standing.DECLARED_INTENT),
        (["declaration_of_intent"], Standing.DECLARED_INTENT),
        (["application"], Standing.CANDIDATE),
        (["act_of_accession"], Standing.CANDIDATE),
        (["admission"], Standing.MEMBER),
        (["application", "refusal"], Standing.REFUSED),
        (["admission", "no_longer_listed"], Standing.DORMANT),
        (["declaration_of_intent", "no_longer_listed"], Standing.DORMANT),
        (["admission", "withdrawal"], Standing.FORMER),
        (["admission", "no_longer_listed", "withdrawal"], Standing.FORMER),
    ],
)
def test_undated_records_of_archives_have_a_standing(kinds: list[str], standing: Standing) -> None:
    milestones = [milestone(kind) for kind in kinds]
    ensure_course(milestones, bodies=1)
    assert standing_of(milestones) is standing


def test_without_any_milestone_there_is_no_standing() -> None:
    with pytest.raises(ValueError):
        standing_of([])


@pytest.mark.parametrize(
    ("kinds", "error"),
    [
        (["withdrawal"], WithdrawalWithoutAdmission),
        (["application", "withdrawal"], WithdrawalWithoutAdmission),
        (["application", "refusal", "withdrawal"], WithdrawalWithoutAdmission),
        (["joining_association"], MilestoneOutOfOrder),
        (["application", "joining_association"], MilestoneOutOfOrder),
        (["no_longer_listed"], MilestoneOutOfOrder),
        (["admission", "refusal"], MilestoneOutOfOrder),
        (["refusal", "no_longer_listed"], MilestoneOutOfOrder),
        (["admission", "admission"], MilestoneAlreadyRecorded),
        (["application", "application"], MilestoneAlreadyRecorded),
        (["council_decision", "council_decision"], MilestoneAlreadyRecorded),
    ],
)
def test_what_cannot_be_one_course_is_refused(kinds: list[str], error: type[ServiceError]) -> None:
    with pytest.raises(error):
        ensure_course([milestone(kind) for kind in kinds], bodies=1)


@pytest.mark.parametrize(
    ("kind", "when", "error"),
    [
        ("application", "2005-12-14", MilestoneOutOfOrder),
        ("declaration_of_intent", "2006-02-02", MilestoneOutOfOrder),
        ("admission", "2006-01-31", DecisionBeforeApplication),
        ("admission", "2005", DecisionBeforeApplication),
        ("joining_association", "2006-09-06", MilestoneOutOfOrder),
        ("withdrawal", "2008", MilestoneOutOfOrder),
        ("no_longer_listed", "2006-08", MilestoneOutOfOrder),
    ],
)
def test_a_date_out_of_order_is_refused(kind: str, when: str, error: type[ServiceError]) -> None:
    moved = [milestone(kind, when) if each.kind == kind else each for each in FULL_COURSE]
    with pytest.raises(error) as caught:
        ensure_course(moved, bodies=1)
    assert when in caught.value.message


def test_a_refusal_before_its_application_is_refused() -> None:
    with pytest.raises(DecisionBeforeApplication):
        ensure_course([milestone("application", "2026-10-01"), milestone("refusal", "2026-09-30")], bodies=1)


@pytest.mark.parametrize(
    "course",
    [
        # Only the year of one is known: it may have been later in that year.
        [milestone("application", "2006-11"), milestone("admission", "2006")],
        # The same day: decided as soon as it was asked.
        [milestone("application", "2006-11-02"), milestone("admission", "2006-11-02")],
        # The act may be signed before or after the vote; the founders' councils ratified later.
        [milestone("admission", "2004-12-10"), milestone("act_of_accession", "2005-02-22")],
        [milestone("council_decision", "2005"), milestone("admission", "2004-12-10")],
        [milestone("admission", "2006"), milestone("withdrawal", None)],
    ],
)
def test_what_may_have_been_is_believed(course: list[Milestone]) -> None:
    ensure_course(course, bodies=1)


def test_each_joint_body_takes_its_own_steps() -> None:
    """Ratzeburg and the Amt Lauenburgische Seen joined together, each by its own council."""
    course = [
        milestone("council_decision", "2025-03-01"),
        milestone("council_decision", "2025-03-20"),
        milestone("application", "2025-04"),
    ]
    ensure_course(course, bodies=2)
    with pytest.raises(MilestoneAlreadyRecorded):
        ensure_course([*course, milestone("council_decision", "2025-03-21")], bodies=2)
    with pytest.raises(MilestoneAlreadyRecorded):
        ensure_course([*course, milestone("application", "2025-05")], bodies=2)


def test_every_councils_decision_counts_for_the_order() -> None:
    course = [
        milestone("council_decision", "2025-03-01"),
        milestone("council_decision", "2025-05-02"),
        milestone("application", "2025-04"),
    ]
    with pytest.raises(MilestoneOutOfOrder):
        ensure_course(course, bodies=2)


def test_milestones_are_kept_in_the_order_of_a_full_course() -> None:
    assert in_order(tuple(reversed(FULL_COURSE))) == FULL_COURSE
    one, other = milestone("council_decision", "2025-03-20"), milestone("council_decision")
    assert in_order([one, other]) == (other, one)


def test_the_order_of_steps_has_no_circle() -> None:
    """No two steps may each have to come after the other, however long the way round."""
    position = {kind: index for index, kind in enumerate(MilestoneKind)}
    assert all(position[earlier] < position[kind] for kind, before in NOT_BEFORE.items() for earlier in before)


@given(st.lists(MILESTONES, min_size=1, max_size=8), st.integers(1, 3))
def test_an_accepted_course_keeps_every_rule(milestones: list[Milestone], bodies: int) -> None:
    if not is_accepted(milestones, bodies=bodies):
        return
    kinds = [each.kind for each in milestones]
    for kind in MilestoneKind:
        assert kinds.count(kind) <= (bodies if kind in PER_BODY else 1)
    if MilestoneKind.WITHDRAWAL in kinds:
        assert MilestoneKind.ADMISSION in kinds
    assert not {MilestoneKind.ADMISSION, MilestoneKind.REFUSAL} <= set(kinds)
    for one, other in combinations(milestones, 2):
        for later, earlier in ((one, other), (other, one)):
            if earlier.kind in NOT_BEFORE.get(later.kind, ()) and later.date and earlier.date:
                assert not later.date.is_certainly_before(earlier.date)


@given(ACCEPTED)
def test_the_order_of_entry_does_not_matter(milestones: list[Milestone]) -> None:
    ensure_course(list(reversed(milestones)), bodies=1)
    assert standing_of(milestones) is standing_of(list(reversed(milestones)))
    assert sorted(map(repr, in_order(milestones))) == sorted(map(repr, milestones))


@given(ACCEPTED, MILESTONES)
def test_what_is_over_stays_over(milestones: list[Milestone], step: Milestone) -> None:
    """No further step that the rules accept brings a refused or former membership back."""
    before = standing_of(milestones)
    if not is_accepted([*milestones, step]):
        return
    after = standing_of([*milestones, step])
    if before in (Standing.REFUSED, Standing.FORMER):
        assert after is before
    if before is Standing.DORMANT:
        assert after in (Standing.DORMANT, Standing.FORMER)
