"""A city: one identity in the registry of the whole network, whatever coalitions it joins."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from services.chassis.kernel.text import fold


class LegalType(StrEnum):
    """Members are not only cities (docs/domain.md, section 0.1)."""

    CITY = "city"
    BOROUGH = "borough"
    DISTRICT = "district"
    CANTON = "canton"
    METROPOLITAN_CITY = "metropolitan_city"
    MUNICIPAL_ASSOCIATION = "municipal_association"
    REGION = "region"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFacts:
    """`country` is ISO 3166-1 alpha-2; `population` counts inhabitants in `population_year`; degrees in WGS 84."""

    name: str
    alternative_names: tuple[str, ...] = ()
    country: str
    legal_type: LegalType
    geonames_id: int | None = None
    population: int | None = None
    population_year: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class City(CityFacts):
    """A fact of the whole network: of no coalition."""

    id: str
    version: int
    coalition: ClassVar[str] = ""

    @property
    def folded_name(self) -> str:
        """With country and legal type, what makes two entries the same city."""
        return fold(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.alternative_names)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitySummary:
    """What a membership says of a city that it links."""

    id: str
    name: str
    country: str
    legal_type: LegalType

    @classmethod
    def of(cls, city: City) -> Self:
        return cls(id=city.id, name=city.name, country=city.country, legal_type=city.legal_type)
