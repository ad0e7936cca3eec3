"""A coalition's plan: a versioned catalogue of commitments, never an enumeration of ten.

The plans differ per coalition and per version, and some are known only in part (docs/domain.md, sections 0.5 and 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.errors import invalid
from services.chassis.kernel.text import LocalizedText

from .errors import UnknownPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """`group` counts from 1 into the plan's groups; `concepts` are URIs of the UNESCO thesaurus."""

    number: int
    group: int | None = None
    title: LocalizedText
    summary: LocalizedText | None = None
    themes: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """`version` is the coalition's own name for it ("2004"); `is_complete` False: sources give only a part."""

    coalition: str
    version: str
    adopted: PartialDate | None = None
    adopted_in: str | None = None
    is_complete: bool
    source: str
    groups: tuple[LocalizedText, ...] = ()
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(PlanFacts):
    """A published plan never changes: a new text is a new version."""

    id: str

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(commitment.number for commitment in self.commitments)


def oldest_first(plans: Iterable[Plan]) -> list[Plan]:
    """By adoption (one of unknown date counts as the oldest), then by version."""
    return sorted(plans, key=lambda plan: (plan.adopted.earliest() if plan.adopted else date.min, plan.version))


def plan_in_force(plans: Iterable[Plan], *, on: PartialDate | None) -> Plan | None:
    """The youngest plan that was adopted by the end of the period that `on` names.

    At a date that nobody knows (None), a coalition's only plan is the answer; which of several, nobody can tell.
    """
    known = oldest_first(plans)
    if on is None:
        return known[0] if len(known) == 1 else None
    adopted = [plan for plan in known if plan.adopted is None or plan.adopted.earliest() <= on.latest()]
    return adopted[-1] if adopted else None


def plan_named(plans: Iterable[Plan], version: str) -> Plan:
    """Raises UnknownPlan when there is no such version."""
    for plan in plans:
        if plan.version == version:
            return plan
    raise UnknownPlan(f"This coalition has published no plan of version {version!r}.", path=("plan_version",))


def ensure_selection(plan: Plan | None, selected: tuple[int, ...] | None) -> None:
    """A city chooses the fields that need action (docs/domain.md, section 2): each must be one of its plan's.

    Raises InvalidInput naming the first number that is not. None selects the whole plan.
    """
    if selected is None:
        return
    if plan is None:
        message = "No plan of this coalition is known for that date: leave the selection empty."
        raise invalid(("selected_commitments",), message, "NO_PLAN")
    for index, number in enumerate(selected):
        if number not in plan.numbers:
            message = f"The plan of {plan.version} has no commitment number {number}."
            raise invalid(("selected_commitments", index), message, "UNKNOWN_COMMITMENT")
