"""What can be asked. All of it is public; batches answer in the order of the request."""

from services.chassis.kernel.paging import Page
from services.chassis.kernel.requests import GetByRefs, OfCoalitions
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work

from ..domain.city import City
from ..domain.coalition import Coalition
from ..domain.membership import Membership
from ..domain.plan import Plan
from ..domain.requests import GetByIds, GetByKeys, ListCities, ListCoalitions, ListMembers
from ..store.across_coalitions import Counts, MembershipsOfAllCoalitions
from ..store.cities import Cities
from ..store.coalitions import Coalitions
from ..store.memberships import Memberships
from ..store.plans import Plans


def get_coalitions(work: Work, request: GetByKeys) -> list[Coalition | None]:
    found = Coalitions(work).get_many(request.keys)
    return [found.get(key) for key in request.keys]


def list_coalitions(work: Work, request: ListCoalitions) -> Page[Coalition]:
    """By key. Raises InvalidInput (the cursor)."""
    return Coalitions(work).by_key(request.page)


def member_counts(work: Work, request: OfCoalitions) -> list[Counts]:
    counts = MembershipsOfAllCoalitions(work).counts(request.coalitions)
    return [counts[coalition] for coalition in request.coalitions]


def get_plans(work: Work, request: GetByRefs) -> list[Plan | None]:
    return by_refs(request.refs, lambda coalition, ids: Plans(work, coalition=coalition).get_many(ids))


def list_plans(work: Work, request: OfCoalitions) -> list[list[Plan]]:
    """Each coalition's plans, oldest first."""
    return [Plans(work, coalition=coalition).all() for coalition in request.coalitions]


def get_cities(work: Work, request: GetByIds) -> list[City | None]:
    found = Cities(work).get_many(request.ids)
    return [found.get(city_id) for city_id in request.ids]


def list_cities(work: Work, request: ListCities) -> Page[City]:
    """By name. Raises InvalidInput (the cursor)."""
    return Cities(work).matching(request.filter, request.page)


def get_members(work: Work, request: GetByRefs) -> list[Membership | None]:
    return by_refs(request.refs, lambda coalition, ids: Memberships(work, coalition=coalition).get_many(ids))


def list_members(work: Work, request: ListMembers) -> list[Page[Membership]]:
    """A page per coalition. Raises InvalidInput (the cursor)."""
    return [Memberships(work, coalition=coalition).matching(request) for coalition in request.coalitions]


def list_memberships_of_city(work: Work, request: GetByIds) -> list[list[Membership]]:
    found = MembershipsOfAllCoalitions(work).of_cities(request.ids)
    return [found[city_id] for city_id in request.ids]
