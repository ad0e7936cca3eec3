"""What repositories of aggregates share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, Generic, Protocol, TypeVar

from ..kernel.paging import Page, PageRequest
from .collection import Document, NetworkCollection, Query
from .pagination import Order
from .unit_of_work import Work


class Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Identified)


class Aggregates(ABC, Generic[T]):
    """Reads aggregates from a repository's documents: mixed into a `TenantRepository` or a `NetworkRepository`."""

    _documents: Any
    """The repository's own `NetworkCollection`, of whatever kind."""

    @abstractmethod
    def from_document(self, document: Document) -> T:
        """The aggregate that `document` holds."""

    def find(self, id: str) -> T | None:
        document = self._documents.find_one({"_id": id})
        return None if document is None else self.from_document(document)

    def get_many(self, ids: Iterable[str]) -> dict[str, T]:
        """Those that exist, by id."""
        return {document["_id"]: self.from_document(document) for document in self._documents.find_many(ids)}

    def page(self, query: Query, *, order: Order, request: PageRequest, hint: str | None = None) -> Page[T]:
        """Raises InvalidInput when the cursor is not one of this list's."""
        rows: Page[Document] = self._documents.page(query, order=order, request=request, hint=hint)
        return rows.map(self.from_document)


class NetworkRepository:
    """Base of repositories whose documents belong to the whole network, to no coalition."""

    collection: str

    def __init__(self, work: Work) -> None:
        self._documents = NetworkCollection(work, self.collection)
