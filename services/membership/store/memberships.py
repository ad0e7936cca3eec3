"""The memberships of one coalition."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.errors import NotFound
from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order, after_cursor, page_of
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.city import City
from ..domain.errors import MembershipAlreadyExists
from ..domain.membership import Membership
from ..domain.requests import ListMembers, MemberFilter, MemberOrder, Near
from . import membership_documents as documents
from .search import matching

_POSITION: Final = "places.position"

_EARTH_RADIUS_KM: Final = 6378.1
"""Of MongoDB's own sphere, so that filter and order agree on what is near."""

_SORT_FIELDS: Final[dict[MemberOrder, tuple[str, str]]] = {
    "name": ("sort.name", "sort.name"),
    "country": ("sort.country", "sort.country"),
    "admitted_on": ("sort.admitted_ascending", "sort.admitted_descending"),
    "population": ("sort.population_ascending", "sort.population_descending"),
    "distance": ("distance", "distance"),
}


class Memberships(TenantRepository, Aggregates[Membership]):
    collection = "memberships"

    def from_document(self, document: Document) -> Membership:
        return documents.from_document(document)

    def store(self, membership: Membership, cities: Sequence[City]) -> None:
        """Store a new version; `cities` are the registry's entries of its cities.

        Raises MembershipAlreadyExists when one of them got a living membership in the meantime, VersionConflict when
        somebody else changed this one.
        """
        try:
            self._documents.store(documents.to_document(membership, cities))
        except DuplicateKeyError as error:
            raise MembershipAlreadyExists(
                f"Another membership of {membership.label} was opened at the same moment: continue that one.",
                path=("cities",),
            ) from error

    def get(self, member_id: str) -> Membership:
        """Raises NotFound."""
        found = self.find(member_id)
        if found is None:
            raise NotFound("This coalition has no member of that id.", path=("member_id",))
        return found

    def of_cities(self, city_ids: Sequence[str]) -> list[Membership]:
        """Every membership of any of the cities, living or not, oldest first."""
        found = self._documents.find({"city_ids": {"$in": list(city_ids)}}).sort("_id")
        return [self.from_document(document) for document in found]

    def matching(self, request: ListMembers) -> Page[Membership]:
        """Those of this coalition. Raises InvalidInput when the cursor is not one of this list's."""
        chosen, order = request.filter, _order(request)
        if request.order_by == "distance" and chosen.near is not None:
            return self._nearest(chosen, chosen.near, order=order, request=request.page)
        return self.page(_query(chosen), order=order, request=request.page)

    def _nearest(self, chosen: MemberFilter, near: Near, *, order: Order, request: PageRequest) -> Page[Membership]:
        rows = self._documents.nearest(
            _query(chosen, with_position=False),
            {
                "near": {"type": "Point", "coordinates": [near.longitude, near.latitude]},
                "key": _POSITION,
                "distanceField": order.field,
                "maxDistance": near.within_km * 1000,
                "spherical": True,
            },
            [
                {"$match": after_cursor(order, request)},
                {"$sort": dict(order.sort)},
                {"$limit": request.first + 1},
            ],
        )
        total = self._documents.count(_query(chosen)) if request.count else None
        return page_of(rows, order=order, request=request, total=total).map(self.from_document)


def _order(request: ListMembers) -> Order:
    # The direction is part of the name: a cursor of one direction is none of the other.
    name = f"{request.order_by}_descending" if request.descending else request.order_by
    return Order(name, _SORT_FIELDS[request.order_by][request.descending], request.descending)


def _query(chosen: MemberFilter, *, with_position: bool = True) -> dict[str, Any]:
    query = values.given(
        countries=chosen.country,
        legal_types=chosen.legal_type,
        standing=None if chosen.standings is None else {"$in": list(chosen.standings)},
    )
    if chosen.near is not None and with_position:
        query[_POSITION] = _within(chosen.near)
    return query | matching(chosen.search)


def _within(near: Near) -> dict[str, Any]:
    circle = [[near.longitude, near.latitude], near.within_km / _EARTH_RADIUS_KM]
    return {"$geoWithin": {"$centerSphere": circle}}
