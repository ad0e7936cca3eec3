"""What the membership service's messages change here.

Three subscriptions, and no fourth for the duty to report. A member's projection and its duty change in one
transaction under the one subscription `member_projection`, for two reasons. The duty follows from the member's newest
state (the messages carry it whole), not from a type of message: if `member_admitted` waits in the retry ladder and a
later `member_recorded` overtakes it, the later one opens the duty, and if `member_withdrawn` overtakes it, none is
opened. And what decides that a message is outdated is the projection's `sequence`; a second queue would need a second
copy of it.

The price: a member admitted before its coalition's rules are known here is projected when they are, as the whole
message is tried again (PROJECTION_BEHIND). Nothing can be reported before that anyway.

Coalitions and plans have a queue each: neither builds on another message, so a fault in one stops nothing else.

Redelivery is caught by the inbox (`UnitOfWork.write_once`), late arrival by `sequence`, a rebuild of the projections
from the log (new rows, old messages) by the `member_sequence` that each obligation remembers.
"""

from datetime import UTC
from typing import Any

from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from ..domain import obligations
from ..domain.coalitions import Coalition
from ..domain.events import obligation_event
from ..domain.members import Member
from ..domain.plans import Plan
from ..store.obligations import Obligations
from ..store.projections import Coalitions, Members, Plans

Message = Received[dict[str, Any]]


def project_coalition(work: Work, message: Message) -> None:
    key, rules = message.data["key"], tuple(message.data["rules"])
    Coalitions(work, coalition=key).project(Coalition(key=key, rules=rules, sequence=message.envelope.sequence))


def project_plan(work: Work, message: Message) -> None:
    fields = {**message.data, "commitments": tuple(message.data["commitments"])}
    plan = Plan(**fields, published_at=message.envelope.time, sequence=message.envelope.sequence)
    Plans(work, coalition=plan.coalition).project(plan)


def project_member(work: Work, message: Message) -> None:
    """The member's newest state, and what it means for its duty. Raises ProjectionBehind."""
    member = Member(**message.data, sequence=message.envelope.sequence)
    if Members(work, coalition=member.coalition).project(member):
        _keep_duty(work, member, message)


def _keep_duty(work: Work, member: Member, message: Message) -> None:
    stored = Obligations(work, coalition=member.coalition)
    obligation = obligations.after_member_change(
        member,
        stored.of_members([member.id]),
        Coalitions(work, coalition=member.coalition).this(),
        id=new_id(),
        on=message.envelope.time.astimezone(UTC).date(),
    )
    if obligation is not None:
        stored.store(obligation)
        work.publish(obligation_event(obligation))
