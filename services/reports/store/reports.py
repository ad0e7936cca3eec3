"""Reports and their answers."""

from collections.abc import Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person

from ..domain.errors import ReportAlreadyStarted
from ..domain.reports import Answer, Report
from ..domain.requests import ListReports
from ..domain.statuses import AnswerStatus, ReportStatus
from . import commitments

NEWEST_FIRST: Final = Order("started", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of starting."""

_NAMING: Final = {"responsible": {"$type": "string"}}
"""Of drafts that say who works on them."""


class Reports(TenantRepository, Aggregates[Report]):
    collection = "reports"

    def from_document(self, document: Document) -> Report:
        return _from_document(document)

    def store(self, report: Report) -> None:
        """Raises ReportAlreadyStarted when the member has another report in the cycle, VersionConflict when somebody
        else changed this one since it was read."""
        try:
            self._documents.store(_to_document(report))
        except DuplicateKeyError as error:
            raise ReportAlreadyStarted from error

    def drafts_of(self, member_id: str, responsible: str) -> list[Report]:
        """The member's drafts on which this person works."""
        query = {"member_id": member_id, "status": ReportStatus.DRAFT, "responsible": responsible}
        return [self.from_document(each) for each in self._documents.find(query)]

    def cycles_with_names(self) -> list[str]:
        """Ids of the cycles in which somebody in person works on a draft."""
        stages: list[dict[str, Any]] = [{"$match": _NAMING}, {"$group": {"_id": "$cycle_id"}}]
        return [row["_id"] for row in self._documents.aggregate(stages)]

    def with_names(self, cycle_ids: Sequence[str], *, limit: int) -> list[Report]:
        """Up to `limit` drafts of these cycles on which somebody in person works."""
        found = self._documents.find({"cycle_id": {"$in": list(cycle_ids)}, **_NAMING}).limit(limit)
        return [self.from_document(document) for document in found]

    def count_with_names(self, cycle_ids: Sequence[str]) -> int:
        return self._documents.count({"cycle_id": {"$in": list(cycle_ids)}, **_NAMING})

    def matching(self, request: ListReports) -> Page[Report]:
        """Newest first."""
        query = values.given(cycle_id=request.cycle_id, member_id=request.member_id, status=request.status)
        return self.page(query, order=NEWEST_FIRST, request=request.page)


class ReportsOfAllCoalitions(NetworkRepository):
    """Asked across coalitions for one purpose: to tell a person what is held of them, or to erase it."""

    collection = Reports.collection

    def of_person(self, subject: DataSubject) -> list[Report]:
        """Drafts on which the person works."""
        query = of_person(subject, person="responsible", pseudonym=None)
        found = [_from_document(document) for document in self._documents.find(query).sort("_id")]
        return [report for report in found if subject.has_part_in(report.coalition)]


def _to_document(report: Report) -> Document:
    return {
        "_id": report.id,
        "version": report.version,
        "member_id": report.member_id,
        "cycle_id": report.cycle_id,
        "plan_id": report.plan_id,
        "plan_version": report.plan_version,
        "status": report.status,
        "commitments": commitments.to_documents(report.commitments),
        "answers": [_answer_to_document(answer) for answer in report.answers],
        "responsible": report.responsible,
        "started_at": report.started_at,
        "submitted_at": report.submitted_at,
    }


def _from_document(document: Document) -> Report:
    return Report(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        member_id=document["member_id"],
        cycle_id=document["cycle_id"],
        plan_id=document["plan_id"],
        plan_version=document["plan_version"],
        commitments=commitments.from_documents(document["commitments"]),
        answers=tuple(_answer_from_document(answer) for answer in document["answers"]),
        # Absent in what was stored before people could sign in.
        responsible=document.get("responsible"),
        started_at=document["started_at"],
        submitted_at=document["submitted_at"],
    )


def _answer_to_document(answer: Answer) -> Document:
    return {
        "commitment": answer.commitment,
        "status": answer.status,
        "text": values.localized_document(answer.text),
        "updated_at": answer.updated_at,
    }


def _answer_from_document(document: Document) -> Answer:
    return Answer(
        commitment=document["commitment"],
        status=AnswerStatus(document["status"]),
        text=values.localized(document["text"]),
        updated_at=document["updated_at"],
    )
