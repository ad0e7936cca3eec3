"""The registry of cities: one identity for each, shared by all coalitions."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.persistence.pagination import Order, Page

from ..domain.city import City
from ..domain.errors import CityAlreadyRegistered, UnknownCity
from ..domain.questions import CityFilter, PageArguments
from . import city_documents as documents
from .network import NetworkRepository
from .paging import page
from .search import matching

BY_NAME: Final = Order("name", "folded_name")


class Cities(NetworkRepository):
    collection = "cities"

    def add(self, city: City) -> None:
        """Raises CityAlreadyRegistered for the same GeoNames id, or the same name, country and legal type."""
        try:
            self._insert(documents.to_document(city))
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

    def get_many(self, ids: Iterable[str]) -> dict[str, City]:
        """Those that exist, by id."""
        found = map(documents.from_document, self._find_many(ids))
        return {city.id: city for city in found}

    def page(self, chosen: CityFilter, arguments: PageArguments) -> Page[City]:
        query = _query(chosen)
        return page(self._find, self._count, query, order=BY_NAME, arguments=arguments).map(documents.from_document)


def _query(chosen: CityFilter) -> dict[str, Any]:
    equal = {"country": chosen.country, "legal_type": chosen.legal_type and chosen.legal_type.value}
    return {name: value for name, value in equal.items() if value is not None} | matching(chosen.search)
