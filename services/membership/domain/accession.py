"""How a city becomes a member: application, decision, and every step before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.chassis.kernel.dates import PartialDate

from .chronology import ensure_happened
from .city import City, CitySummary
from .coalition import Coalition
from .decision import Decision, ensure_votes
from .errors import (
    AlreadyApplied,
    AlreadyMember,
    BodyMayNotDecide,
    DecisionNeeded,
    MembershipAlreadyExists,
    NotACandidate,
)
from .labels import label
from .membership import Membership
from .milestones import Milestone, MilestoneKind, ensure_course, in_order
from .plan import Plan, ensure_selection, plan_in_force, plan_named
from .requests import ApplyForMembership, RecordMembership
from .standing import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a new membership is judged by: its cities, all memberships that any of them has in the coalition, and the
    coalition's plans. `new_id` is the identity that it gets."""

    new_id: str
    cities: tuple[City, ...]
    existing: tuple[Membership, ...]
    plans: tuple[Plan, ...]
    now: datetime


def recorded(request: RecordMembership, given: Circumstances) -> Membership:
    """History from an archive.

    Raises MembershipAlreadyExists when one of these cities has a membership that is not over; UnknownPlan,
    DateInFuture, and what `milestones.ensure_course` raises.
    """
    for index, milestone in enumerate(request.milestones):
        ensure_happened(milestone.date, now=given.now, path=("milestones", index, "date"))
    not_over = [membership for membership in given.existing if not membership.is_over]
    if not_over:
        raise _already_exists(not_over)
    membership = replace(_opened(request.coalition, request.milestones, given), source=request.source)
    if request.plan_version is None:
        return membership.under_plan_in_force(given.plans)
    return membership.under(plan_named(given.plans, request.plan_version))


def applied(request: ApplyForMembership, given: Circumstances) -> Membership:
    """An application. Cities that had declared their intent, these and no others, go on with that membership.

    Raises AlreadyMember, AlreadyApplied, MembershipAlreadyExists, DateInFuture, InvalidInput (the selection), and what
    `milestones.ensure_course` raises.
    """
    steps = _steps(request, now=given.now)
    intent = _intent_to_go_on_with(given)
    ensure_selection(plan_in_force(given.plans, on=PartialDate.of(request.applied_on)), request.selected_commitments)
    candidate = intent.followed_by(*steps) if intent else _opened(request.coalition, steps, given)
    return replace(
        candidate.under_plan_in_force(given.plans),
        selected_commitments=request.selected_commitments,
        contact_note=request.contact_note,
    )


def decided(
    membership: Membership, decision: Decision, *, coalition: Coalition, plans: Sequence[Plan], now: datetime
) -> Membership:
    """The candidate admitted or refused (docs/domain.md, section 3: in a meeting, by vote, by one of several bodies).

    Raises NotACandidate, DateInFuture, BodyMayNotDecide, VotesContradictOutcome, DecisionBeforeApplication.
    """
    if membership.standing is not Standing.CANDIDATE:
        raise NotACandidate(
            f"{membership.label} is no candidate (its standing is: {label(membership.standing)}). "
            "A decision needs an application that is not decided yet."
        )
    day = PartialDate.of(decision.decided_on)
    ensure_happened(day, now=now, path=("decided_on",))
    _ensure_body(decision, coalition)
    ensure_votes(decision)
    step = Milestone(kind=decision.outcome.milestone, date=day, note=decision.note)
    return replace(membership.followed_by(step).under_plan_in_force(plans), decision=decision)


def continued(membership: Membership, step: Milestone, *, plans: Sequence[Plan], now: datetime) -> Membership:
    """One more step on record. Raises DateInFuture, DecisionNeeded, and what `milestones.ensure_course` raises."""
    ensure_happened(step.date, now=now, path=("date",))
    if step.kind in (MilestoneKind.ADMISSION, MilestoneKind.REFUSAL):
        raise DecisionNeeded(
            f"The {label(step.kind)} of a candidate is a decision: record it as one, with its body and its date.",
            path=("kind",),
        )
    after = membership.followed_by(step)
    became_candidate = membership.standing is not after.standing is Standing.CANDIDATE
    return after.under_plan_in_force(plans) if became_candidate else after


def _already_exists(memberships: Sequence[Membership]) -> MembershipAlreadyExists:
    names = ", ".join(f"{membership.label} ({label(membership.standing)})" for membership in memberships)
    return MembershipAlreadyExists(
        f"This coalition has a membership that is not over: {names}. Continue that one instead of opening another.",
        path=("cities",),
    )


def _opened(coalition: str, milestones: Sequence[Milestone], given: Circumstances) -> Membership:
    ensure_course(milestones, bodies=len(given.cities))
    return Membership(
        id=given.new_id,
        coalition=coalition,
        version=1,
        cities=tuple(CitySummary.of(city) for city in given.cities),
        milestones=in_order(milestones),
    )


def _steps(request: ApplyForMembership, *, now: datetime) -> list[Milestone]:
    """What an application tells, dated and past. Raises DateInFuture."""
    dates = (
        (MilestoneKind.COUNCIL_DECISION, "decided_on", request.decided_on),
        (MilestoneKind.DECLARATION_OF_INTENT, "declared_on", request.declared_on),
        (MilestoneKind.APPLICATION, "applied_on", PartialDate.of(request.applied_on)),
    )
    for _, field, day in dates:
        ensure_happened(day, now=now, path=(field,))
    return [Milestone(kind=kind, date=day) for kind, _, day in dates if day is not None]


def _intent_to_go_on_with(given: Circumstances) -> Membership | None:
    living = [membership for membership in given.existing if membership.is_living]
    for membership in living:
        if membership.standing is Standing.MEMBER:
            raise AlreadyMember(f"{membership.label} is a member of this coalition already.", path=("cities",))
        if membership.standing is Standing.CANDIDATE:
            raise AlreadyApplied(
                f"{membership.label} has applied already: wait for the decision on that application.", path=("cities",)
            )
    intent = living[0] if living else None
    if intent is not None and (len(living) > 1 or set(intent.city_ids) != {city.id for city in given.cities}):
        raise _already_exists(living)
    return intent


def _ensure_body(decision: Decision, coalition: Coalition) -> None:
    allowed = coalition.bodies_that_may_decide(decision.decided_on)
    if decision.body not in allowed:
        names = ", ".join(sorted(label(body) for body in allowed))
        raise BodyMayNotDecide(f"In this coalition the decision is taken by: {names}.", path=("body",))
