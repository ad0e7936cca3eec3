"""What this service learns from others. A later message heals what an earlier one left out; an older one changes
nothing."""

from ...chassis.persistence.unit_of_work import Work
from ...chassis.protocol.envelope import Received
from ..domain.members import ProjectedMember
from ..schemas.consumed import CoalitionState, MemberState
from ..store.projections import ProjectedCoalitions, ProjectedMembers


def project_member(work: Work, received: Received[MemberState]) -> None:
    state = received.data
    member = ProjectedMember(
        id=state.member_id,
        coalition=state.coalition,
        standing=state.standing,
        sequence=received.envelope.sequence,
    )
    ProjectedMembers(work, coalition=state.coalition).project(member)


def project_coalition(work: Work, received: Received[CoalitionState]) -> None:
    ProjectedCoalitions(work, coalition=received.data.key).project(sequence=received.envelope.sequence)
