"""The dated milestones of a membership, and the order that no record may contradict.

One membership has several true dates (docs/domain.md, sections 0.2 and 3): Cologne's council decided in December
2005, the coalition lists it since September 2006; Saarbrücken was admitted in 2006 and joined the registered
association in 2009. A record from an archive may know few of them, and those only to the year.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Final

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.errors import ExpectedError

from .errors import (
    DecisionBeforeApplication,
    MilestoneAlreadyRecorded,
    MilestoneOutOfOrder,
    WithdrawalWithoutAdmission,
)
from .labels import label


class MilestoneKind(StrEnum):
    """In the order of a full course."""

    COUNCIL_DECISION = "council_decision"
    DECLARATION_OF_INTENT = "declaration_of_intent"
    APPLICATION = "application"
    ACT_OF_ACCESSION = "act_of_accession"
    ADMISSION = "admission"
    REFUSAL = "refusal"
    JOINING_ASSOCIATION = "joining_association"
    WITHDRAWAL = "withdrawal"
    NO_LONGER_LISTED = "no_longer_listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A step that was taken; `date` None when no source dates it."""

    kind: MilestoneKind
    date: PartialDate | None = None
    source: str | None = None
    note: str | None = None


_K = MilestoneKind

PER_BODY: Final = frozenset(
    {_K.COUNCIL_DECISION, _K.DECLARATION_OF_INTENT, _K.ACT_OF_ACCESSION, _K.JOINING_ASSOCIATION}
)
"""Steps that each of several joint bodies takes for itself. All others happen once in a membership."""

NOT_BEFORE: Final[Mapping[MilestoneKind, tuple[MilestoneKind, ...]]] = {
    _K.APPLICATION: (_K.COUNCIL_DECISION, _K.DECLARATION_OF_INTENT),
    _K.ACT_OF_ACCESSION: (_K.DECLARATION_OF_INTENT,),
    _K.ADMISSION: (_K.APPLICATION, _K.DECLARATION_OF_INTENT),
    _K.REFUSAL: (_K.APPLICATION, _K.DECLARATION_OF_INTENT),
    _K.JOINING_ASSOCIATION: (_K.APPLICATION, _K.ADMISSION),
    _K.WITHDRAWAL: (_K.APPLICATION, _K.ACT_OF_ACCESSION, _K.ADMISSION, _K.JOINING_ASSOCIATION),
    _K.NO_LONGER_LISTED: (_K.DECLARATION_OF_INTENT, _K.APPLICATION, _K.ADMISSION, _K.JOINING_ASSOCIATION),
}
"""What a step may not lie before. Left out on purpose: an act of accession may be signed before or after the vote, and
a council may ratify what the founders of 2004 had signed (docs/domain.md, section 3)."""


def ensure_course(milestones: Sequence[Milestone], *, bodies: int) -> None:
    """Whether these milestones can be the course of one membership of `bodies` joint bodies.

    Raises MilestoneAlreadyRecorded, MilestoneOutOfOrder, WithdrawalWithoutAdmission or DecisionBeforeApplication.
    """
    counts = Counter(milestone.kind for milestone in milestones)
    _ensure_once(counts, bodies)
    _ensure_complete(counts)
    _ensure_dates(milestones)


def in_order(milestones: Sequence[Milestone]) -> tuple[Milestone, ...]:
    """By the order of a full course; those of one kind by date, the undated first."""
    rank = {kind: position for position, kind in enumerate(MilestoneKind)}
    return tuple(sorted(milestones, key=lambda each: (rank[each.kind], str(each.date or ""))))


def _ensure_once(counts: Mapping[MilestoneKind, int], bodies: int) -> None:
    for kind, count in counts.items():
        if count > (bodies if kind in PER_BODY else 1):
            raise MilestoneAlreadyRecorded(
                f"The {label(kind)} of this membership is on record already: each is entered once."
            )


def _ensure_complete(counts: Mapping[MilestoneKind, int]) -> None:
    if _K.WITHDRAWAL in counts and _K.ADMISSION not in counts:
        raise WithdrawalWithoutAdmission(
            "Only a member can withdraw, and no admission is on record. "
            "Record the admission first, or that the city is no longer listed."
        )
    if _K.JOINING_ASSOCIATION in counts and _K.ADMISSION not in counts:
        raise MilestoneOutOfOrder("Only a member joins the association: record the admission first.")
    if _K.REFUSAL in counts and (_K.ADMISSION in counts or _K.NO_LONGER_LISTED in counts):
        raise MilestoneOutOfOrder("A refused application is over: a new attempt is a new application.")
    if set(counts) == {_K.NO_LONGER_LISTED}:
        raise MilestoneOutOfOrder(
            "Record first what the city was listed for, for example an admission of unknown date."
        )


def _ensure_dates(milestones: Sequence[Milestone]) -> None:
    for later in milestones:
        for kind, earlier in product(NOT_BEFORE.get(later.kind, ()), milestones):
            if earlier.kind is kind and _is_certainly_before(later, earlier):
                raise _wrong_order(later, earlier)


def _is_certainly_before(one: Milestone, other: Milestone) -> bool:
    return one.date is not None and other.date is not None and one.date.is_certainly_before(other.date)


def _wrong_order(later: Milestone, earlier: Milestone) -> ExpectedError:
    message = (
        f"The {label(later.kind)} ({later.date}) cannot lie before the {label(earlier.kind)} ({earlier.date}): "
        "check both dates."
    )
    if later.kind in (_K.ADMISSION, _K.REFUSAL) and earlier.kind is _K.APPLICATION:
        return DecisionBeforeApplication(message)
    return MilestoneOutOfOrder(message)
