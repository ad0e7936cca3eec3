"""Adopted rules as documents: written once, never changed."""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.chassis.persistence import values
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.errors import RulesAlreadyAdopted
from ..domain.kinds import ConferenceKind
from ..domain.rules import AdoptedRules, ConferenceRules


class AdoptedRulesOfCoalition(TenantRepository):
    collection = "conference_rules"

    def all(self) -> list[AdoptedRules]:
        """From the oldest to the newest."""
        return [_from_document(document) for document in self._documents.find({}).sort("valid_from")]

    def store(self, adopted: AdoptedRules) -> None:
        """Raises RulesAlreadyAdopted: the coalition has rules valid from the same day."""
        try:
            self._documents.store(_to_document(adopted))
        except DuplicateKeyError as error:
            raise RulesAlreadyAdopted from error


def _to_document(adopted: AdoptedRules) -> dict[str, Any]:
    rules = adopted.rules
    return {
        "_id": adopted.id,
        "version": adopted.version,
        "valid_from": values.text_of(rules.valid_from),
        "statutory_kinds": [kind.value for kind in rules.statutory_kinds],
        "source": rules.source,
    }


def _from_document(document: Mapping[str, Any]) -> AdoptedRules:
    rules = ConferenceRules(
        valid_from=values.day(document["valid_from"]),
        statutory_kinds=tuple(ConferenceKind(kind) for kind in document["statutory_kinds"]),
        is_default=False,
        source=document["source"],
    )
    return AdoptedRules(id=document["_id"], coalition=document["coalition"], version=document["version"], rules=rules)
