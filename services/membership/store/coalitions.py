"""The coalitions of the network."""

from collections.abc import Iterable
from typing import Final

from pymongo.errors import DuplicateKeyError

from services.chassis.persistence.pagination import Order, Page

from ..domain.coalition import Coalition
from ..domain.errors import CoalitionAlreadyRegistered, UnknownCoalition
from ..domain.questions import PageArguments
from . import coalition_documents as documents
from .network import NetworkRepository
from .paging import page

BY_KEY: Final = Order("key", "key")


class Coalitions(NetworkRepository):
    collection = "coalitions"

    def add(self, coalition: Coalition) -> None:
        """Raises CoalitionAlreadyRegistered."""
        try:
            self._insert(documents.to_document(coalition))
        except DuplicateKeyError as error:
            raise CoalitionAlreadyRegistered(
                f"A coalition with the key {coalition.key!r} is registered already.", path=("key",)
            ) from error

    def get(self, key: str) -> Coalition:
        """Raises UnknownCoalition."""
        found = self.get_many([key]).get(key)
        if found is None:
            raise UnknownCoalition(f"No coalition has the key {key!r}.", path=("coalition",))
        return found

    def get_many(self, keys: Iterable[str]) -> dict[str, Coalition]:
        """Those that exist, by key."""
        found = map(documents.from_document, self._find_many(keys))
        return {coalition.key: coalition for coalition in found}

    def page(self, arguments: PageArguments) -> Page[Coalition]:
        return page(self._find, self._count, {}, order=BY_KEY, arguments=arguments).map(documents.from_document)
