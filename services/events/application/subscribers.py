"""What this service learns from others. A later message heals what an earlier one left out; an older one changes
nothing."""

from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from ..domain.members import Member
from ..domain.special_needs import ConsentText
from ..schemas.consumed import CoalitionState, ConsentTextState, MemberState
from ..store.projections import Coalitions, ConsentTexts, Members


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


def project_consent_text(work: Work, received: Received[ConsentTextState]) -> None:
    state = received.data
    text = ConsentText(
        id=state.text_id,
        coalition=state.coalition,
        purpose=state.purpose,
        version=state.version,
        valid_from=state.valid_from,
        sequence=received.envelope.sequence,
    )
    ConsentTexts(work, coalition=state.coalition).project(text)
