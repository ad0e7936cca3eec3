"""A focal point's right passes to somebody else, and with it what is still open."""

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from ..domain.events import FocalPointHandedOver
from ..domain.grants import Grant
from ..domain.hand_overs import HandOver
from ..store.hand_overs import HandOvers
from .granting import take


def replace_grant(work: Work, old: Grant, new: Grant, *, by: str) -> HandOver:
    """End `old`, unless it has ended, now that there is `new`, and tell of it. Both are of one member, whose scope is
    locked since `new` was given: so hand-overs have consecutive numbers."""
    if old.revoked_at is None:
        take(work, old, by=by, reason="handed over")
    stored = HandOvers(work, coalition=new.coalition)
    hand_over = HandOver(
        id=new_id(),
        coalition=new.coalition,
        member_id=new.scope.id or "",
        number=stored.count(new.scope.id or "") + 1,
        from_person=old.person_id,
        to_person=new.person_id,
        at=work.now,
    )
    stored.add(hand_over)
    work.publish(FocalPointHandedOver(hand_over))
    return hand_over
