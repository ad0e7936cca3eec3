"""What is broken, one module per kind of thing."""

from typing import Final

from ..harness.fault import Fault
from .broker import (
    BrokerAway,
    BrokerAwayAtBoot,
    BrokerFrozen,
    CutConfirm,
    CutPublish,
    HalfOpen,
    HalfOpenReplies,
    KillBroker,
)
from .clock import ClockSteps
from .database import DiskFull, FreezePrimary, KillPrimary, SlowDatabase
from .messages import AlwaysFails, FailsThreeTimes, Poison, Reordered, Tripled
from .processes import KillEvents, KillGateway, KillMembership, KillReports, PausedService, RollingRestart, SlowService
from .relay import KillRelay

FAULTS: Final[dict[str, type[Fault]]] = {
    fault.name: fault
    for fault in (
        KillMembership,
        KillEvents,
        KillReports,
        KillGateway,
        KillBroker,
        BrokerFrozen,
        CutPublish,
        CutConfirm,
        HalfOpen,
        HalfOpenReplies,
        BrokerAway,
        BrokerAwayAtBoot,
        KillPrimary,
        FreezePrimary,
        SlowDatabase,
        KillRelay,
        Tripled,
        Reordered,
        FailsThreeTimes,
        AlwaysFails,
        Poison,
        SlowService,
        PausedService,
        ClockSteps,
        RollingRestart,
        DiskFull,
    )
}
"""By name, in the order of the table."""
