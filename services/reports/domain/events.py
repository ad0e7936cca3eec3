"""Domain events: each carries the aggregate as it is after the change, one event per new version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from .cycles import Cycle
from .obligations import Obligation
from .reports import Report
from .statuses import ObligationStatus


@dataclass(frozen=True, slots=True)
class CycleOpened:
    aggregate: Cycle


@dataclass(frozen=True, slots=True)
class ReportStarted:
    aggregate: Report


@dataclass(frozen=True, slots=True)
class ReportAnswered:
    aggregate: Report


@dataclass(frozen=True, slots=True)
class ReportSubmitted:
    aggregate: Report


@dataclass(frozen=True, slots=True)
class ObligationOpened:
    aggregate: Obligation


@dataclass(frozen=True, slots=True)
class ObligationDated:
    """Still open, but due on another date: more is known of the admission."""

    aggregate: Obligation


@dataclass(frozen=True, slots=True)
class ObligationFulfilled:
    aggregate: Obligation


@dataclass(frozen=True, slots=True)
class ObligationReleased:
    aggregate: Obligation


ReportEvent = ReportStarted | ReportAnswered | ReportSubmitted
ObligationEvent = ObligationOpened | ObligationDated | ObligationFulfilled | ObligationReleased
DomainEvent = CycleOpened | ReportEvent | ObligationEvent

_ENDINGS: Final[Mapping[ObligationStatus, Callable[[Obligation], ObligationEvent]]] = {
    ObligationStatus.FULFILLED: ObligationFulfilled,
    ObligationStatus.RELEASED: ObligationReleased,
}


def obligation_event(obligation: Obligation) -> ObligationEvent:
    """The event that made this version: it is opened once, may be dated anew while it is open, and ends once."""
    begun = ObligationOpened if obligation.version == 1 else ObligationDated
    return _ENDINGS.get(obligation.status, begun)(obligation)
