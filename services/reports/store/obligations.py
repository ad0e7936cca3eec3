"""Obligations to report. A unique index allows one open obligation per member (`store.indexes`)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.chassis.persistence.pagination import Order, Page, PageRequest

from ..domain.dates import Precision
from ..domain.obligations import Due, Obligation
from ..domain.statuses import ObligationStatus
from .aggregates import Aggregates, Document, given
from .rules import rule_from_document, rule_to_document

BY_DUE_DATE: Final = Order("due_on", "due_key")
_NO_DATE: Final = "9999-12-31"
"""Sorts an unknown date behind all known ones: a sort key is never null."""


class Obligations(Aggregates[Obligation]):
    collection = "obligations"

    def open_of(self, member_id: str) -> Obligation | None:
        document = self._documents.find_one({"member_id": member_id, "status": ObligationStatus.OPEN})
        return None if document is None else self.from_document(document)

    def of_members(self, member_ids: Sequence[str]) -> list[Obligation]:
        """All that these members have owed so far, oldest first (ids grow with time)."""
        query = {"member_id": {"$in": list(member_ids)}}
        return [self.from_document(document) for document in self._documents.find(query, sort=[("_id", 1)])]

    def matching(
        self, *, due_before: date | None, status: ObligationStatus | None, request: PageRequest
    ) -> Page[Obligation]:
        """By due date, those without one last."""
        before: dict[str, Any] | None = None if due_before is None else {"$lt": due_before.isoformat()}
        return self.page(given(due_key=before, status=status), order=BY_DUE_DATE, request=request)

    def to_document(self, obligation: Obligation) -> Document:
        due = obligation.due
        return {
            "_id": obligation.id,
            "version": obligation.version,
            "member_id": obligation.member_id,
            "member_sequence": obligation.member_sequence,
            "counted_from": _text(due.counted_from),
            "months": due.months,
            "precision": due.precision,
            "due_key": _text(due.on) or _NO_DATE,
            "rule": rule_to_document(obligation.rule),
            "status": obligation.status,
            "report_id": obligation.report_id,
            "opened_on": obligation.opened_on.isoformat(),
        }

    def from_document(self, document: Document) -> Obligation:
        counted_from = document["counted_from"]
        return Obligation(
            id=document["_id"],
            coalition=document["coalition"],
            version=document["version"],
            member_id=document["member_id"],
            member_sequence=document["member_sequence"],
            due=Due(
                counted_from=None if counted_from is None else date.fromisoformat(counted_from),
                months=document["months"],
                precision=Precision(document["precision"]),
            ),
            rule=rule_from_document(document["rule"]),
            status=ObligationStatus(document["status"]),
            report_id=document["report_id"],
            opened_on=date.fromisoformat(document["opened_on"]),
        )


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
