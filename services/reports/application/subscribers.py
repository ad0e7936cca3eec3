"""What the membership service's messages change here.

Four subscriptions, and none for the duty to report. A member's projection and its duty change in one
transaction under the one subscription `member_projection`, for two reasons. The duty follows from the member's newest
state (the messages carry it whole), not from a type of message: if `member_admitted` waits in the retry ladder and a
later `member_recorded` overtakes it, the later one opens the duty, and if `member_withdrawn` overtakes it, none is
opened. And what decides that a message is outdated is the projection's `sequence`; a second queue would need a second
copy of it.

The price: a member admitted before its coalition's rules are known here is projected when they are, as the whole
message is tried again (PROJECTION_BEHIND). Nothing can be reported before that anyway.

Coalitions, plans and hand-overs have a queue each: none builds on another message, so a fault in one stops nothing
else. That several hand-overs of a member may arrive in any order is why each is kept: the drafts of who left go to
whoever follows by now.

Redelivery is caught by the inbox (`UnitOfWork.write_once`), late arrival by `sequence`, a state told again by the
`member_sequence` that each obligation remembers. A rebuild of the projection from the log may know a message before it
arrives here: the row is then as new as the message, and the duty is kept all the same.
"""

from datetime import UTC

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from ..domain import hand_overs, obligations, reports
from ..domain.coalitions import Coalition
from ..domain.events import ReportHandedOver, obligation_event
from ..domain.hand_overs import HandOver
from ..domain.members import Member
from ..domain.plans import Plan
from ..schemas.consumed import CoalitionState, HandOverState, MemberState, PlanState
from ..store.obligations import Obligations
from ..store.projections import Coalitions, HandOvers, Members, Plans
from ..store.reports import Reports


def project_coalition(work: Work, received: Received[CoalitionState]) -> None:
    state = received.data
    coalition = Coalition(key=state.key, rules=state.reporting_rules, sequence=received.envelope.sequence)
    Coalitions(work, coalition=state.key).project(coalition)


def project_plan(work: Work, received: Received[PlanState]) -> None:
    state = received.data
    plan = Plan(
        id=state.plan_id,
        coalition=state.coalition,
        version=state.version,
        commitments=state.commitments,
        published_at=received.envelope.time,
        sequence=received.envelope.sequence,
    )
    Plans(work, coalition=state.coalition).project(plan)


def follow_member(work: Work, received: Received[MemberState]) -> None:
    """The member's newest state, and what it means for its duty. Raises ProjectionBehind."""
    if project_member(work, received):
        _keep_duty(work, received)


def project_member(work: Work, received: Received[MemberState]) -> bool:
    """The member's newest state alone. False: something newer is known."""
    member = _member(received)
    return Members(work, coalition=member.coalition).project(member)


def _member(received: Received[MemberState]) -> Member:
    state = received.data
    return Member(
        id=state.member_id,
        coalition=state.coalition,
        standing=state.standing,
        admitted_on=state.admitted_on,
        sequence=received.envelope.sequence,
    )


def _keep_duty(work: Work, received: Received[MemberState]) -> None:
    member = _member(received)
    stored = Obligations(work, coalition=member.coalition)
    obligation = obligations.after_member_change(
        member,
        stored.by_member([member.id]).get(member.id, []),
        Coalitions(work, coalition=member.coalition).this(),
        id=new_id(),
        on=received.envelope.time.astimezone(UTC).date(),
    )
    if obligation is not None:
        stored.store(obligation)
        work.publish(obligation_event(obligation))


def follow_hand_over(work: Work, received: Received[HandOverState]) -> None:
    """Who follows as a focal point goes on with the drafts of who left."""
    if project_hand_over(work, received):
        _move_drafts(work, _hand_over(received))


def project_hand_over(work: Work, received: Received[HandOverState]) -> bool:
    """The hand-over alone. False: something newer is known."""
    hand_over = _hand_over(received)
    return HandOvers(work, coalition=hand_over.coalition).project(hand_over)


def _hand_over(received: Received[HandOverState]) -> HandOver:
    state = received.data
    return HandOver(
        id=state.hand_over_id,
        coalition=state.coalition,
        member_id=state.member_id,
        number=state.number,
        from_person=state.from_person,
        to_person=state.to_person,
        sequence=received.envelope.sequence,
    )


def _move_drafts(work: Work, hand_over: HandOver) -> None:
    known = HandOvers(work, coalition=hand_over.coalition).of_member(hand_over.member_id)
    follower = hand_overs.successor(hand_over, known)
    stored = Reports(work, coalition=hand_over.coalition)
    if follower == hand_over.from_person:
        return
    for draft in stored.drafts_of(hand_over.member_id, hand_over.from_person):
        moved = reports.hand_over(draft, follower)
        stored.store(moved)
        work.publish(ReportHandedOver(moved))
