"""The registry of cities: one identity for each, shared by all coalitions."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository

from ..domain.city import City
from ..domain.errors import CityAlreadyRegistered, UnknownCity
from ..domain.requests import CityFilter
from . import city_documents as documents
from .search import matching

BY_NAME: Final = Order("name", "folded_name")


class Cities(NetworkRepository, Aggregates[City]):
    collection = "cities"

    def from_document(self, document: Document) -> City:
        return documents.from_document(document)

    def add(self, city: City) -> None:
        """Raises CityAlreadyRegistered for the same GeoNames id, or the same name, country and legal type."""
        try:
            self._documents.insert(documents.to_document(city))
        except DuplicateKeyError as error:
            raise CityAlreadyRegistered(
                f"{city.name} ({city.country}) is in the registry already: use that entry.", path=("name",)
            ) from error

    def named(self, ids: Sequence[str]) -> list[City]:
        """The cities of `ids`, in that order. Raises UnknownCity naming the first that is not in the registry."""
        found = self.get_many(ids)
        for index, city_id in enumerate(ids):
            if city_id not in found:
                raise UnknownCity(f"No city has the id {city_id!r}: register the city first.", path=("cities", index))
        return [found[city_id] for city_id in ids]

    def matching(self, chosen: CityFilter, request: PageRequest) -> Page[City]:
        """By name."""
        return self.page(_query(chosen), order=BY_NAME, request=request)


def _query(chosen: CityFilter) -> dict[str, Any]:
    return values.given(country=chosen.country, legal_type=chosen.legal_type) | matching(chosen.search)
