"""What happened here that others may want to know."""

from collections.abc import Callable, Mapping
from typing import Final

from services.chassis.kernel.events import DomainEvent

from .cycles import Cycle
from .obligations import Obligation
from .reports import Report
from .statuses import ObligationStatus


class CycleOpened(DomainEvent[Cycle]):
    pass


class ReportStarted(DomainEvent[Report]):
    pass


class ReportAnswered(DomainEvent[Report]):
    pass


class ReportSubmitted(DomainEvent[Report]):
    pass


class ReportHandedOver(DomainEvent[Report]):
    """Still a draft, but somebody else works on it."""


class ReportVacated(DomainEvent[Report]):
    """Still a draft, but nobody in person works on it any more."""


class ObligationOpened(DomainEvent[Obligation]):
    pass


class ObligationDated(DomainEvent[Obligation]):
    """Still open, but due on another date: more is known of the admission."""


class ObligationFulfilled(DomainEvent[Obligation]):
    pass


class ObligationReleased(DomainEvent[Obligation]):
    pass


_ENDINGS: Final[Mapping[ObligationStatus, Callable[[Obligation], DomainEvent[Obligation]]]] = {
    ObligationStatus.FULFILLED: ObligationFulfilled,
    ObligationStatus.RELEASED: ObligationReleased,
}


def obligation_event(obligation: Obligation) -> DomainEvent[Obligation]:
    """The event that made this version: it is opened once, may be dated anew while it is open, and ends once."""
    begun = ObligationOpened if obligation.version == 1 else ObligationDated
    return _ENDINGS.get(obligation.status, begun)(obligation)
