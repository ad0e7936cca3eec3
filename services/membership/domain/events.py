"""What happened here that others may want to know."""

from dataclasses import dataclass
from typing import ClassVar

from services.chassis.kernel.events import DomainEvent
from services.personal.retention import AdoptedRetentionRules

from .city import City
from .coalition import Coalition
from .consents import Consent, ConsentText
from .data_requests import DataRequest, RequestKind
from .grants import Grant
from .hand_overs import HandOver
from .membership import Membership
from .plan import Plan
from .standing import Standing


class CoalitionRegistered(DomainEvent[Coalition]):
    pass


@dataclass(frozen=True, slots=True)
class PlanPublished:
    """Its own kind of event: a plan is published once, and what it calls its version is a name."""

    aggregate: Plan
    sequence: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        return self.aggregate.id

    @property
    def coalition(self) -> str:
        return self.aggregate.coalition


@dataclass(frozen=True, slots=True)
class ConsentTextPublished:
    """Like a plan: a text is published once."""

    aggregate: ConsentText
    sequence: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        return self.aggregate.id

    @property
    def coalition(self) -> str:
        return self.aggregate.coalition


class ConsentGiven(DomainEvent[Consent]):
    pass


class ConsentWithdrawn(DomainEvent[Consent]):
    pass


class RetentionRulesAdopted(DomainEvent[AdoptedRetentionRules]):
    pass


class ExportRequested(DomainEvent[DataRequest]):
    pass


class ErasureRequested(DomainEvent[DataRequest]):
    pass


class DataRequestAnswered(DomainEvent[DataRequest]):
    """A service has sent its receipt: the last one, or there is another one to come."""


def request_event(request: DataRequest) -> DomainEvent[DataRequest]:
    return ExportRequested(request) if request.kind is RequestKind.EXPORT else ErasureRequested(request)


class CityRegistered(DomainEvent[City]):
    pass


class GrantRevoked(DomainEvent[Grant]):
    """Taken away, by whoever and for whatever reason. A term that runs out sends nothing."""


class FocalPointHandedOver(DomainEvent[HandOver]):
    pass


class MemberChanged(DomainEvent[Membership]):
    """Base of what can happen to a membership."""


class MemberApplied(MemberChanged):
    pass


class MemberAdmitted(MemberChanged):
    pass


class MemberRefused(MemberChanged):
    pass


class MemberWithdrawn(MemberChanged):
    """Has left, or is no longer listed."""


class MemberRecorded(MemberChanged):
    """Any other history was entered; the standing did not change, or nobody else needs to act on it."""


_BY_STANDING: dict[Standing, type[MemberChanged]] = {
    Standing.CANDIDATE: MemberApplied,
    Standing.MEMBER: MemberAdmitted,
    Standing.FORMER: MemberWithdrawn,
    Standing.DORMANT: MemberWithdrawn,
}


def decision_event(after: Membership) -> MemberChanged:
    return MemberAdmitted(after) if after.standing is Standing.MEMBER else MemberRefused(after)


def history_event(after: Membership, *, before: Membership | None = None) -> MemberChanged:
    """What an entry from the records amounts to: news when the standing changed, else history."""
    if before is not None and before.standing is after.standing:
        return MemberRecorded(after)
    return _BY_STANDING.get(after.standing, MemberRecorded)(after)
