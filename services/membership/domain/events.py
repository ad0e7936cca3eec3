"""What happened here that others may want to know. Each carries the whole aggregate after the change."""

from dataclasses import dataclass
from typing import ClassVar

from .city import City
from .coalition import Coalition
from .membership import Membership
from .plan import Plan
from .standing import Standing


@dataclass(frozen=True, slots=True)
class CoalitionRegistered:
    state: Coalition

    @property
    def subject(self) -> str:
        return self.state.key

    @property
    def sequence(self) -> int:
        return self.state.version

    @property
    def coalition(self) -> str:
        return self.state.key


@dataclass(frozen=True, slots=True)
class PlanPublished:
    state: Plan
    sequence: ClassVar[int] = 1

    @property
    def subject(self) -> str:
        return self.state.id

    @property
    def coalition(self) -> str:
        return self.state.coalition


@dataclass(frozen=True, slots=True)
class CityRegistered:
    """A fact of the whole network: of no coalition."""

    state: City
    coalition: ClassVar[str] = ""

    @property
    def subject(self) -> str:
        return self.state.id

    @property
    def sequence(self) -> int:
        return self.state.version


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Base of what can happen to a membership."""

    state: Membership

    @property
    def subject(self) -> str:
        return self.state.id

    @property
    def sequence(self) -> int:
        return self.state.version

    @property
    def coalition(self) -> str:
        return self.state.coalition


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


DomainEvent = CoalitionRegistered | PlanPublished | CityRegistered | MemberChanged

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
