"""Collections that hold things of coalitions and things of the whole network side by side: a repository is made for
one coalition, or for the network, and sees nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence.children import PagesOfParents
from services.chassis.persistence.collection import Document, NetworkCollection, Query
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, Identified
from services.chassis.persistence.tenancy import TENANT, TenantCollection
from services.chassis.persistence.unit_of_work import Work
from services.rights.roles import ScopeKind

from .memberships import Memberships

T = TypeVar("T", bound=Identified)


class OfNoCoalition(NetworkCollection):
    """Those documents of a collection that belong to no coalition."""

    def _scoped(self, query: Query) -> Document:
        if query.get(TENANT) is not None:
            raise ValueError("this collection is scoped to what belongs to no coalition")
        return {TENANT: None, **query}

    def _owned(self, document: Mapping[str, Any]) -> Document:
        return {**document, TENANT: None}


class ScopedRepository(Aggregates[T]):
    """Base of repositories of what belongs to one coalition, or with None to the whole network."""

    collection: str

    def __init__(self, work: Work, *, coalition: str | None) -> None:
        self._work = work
        self._coalition = coalition
        self._documents: NetworkCollection = (
            TenantCollection(work, self.collection, coalition=coalition)
            if coalition
            else OfNoCoalition(work, self.collection)
        )


class ScopesRepository(ScopedRepository[T]):
    """Base of repositories of what is about a scope, as `terms.scope_document` tells it."""

    order: Order

    def matching(self, query: dict[str, Any], request: PageRequest) -> Page[T]:
        """In the repository's order. Raises InvalidInput (the cursor)."""
        return self.page(query, order=self.order, request=request)

    def of_members(self, ids: Sequence[str], query: dict[str, Any], request: PageRequest) -> dict[str, Page[T]]:
        """A page per member, all in one question; ids of no member are left out. Raises InvalidInput (the cursor)."""
        if not self._coalition:
            raise ValueError("members belong to a coalition")
        parents = PagesOfParents(
            self._work,
            coalition=self._coalition,
            parents=Memberships.collection,
            children=self.collection,
            foreign_key="scope_id",
            order=self.order,
            query={**query, "kind": ScopeKind.MEMBER.value},
        )
        return {identity: page.map(self.from_document) for identity, page in parents.pages(ids, request).items()}
