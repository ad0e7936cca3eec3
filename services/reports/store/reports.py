"""Reports and their answers."""

from typing import Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence.pagination import Order, Page, PageRequest

from ..domain.errors import ReportAlreadyStarted
from ..domain.reports import Answer, Report
from ..domain.statuses import AnswerStatus, ReportStatus
from .aggregates import Aggregates, Document, commitments_from_documents, commitments_to_documents, given

NEWEST_FIRST: Final = Order("started", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of starting."""


class Reports(Aggregates[Report]):
    collection = "reports"

    def store(self, report: Report) -> None:
        """Raises ReportAlreadyStarted when the member has another report in the cycle, VersionConflict."""
        try:
            super().store(report)
        except DuplicateKeyError as error:
            raise ReportAlreadyStarted from error

    def matching(
        self, *, cycle_id: str | None, member_id: str | None, status: ReportStatus | None, request: PageRequest
    ) -> Page[Report]:
        """Newest first."""
        query = given(cycle_id=cycle_id, member_id=member_id, status=status)
        return self.page(query, order=NEWEST_FIRST, request=request)

    def to_document(self, report: Report) -> Document:
        return {
            "_id": report.id,
            "version": report.version,
            "member_id": report.member_id,
            "cycle_id": report.cycle_id,
            "plan_id": report.plan_id,
            "plan_version": report.plan_version,
            "status": report.status,
            "commitments": commitments_to_documents(report.commitments),
            "answers": [_answer_to_document(answer) for answer in report.answers],
            "started_at": report.started_at,
            "submitted_at": report.submitted_at,
        }

    def from_document(self, document: Document) -> Report:
        return Report(
            id=document["_id"],
            coalition=document["coalition"],
            version=document["version"],
            member_id=document["member_id"],
            cycle_id=document["cycle_id"],
            plan_id=document["plan_id"],
            plan_version=document["plan_version"],
            commitments=commitments_from_documents(document["commitments"]),
            answers=tuple(_answer_from_document(answer) for answer in document["answers"]),
            started_at=document["started_at"],
            submitted_at=document["submitted_at"],
        )


def _answer_to_document(answer: Answer) -> Document:
    return {
        "commitment": answer.commitment,
        "status": answer.status,
        "text": None if answer.text is None else answer.text.as_dict(),
        "updated_at": answer.updated_at,
    }


def _answer_from_document(document: Document) -> Answer:
    text = document["text"]
    return Answer(
        commitment=document["commitment"],
        status=AnswerStatus(document["status"]),
        text=None if text is None else LocalizedText.from_dict(text),
        updated_at=document["updated_at"],
    )
