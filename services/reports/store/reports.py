"""Reports and their answers."""

from typing import Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.errors import ReportAlreadyStarted
from ..domain.reports import Answer, Report
from ..domain.requests import ListReports
from ..domain.statuses import AnswerStatus
from . import commitments

NEWEST_FIRST: Final = Order("started", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of starting."""


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

    def matching(self, request: ListReports) -> Page[Report]:
        """Newest first."""
        query = values.given(cycle_id=request.cycle_id, member_id=request.member_id, status=request.status)
        return self.page(query, order=NEWEST_FIRST, request=request.page)


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
