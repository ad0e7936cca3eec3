"""Retention rules as documents, and the copy that a service keeps of those of its coalitions."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from services.chassis.persistence import values
from services.chassis.persistence.indexes import IndexesByCollection, tenant_index
from services.chassis.persistence.tenancy import TenantRepository
from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from .retention import AdoptedRetentionRules, Category, RetentionRule, RetentionRules, rules_in_force

COLLECTION: Final = "retention_rules"
INDEXES: Final[IndexesByCollection] = {COLLECTION: (tenant_index("valid_from", name="valid_from"),)}


class ProjectedRetentionRules(TenantRepository):
    collection = COLLECTION

    def in_force(self, on: date) -> RetentionRules:
        return rules_in_force(map(from_document, self._documents.find({})), on)

    def project(self, adopted: AdoptedRetentionRules, *, sequence: int) -> bool:
        """False: something newer is known."""
        return self._documents.project({**to_document(adopted), "sequence": sequence})


def project_retention_rules(work: Work, received: Received[AdoptedRetentionRules]) -> None:
    adopted = received.data
    # Those of the whole network are about what only the membership service has.
    if adopted.coalition:
        rules = ProjectedRetentionRules(work, coalition=adopted.coalition)
        rules.project(adopted, sequence=received.envelope.sequence)


def to_document(adopted: AdoptedRetentionRules) -> dict[str, Any]:
    """Without its version and source, which only its owner keeps."""
    rules = adopted.rules
    return {
        "_id": adopted.id,
        "valid_from": values.text_of(rules.valid_from),
        "rules": [{"category": rule.category.value, "keep_days": rule.keep_days} for rule in rules.rules],
        "is_sample": rules.is_sample,
    }


def from_document(document: Mapping[str, Any]) -> RetentionRules:
    return RetentionRules(
        valid_from=values.day(document["valid_from"]),
        rules=tuple(
            RetentionRule(category=Category(each["category"]), keep_days=each["keep_days"])
            for each in document["rules"]
        ),
        is_sample=document["is_sample"],
        source=document.get("source"),
    )
