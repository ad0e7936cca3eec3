"""What the gateway asks this service."""

from dataclasses import dataclass
from typing import Literal

from .city import LegalType
from .standing import Standing

MemberOrder = Literal["name", "country", "admitted_on", "population", "distance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArguments:
    first: int
    after: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A thing of a tenant."""

    coalition: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Within `within_km` kilometres of a position in degrees."""

    latitude: float
    longitude: float
    within_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFilter:
    search: str | None = None
    country: str | None = None
    legal_type: LegalType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFilter:
    """Of a joint membership, one city that fits is enough."""

    country: str | None = None
    standings: tuple[Standing, ...] | None = None
    legal_type: LegalType | None = None
    search: str | None = None
    near: Near | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByKeys:
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByIds:
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByReferences:
    refs: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCoalitions:
    coalitions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCoalitions:
    page: PageArguments


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCities:
    filter: CityFilter
    page: PageArguments


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMembers:
    """Members of each of `coalitions`, by coalition."""

    coalitions: tuple[str, ...]
    filter: MemberFilter
    order_by: MemberOrder = "name"
    descending: bool = False
    page: PageArguments
