"""The coalitions of the network."""

from typing import Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository

from ..domain.coalition import Coalition
from ..domain.errors import CoalitionAlreadyRegistered, UnknownCoalition
from . import coalition_documents as documents

BY_KEY: Final = Order("key", "key")


class Coalitions(NetworkRepository, Aggregates[Coalition]):
    collection = "coalitions"

    def from_document(self, document: Document) -> Coalition:
        return documents.from_document(document)

    def add(self, coalition: Coalition) -> None:
        """Raises CoalitionAlreadyRegistered."""
        try:
            self._documents.insert(documents.to_document(coalition))
        except DuplicateKeyError as error:
            raise CoalitionAlreadyRegistered(
                f"A coalition with the key {coalition.key!r} is registered already.", path=("key",)
            ) from error

    def get(self, key: str) -> Coalition:
        """Raises UnknownCoalition."""
        found = self.find(key)
        if found is None:
            raise UnknownCoalition(f"No coalition has the key {key!r}.", path=("coalition",))
        return found

    def by_key(self, request: PageRequest) -> Page[Coalition]:
        return self.page({}, order=BY_KEY, request=request)
