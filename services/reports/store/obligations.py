"""Obligations to report. A unique index allows one open obligation per member (`store.indexes`)."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.chassis.kernel.paging import Page
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.dates import Precision
from ..domain.obligations import Due, Obligation
from ..domain.requests import ListObligations
from ..domain.statuses import ObligationStatus
from . import rules

BY_DUE_DATE: Final = Order("due_on", "due_key")
_NO_DATE: Final = "9999-12-31"
"""Sorts an unknown date behind all known ones: a sort key is never null."""


class Obligations(TenantRepository, Aggregates[Obligation]):
    collection = "obligations"

    def from_document(self, document: Document) -> Obligation:
        return _from_document(document)

    def store(self, obligation: Obligation) -> None:
        """Raises VersionConflict when somebody else changed it since it was read."""
        self._documents.store(_to_document(obligation))

    def open_of(self, member_id: str) -> Obligation | None:
        document = self._documents.find_one({"member_id": member_id, "status": ObligationStatus.OPEN})
        return None if document is None else self.from_document(document)

    def by_member(self, member_ids: Sequence[str]) -> dict[str, list[Obligation]]:
        """All that each of these members has owed so far, oldest first (ids grow with time)."""
        owed: dict[str, list[Obligation]] = {member_id: [] for member_id in member_ids}
        for document in self._documents.find({"member_id": {"$in": list(owed)}}, sort=[("_id", 1)]):
            owed[document["member_id"]].append(self.from_document(document))
        return owed

    def matching(self, request: ListObligations) -> Page[Obligation]:
        """By due date, those without one last."""
        before = None if request.due_before is None else {"$lt": request.due_before.isoformat()}
        return self.page(values.given(due_key=before, status=request.status), order=BY_DUE_DATE, request=request.page)


def _to_document(obligation: Obligation) -> Document:
    due = obligation.due
    return {
        "_id": obligation.id,
        "version": obligation.version,
        "member_id": obligation.member_id,
        "member_sequence": obligation.member_sequence,
        "counted_from": values.text_of(due.counted_from),
        "months": due.months,
        "precision": due.precision,
        "due_key": values.text_of(due.on) or _NO_DATE,
        "rule": rules.to_document(obligation.rule),
        "status": obligation.status,
        "report_id": obligation.report_id,
        "opened_on": values.text_of(obligation.opened_on),
    }


def _from_document(document: Document) -> Obligation:
    return Obligation(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        member_id=document["member_id"],
        member_sequence=document["member_sequence"],
        due=Due(
            counted_from=values.day(document["counted_from"]),
            months=document["months"],
            precision=Precision(document["precision"]),
        ),
        rule=rules.from_document(document["rule"]),
        status=ObligationStatus(document["status"]),
        report_id=document["report_id"],
        opened_on=date.fromisoformat(document["opened_on"]),
    )
