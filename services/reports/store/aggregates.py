"""What the repositories of this service share."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence.pagination import Order, Page, PageRequest, after_cursor, page_of
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.plans import Commitment

Document = dict[str, Any]


class Aggregate(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


A = TypeVar("A", bound=Aggregate)


class Aggregates(TenantRepository, ABC, Generic[A]):
    """The aggregates of one kind of one coalition."""

    @abstractmethod
    def to_document(self, aggregate: A) -> Document:
        """The document that holds `aggregate`, without its coalition."""

    @abstractmethod
    def from_document(self, document: Document) -> A:
        """What `to_document` was given."""

    @property
    def coalition(self) -> str:
        return self._documents.coalition

    def one(self, id: str) -> A | None:
        document = self._documents.find_one({"_id": id})
        return None if document is None else self.from_document(document)

    def many(self, ids: Sequence[str]) -> list[A]:
        """Those of `ids` that exist, in no order."""
        return [self.from_document(document) for document in self._documents.find_many(ids)]

    def store(self, aggregate: A) -> None:
        """Store a new version: the first is inserted, a later one replaces the one before it.

        Raises VersionConflict when somebody else stored that version already.
        """
        document = self.to_document(aggregate)
        if aggregate.version == 1:
            self._documents.insert(document)
        else:
            self._documents.replace(document)

    def page(self, query: Mapping[str, Any], *, order: Order, request: PageRequest) -> Page[A]:
        """A page of those that match `query`, with their number when the request asks for it."""
        behind = {**query, **after_cursor(order, request)}
        rows = self._documents.find(behind, sort=order.sort, limit=request.first + 1)
        total = self._documents.count(query) if request.count else None
        return page_of(rows, order=order, request=request, total=total).map(self.from_document)


def given(**conditions: Any) -> Document:
    """A query of those conditions that are not None."""
    return {name: value for name, value in conditions.items() if value is not None}


def commitments_to_documents(commitments: Sequence[Commitment]) -> list[Document]:
    return [{"number": each.number, "title": each.title.as_dict()} for each in commitments]


def commitments_from_documents(documents: Sequence[Document]) -> tuple[Commitment, ...]:
    return tuple(Commitment(each["number"], LocalizedText.from_dict(each["title"])) for each in documents)
