"""What this service learns from others. A later message heals what an earlier one left out; an older one changes
nothing."""

from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from ..domain.members import Member
from ..schemas.consumed import CoalitionState, MemberState
from ..store.projections import Coalitions, Members


def project_member(work: Work, received: Received[MemberState]) -> None:
    state = received.data
    member = Member(
        id=state.member_id,
        coalition=state.coalition,
        standing=state.standing,
        sequence=received.envelope.sequence,
    )
    Members(work, coalition=state.coalition).project(member)


def project_coalition(work: Work, received: Received[CoalitionState]) -> None:
    Coalitions(work, coalition=received.data.key).project(sequence=received.envelope.sequence)
