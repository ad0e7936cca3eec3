"""The memberships of one coalition."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.errors import NotFound
from services.chassis.persistence.pagination import Order, Page, after_cursor, page_of
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.city import City
from ..domain.errors import MembershipAlreadyExists
from ..domain.membership import Membership
from ..domain.questions import MemberFilter, MemberOrder, Near, PageArguments
from . import membership_documents as documents
from .paging import page, page_request
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


class Memberships(TenantRepository):
    collection = "memberships"

    def add(self, membership: Membership, cities: Sequence[City]) -> None:
        """Raises MembershipAlreadyExists when one of its cities got a living membership in the meantime."""
        try:
            self._documents.insert(documents.to_document(membership, cities))
        except DuplicateKeyError as error:
            raise MembershipAlreadyExists(
                f"Another membership of {membership.label} was opened at the same moment: continue that one.",
                path=("cities",),
            ) from error

    def replace(self, membership: Membership, cities: Sequence[City]) -> None:
        """Store the next version. Raises VersionConflict when somebody else changed it in the meantime."""
        self._documents.replace(documents.to_document(membership, cities))

    def get(self, member_id: str) -> Membership:
        """Raises NotFound."""
        found = self.get_many([member_id]).get(member_id)
        if found is None:
            raise NotFound("This coalition has no member of that id.", path=("member_id",))
        return found

    def get_many(self, ids: Sequence[str]) -> dict[str, Membership]:
        """Those that this coalition has, by id."""
        found = map(documents.from_document, self._documents.find_many(ids))
        return {membership.id: membership for membership in found}

    def of_cities(self, city_ids: Sequence[str]) -> list[Membership]:
        """Every membership of any of the cities, living or not, oldest first."""
        found = self._documents.find({"city_ids": {"$in": list(city_ids)}}).sort("_id")
        return [documents.from_document(document) for document in found]

    def page(
        self, chosen: MemberFilter, *, order_by: MemberOrder, descending: bool, arguments: PageArguments
    ) -> Page[Membership]:
        """`order_by` "distance" needs `chosen.near`. Raises InvalidInput when the cursor is not one of this list's."""
        order = _order(order_by, descending=descending)
        if order_by == "distance" and chosen.near is not None:
            rows = self._nearest(chosen, chosen.near, order=order, arguments=arguments)
        else:
            rows = page(self._documents.find, self._documents.count, _query(chosen), order=order, arguments=arguments)
        return rows.map(documents.from_document)

    def _nearest(
        self, chosen: MemberFilter, near: Near, *, order: Order, arguments: PageArguments
    ) -> Page[dict[str, Any]]:
        request = page_request(arguments)
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
        return page_of(rows, order=order, request=request, total=total)


def _order(order_by: MemberOrder, *, descending: bool) -> Order:
    # The direction is part of the name: a cursor of one direction is none of the other.
    name = f"{order_by}_descending" if descending else order_by
    return Order(name, _SORT_FIELDS[order_by][descending], descending)


def _query(chosen: MemberFilter, *, with_position: bool = True) -> dict[str, Any]:
    query = matching(chosen.search)
    if chosen.country is not None:
        query["countries"] = chosen.country
    if chosen.legal_type is not None:
        query["legal_types"] = chosen.legal_type.value
    if chosen.standings is not None:
        query["standing"] = {"$in": [standing.value for standing in chosen.standings]}
    if chosen.near is not None and with_position:
        query[_POSITION] = _within(chosen.near)
    return query


def _within(near: Near) -> dict[str, Any]:
    circle = [[near.longitude, near.latitude], near.within_km / _EARTH_RADIUS_KM]
    return {"$geoWithin": {"$centerSphere": circle}}
