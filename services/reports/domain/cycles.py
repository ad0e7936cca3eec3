"""Report cycles: the secretariat opens one for a period, and the members report on one plan version in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.chassis.kernel.errors import InvalidInput, Violation
from services.chassis.kernel.text import LocalizedText

from .errors import CycleOverlaps, UnknownPlan
from .plans import Commitment, Plan
from .requests import OpenCycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """A cycle over `period_start` to `period_end` (both included), pinned to a plan version.

    The commitments are copied in, so that all reports of a cycle answer the same ones, whatever becomes of the plan.
    """

    id: str
    coalition: str
    version: int
    name: LocalizedText
    period_start: date
    period_end: date
    opens_on: date
    due_on: date
    plan_id: str
    plan_version: str
    commitments: tuple[Commitment, ...]

    def is_open_on(self, day: date) -> bool:
        """Reports can be started from the opening to the due date, both included. What was started in time may be
        finished later: few reports arrive, and a late one is better than none (docs/domain.md, section 0.7)."""
        return self.opens_on <= day <= self.due_on


@dataclass(frozen=True, slots=True)
class DatedCycle:
    """A cycle as seen on a day: whether it is open depends on the day, so nothing stores it."""

    cycle: Cycle
    day: date

    @property
    def is_open(self) -> bool:
        return self.cycle.is_open_on(self.day)


def open_cycle(request: OpenCycle, *, plan: Plan | None, overlapped: Cycle | None, id: str, today: date) -> Cycle:
    """A new cycle; it opens today unless the request says otherwise.

    Raises InvalidInput for dates in a wrong order, UnknownPlan without a plan whose commitments are known,
    CycleOverlaps when `overlapped` is a cycle of the coalition within the same period.
    """
    opens_on = request.opens_on or today
    _check_dates(request, opens_on)
    if plan is None or not plan.commitments:
        raise UnknownPlan(request.plan_version)
    if overlapped is not None:
        raise CycleOverlaps(overlapped.period_start, overlapped.period_end)
    return Cycle(
        id=id,
        coalition=request.coalition,
        version=1,
        name=request.name,
        period_start=request.period_start,
        period_end=request.period_end,
        opens_on=opens_on,
        due_on=request.due_on,
        plan_id=plan.id,
        plan_version=plan.version,
        commitments=plan.commitments,
    )


def _check_dates(request: OpenCycle, opens_on: date) -> None:
    violations = tuple(_wrong_dates(request, opens_on))
    if violations:
        raise InvalidInput(violations[0].message, path=violations[0].path, violations=violations)


def _wrong_dates(request: OpenCycle, opens_on: date) -> Iterator[Violation]:
    if request.period_end < request.period_start:
        yield Violation(("period_end",), "The period ends before it begins.", "DATES_OUT_OF_ORDER")
    if request.due_on < opens_on:
        yield Violation(
            ("due_on",), f"Reports would be due before the cycle opens on {opens_on}.", "DATES_OUT_OF_ORDER"
        )
