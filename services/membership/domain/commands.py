"""What the secretariat and the cities ask this service to change: validated input, no decision yet."""

from dataclasses import dataclass
from datetime import date

from .city import CityFacts
from .coalition import CoalitionFacts
from .decision import Decision
from .milestones import Milestone
from .partial_date import PartialDate
from .plan import PlanFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCoalition:
    facts: CoalitionFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    facts: PlanFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCity:
    facts: CityFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMembership:
    """A membership as archives tell it."""

    coalition: str
    cities: tuple[str, ...]
    milestones: tuple[Milestone, ...]
    plan_version: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForMembership:
    """`cities` are ids in the registry: several apply together and become one member."""

    coalition: str
    cities: tuple[str, ...]
    decided_on: PartialDate | None = None
    declared_on: PartialDate | None = None
    applied_on: date
    selected_commitments: tuple[int, ...] | None = None
    contact_note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDecision:
    coalition: str
    member_id: str
    decision: Decision
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMilestone:
    coalition: str
    member_id: str
    milestone: Milestone
    expected_version: int | None = None
