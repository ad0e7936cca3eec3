"""What callers are shown, to the letter of the contract."""

from dataclasses import replace
from datetime import date

from services.reports.domain.coalitions import ReportingRule
from services.reports.domain.cycles import DatedCycle
from services.reports.domain.dates import Precision
from services.reports.domain.obligations import Due
from services.reports.domain.reports import save_answer, submit_report
from services.reports.schemas import views

from .examples import (
    CYCLE,
    CYCLE_ID,
    MEMBER_ID,
    NOW,
    OBLIGATION,
    OBLIGATION_ID,
    PLAN_ID,
    REPORT,
    REPORT_ID,
    TODAY,
    answer,
    complete,
    member,
)


def test_a_cycle() -> None:
    assert views.CYCLE.one(DatedCycle(CYCLE, TODAY)) == {
        "id": CYCLE_ID,
        "coalition": "eccar",
        "version": 1,
        "name": {"original": "en", "texts": {"en": "Reports 2025-2026", "de": "Berichte 2025-2026"}},
        "period_start": "2025-01-01",
        "period_end": "2026-12-31",
        "opens_on": "2026-11-01",
        "due_on": "2027-03-31",
        "plan_id": PLAN_ID,
        "plan_version": "2004",
        "is_open": True,
    }
    assert views.CYCLE.one(DatedCycle(CYCLE, date(2027, 4, 1)))["is_open"] is False


def test_a_draft_with_an_answer() -> None:
    assert views.REPORT.one(save_answer(REPORT, answer(7, text="Wohnen"))) == {
        "id": REPORT_ID,
        "coalition": "eccar",
        "version": 2,
        "member_id": MEMBER_ID,
        "cycle_id": CYCLE_ID,
        "plan_id": PLAN_ID,
        "plan_version": "2004",
        "status": "draft",
        "commitments": [
            {"number": 1, "title": {"original": "en", "texts": {"en": "Greater Vigilance Against Racism"}}},
            {
                "number": 2,
                "title": {
                    "original": "en",
                    "texts": {"en": "Assessing Racism and Discrimination and Monitoring Municipal Policies"},
                },
            },
            {"number": 7, "title": {"original": "en", "texts": {"en": "Fair Access to Housing"}}},
        ],
        "answers": [
            {
                "commitment": 7,
                "status": "achieved",
                "text": {"original": "de", "texts": {"de": "Wohnen"}},
                "updated_at": "2026-11-24T09:30:00.000Z",
            }
        ],
        "responsible": None,
        "started_at": "2026-11-24T09:30:00.000Z",
        "submitted_at": None,
    }


def test_a_submitted_report_and_an_answer_without_text() -> None:
    view = views.REPORT.one(submit_report(complete(), now=NOW))
    assert (view["status"], view["submitted_at"]) == ("submitted", "2026-11-24T09:30:00.000Z")
    assert [each["text"] for each in view["answers"]] == [None, None, None]


def test_an_obligation() -> None:
    assert views.OBLIGATION.one(OBLIGATION) == {
        "id": OBLIGATION_ID,
        "coalition": "eccar",
        "version": 1,
        "member_id": MEMBER_ID,
        "due_on": "2027-10-24",
        "due_precision": "day",
        "status": "open",
        "report_id": None,
        "rule": {"first_report_after_months": 24, "interval_months": 24, "is_sample": False},
    }


def test_an_obligation_without_a_date() -> None:
    sample = ReportingRule(valid_from=None, first_report_after_months=24, interval_months=24, is_sample=True)
    unknown = Due(counted_from=None, months=24, precision=Precision.UNKNOWN)
    view = views.OBLIGATION.one(replace(OBLIGATION, due=unknown, rule=sample))
    assert (view["due_on"], view["due_precision"], view["rule"]["is_sample"]) == (None, "unknown", True)


def test_what_is_not_there_is_null_in_its_place() -> None:
    assert views.REPORT.batch([None, REPORT, None]) == [None, views.REPORT.one(REPORT), None]
    assert views.CYCLE.batch([None]) == [None]
    assert views.OBLIGATION.batch([]) == []


def test_projected_members() -> None:
    assert views.MEMBER.batch([member("dormant", sequence=4)]) == [
        {"id": MEMBER_ID, "standing": "dormant", "sequence": 4}
    ]
