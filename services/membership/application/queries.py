"""The queries. All of them answer from public facts; batches answer in the order of the request."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from services.chassis.persistence.pagination import Page
from services.chassis.persistence.unit_of_work import Work

from ..domain.city import City
from ..domain.coalition import Coalition
from ..domain.membership import Membership
from ..domain.plan import Plan
from ..domain.questions import (
    GetByIds,
    GetByKeys,
    GetByReferences,
    ListCities,
    ListCoalitions,
    ListMembers,
    OfCoalitions,
)
from ..store.across_coalitions import Counts, MembershipsOfAllCoalitions
from ..store.cities import Cities
from ..store.coalitions import Coalitions
from ..store.memberships import Memberships
from ..store.plans import Plans

T = TypeVar("T")


def get_coalitions(work: Work, question: GetByKeys) -> list[Coalition | None]:
    found = Coalitions(work).get_many(question.keys)
    return [found.get(key) for key in question.keys]


def list_coalitions(work: Work, question: ListCoalitions) -> Page[Coalition]:
    return Coalitions(work).page(question.page)


def member_counts(work: Work, question: OfCoalitions) -> list[Counts]:
    counts = MembershipsOfAllCoalitions(work).counts(question.coalitions)
    return [counts[coalition] for coalition in question.coalitions]


def get_plans(work: Work, question: GetByReferences) -> list[Plan | None]:
    return _by_reference(question, lambda coalition, ids: Plans(work, coalition=coalition).get_many(ids))


def list_plans(work: Work, question: OfCoalitions) -> list[list[Plan]]:
    """Each coalition's plans, oldest first."""
    return [Plans(work, coalition=coalition).all() for coalition in question.coalitions]


def get_cities(work: Work, question: GetByIds) -> list[City | None]:
    found = Cities(work).get_many(question.ids)
    return [found.get(city_id) for city_id in question.ids]


def list_cities(work: Work, question: ListCities) -> Page[City]:
    return Cities(work).page(question.filter, question.page)


def get_members(work: Work, question: GetByReferences) -> list[Membership | None]:
    return _by_reference(question, lambda coalition, ids: Memberships(work, coalition=coalition).get_many(ids))


def list_members(work: Work, question: ListMembers) -> list[Page[Membership]]:
    """A page per coalition. Raises InvalidInput."""
    return [
        Memberships(work, coalition=coalition).page(
            question.filter,
            order_by=question.order_by,
            descending=question.descending,
            arguments=question.page,
        )
        for coalition in question.coalitions
    ]


def list_memberships_of_city(work: Work, question: GetByIds) -> list[list[Membership]]:
    found = MembershipsOfAllCoalitions(work).of_cities(question.ids)
    return [found[city_id] for city_id in question.ids]


def _by_reference(question: GetByReferences, find: Callable[[str, list[str]], Mapping[str, T]]) -> list[T | None]:
    """One look-up per coalition, through its own repository."""
    asked: dict[str, list[str]] = {}
    for reference in question.refs:
        asked.setdefault(reference.coalition, []).append(reference.id)
    found = {coalition: find(coalition, ids) for coalition, ids in asked.items()}
    return [found[reference.coalition].get(reference.id) for reference in question.refs]
