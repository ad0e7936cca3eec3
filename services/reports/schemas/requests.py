"""What callers send, validated: its form, and only its form."""

from typing import Any

from services.chassis.schemas.fields import Day, Key, Localized, Name, Term, WholeNumber
from services.chassis.schemas.requests import GetByRefs, OfCoalitions, PagedRequest, Request, batch
from services.files import requests as files
from services.files.schemas import (
    Announcing,
    ForgetStagedFiles,
    ListNeededObjects,
    ListWaitingFiles,
    ReceiveFile,
    SettleFile,
)

from ..domain import requests as asked
from ..domain.statuses import AnswerStatus, ObligationStatus, ReportStatus
from .fields import answer_text

__all__ = [
    "ForgetStagedFiles",
    "GetByRefs",
    "ListNeededObjects",
    "ListObligations",
    "ListObligationsOf",
    "ListProjectedMembers",
    "ListReports",
    "ListWaitingFiles",
    "OfCoalitions",
    "OpenCycle",
    "ReceiveFile",
    "RemoveEvidence",
    "SaveAnswer",
    "SettleFile",
    "StageEvidence",
    "StartReport",
    "SubmitReport",
]


class OpenCycle(Request):
    makes = asked.OpenCycle

    coalition = Key(required=True)
    name = Localized(required=True)
    period_start = Day(required=True)
    period_end = Day(required=True)
    opens_on = Day()
    due_on = Day(required=True)
    plan_version = Name()


class StartReport(Request):
    makes = asked.StartReport

    coalition = Key(required=True)
    member_id = Key(required=True)
    cycle_id = Key(required=True)


class SaveAnswer(Request):
    makes = asked.SaveAnswer

    coalition = Key(required=True)
    report_id = Key(required=True)
    commitment = WholeNumber(minimum=1, required=True)
    status = Term(AnswerStatus, required=True)
    text = answer_text()
    expected_version = WholeNumber(minimum=1)


class SubmitReport(Request):
    makes = asked.SubmitReport

    coalition = Key(required=True)
    report_id = Key(required=True)
    expected_version = WholeNumber(minimum=1)


class StageEvidence(Announcing):
    makes = files.StageFile

    report_id = Key(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        data["owner_id"] = data.pop("report_id")
        return super().arrange(data)


class RemoveEvidence(Request):
    makes = asked.RemoveEvidence

    coalition = Key(required=True)
    evidence_id = Key(required=True)
    expected_version = WholeNumber(minimum=1)


class ListReports(PagedRequest):
    makes = asked.ListReports

    coalition = Key(required=True)
    cycle_id = Key()
    member_id = Key()
    status = Term(ReportStatus)


class _ObligationList(PagedRequest):
    makes = asked.ListObligations

    due_before = Day()
    status = Term(ObligationStatus)


class ListObligations(_ObligationList):
    coalition = Key(required=True)

    def arrange(self, data: dict[str, Any]) -> dict[str, Any]:
        data["coalitions"] = (data.pop("coalition"),)
        return super().arrange(data)


class ListObligationsOf(_ObligationList):
    coalitions = batch(Key())


class ListProjectedMembers(Request):
    makes = asked.ListProjectedMembers

    coalition = Key(required=True)
