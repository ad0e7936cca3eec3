"""Collections that hold things of coalitions and things of the whole network side by side: a repository is made for
one coalition, or for the network, and sees nothing else."""

from collections.abc import Mapping
from typing import Any, TypeVar

from services.chassis.persistence.collection import Document, NetworkCollection, Query
from services.chassis.persistence.repository import Aggregates, Identified
from services.chassis.persistence.tenancy import TENANT, TenantCollection
from services.chassis.persistence.unit_of_work import Work

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
        self._documents: NetworkCollection = (
            TenantCollection(work, self.collection, coalition=coalition)
            if coalition
            else OfNoCoalition(work, self.collection)
        )
