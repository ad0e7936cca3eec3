"""The decision on a candidate."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .body import Body
from .errors import VotesContradictOutcome
from .milestones import MilestoneKind


class Outcome(StrEnum):
    ADMITTED = "admitted"
    REFUSED = "refused"

    @property
    def milestone(self) -> MilestoneKind:
        return MilestoneKind.ADMISSION if self is Outcome.ADMITTED else MilestoneKind.REFUSAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    in_favour: int
    against: int
    abstentions: int

    @property
    def has_majority_in_favour(self) -> bool:
        return self.in_favour > self.against


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`votes` is None when nobody counted, or no source tells."""

    outcome: Outcome
    body: Body
    decided_on: date
    votes: Votes | None = None
    note: str | None = None


def ensure_votes(decision: Decision) -> None:
    """Admission takes more votes in favour than against; abstentions do not count.

    A refusal with a majority in favour is believed: a coalition may ask for more than a simple majority
    (docs/domain.md, section 3: unanimous in all cases found, the required majority was not found).
    """
    votes = decision.votes
    if decision.outcome is Outcome.ADMITTED and votes is not None and not votes.has_majority_in_favour:
        raise VotesContradictOutcome(
            f"{votes.in_favour} in favour and {votes.against} against do not admit a candidate: "
            "check the votes, or record a refusal.",
            path=("votes",),
        )
