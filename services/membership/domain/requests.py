"""What this service is asked to do and to tell: validated input, no decision yet."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.paging import PageRequest

from .city import CityFacts, LegalType
from .coalition import CoalitionFacts
from .decision import Decision
from .milestones import Milestone
from .plan import PlanFacts
from .standing import Standing

MemberOrder = Literal["name", "country", "admitted_on", "population", "distance"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByKeys:
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByIds:
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCoalitions:
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFilter:
    search: str | None = None
    country: str | None = None
    legal_type: LegalType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCities:
    filter: CityFilter
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Within `within_km` kilometres of a position in degrees."""

    latitude: float
    longitude: float
    within_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Of a joint membership, one city that fits is enough."""

    country: str | None = None
    standings: tuple[Standing, ...] | None = None
    legal_type: LegalType | None = None
    search: str | None = None
    near: Near | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMembers:
    """Members of each of `coalitions`, by coalition."""

    coalitions: tuple[str, ...]
    filter: MemberFilter
    order_by: MemberOrder = "name"
    descending: bool = False
    page: PageRequest
