"""The retention rules that coalitions have adopted, and those of the network, as documents: written once."""

from datetime import date

from pymongo.errors import DuplicateKeyError

from services.chassis.persistence.collection import Document
from services.personal import retention_store
from services.personal.retention import AdoptedRetentionRules, RetentionRules, rules_in_force

from ..domain.errors import RulesAlreadyAdopted
from .scoped import ScopedRepository


class AdoptedRules(ScopedRepository[AdoptedRetentionRules]):
    collection = retention_store.COLLECTION

    def from_document(self, document: Document) -> AdoptedRetentionRules:
        return adopted_from_document(document)

    def add(self, adopted: AdoptedRetentionRules) -> None:
        """Raises RulesAlreadyAdopted."""
        own = {"version": adopted.version, "source": adopted.rules.source}
        try:
            self._documents.insert(retention_store.to_document(adopted) | own)
        except DuplicateKeyError as error:
            raise RulesAlreadyAdopted(
                "There are rules that are valid from the same day already. Adopted rules stay as they are: choose "
                "another day.",
                path=("valid_from",),
            ) from error

    def all(self) -> list[RetentionRules]:
        return [retention_store.from_document(document) for document in self._documents.find({})]

    def in_force(self, on: date) -> RetentionRules:
        return rules_in_force(self.all(), on)


def adopted_from_document(document: Document) -> AdoptedRetentionRules:
    return AdoptedRetentionRules(
        id=document["_id"],
        coalition=document["coalition"] or "",
        version=document["version"],
        rules=retention_store.from_document(document),
    )
