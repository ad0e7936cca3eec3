"""What a membership is today follows from its milestones, and is stored nowhere as a fact of its own."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from .milestones import Milestone, MilestoneKind


class Standing(StrEnum):
    """`former` has withdrawn; `dormant` is no longer listed while no exit is proven (Geneva, Winterthur:
    docs/domain.md, section 3)."""

    DECLARED_INTENT = "declared_intent"
    CANDIDATE = "candidate"
    MEMBER = "member"
    REFUSED = "refused"
    FORMER = "former"
    DORMANT = "dormant"


LIVING: Final = frozenset({Standing.DECLARED_INTENT, Standing.CANDIDATE, Standing.MEMBER})
"""A city has at most one membership of these standings in a coalition."""

OVER: Final = frozenset({Standing.REFUSED, Standing.FORMER})
"""Nothing follows any more. A dormant membership is neither: its exit is unproven."""

_STRONGEST_FIRST: Final = (
    (MilestoneKind.WITHDRAWAL, Standing.FORMER),
    (MilestoneKind.NO_LONGER_LISTED, Standing.DORMANT),
    (MilestoneKind.REFUSAL, Standing.REFUSED),
    (MilestoneKind.ADMISSION, Standing.MEMBER),
    # The act alone is an offer: admission is decided in a meeting, by vote (docs/domain.md, section 0.3).
    (MilestoneKind.ACT_OF_ACCESSION, Standing.CANDIDATE),
    (MilestoneKind.APPLICATION, Standing.CANDIDATE),
    (MilestoneKind.DECLARATION_OF_INTENT, Standing.DECLARED_INTENT),
    (MilestoneKind.COUNCIL_DECISION, Standing.DECLARED_INTENT),
)


def standing_of(milestones: Iterable[Milestone]) -> Standing:
    """The standing that the furthest step gives. Raises ValueError without any milestone."""
    kinds = {milestone.kind for milestone in milestones}
    for kind, standing in _STRONGEST_FIRST:
        if kind in kinds:
            return standing
    raise ValueError("a membership has at least one milestone")
