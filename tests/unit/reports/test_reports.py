"""A report is a draft, answered commitment by commitment, then submitted, then unchanged."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.reports.domain.errors import (
    CycleNotOpen,
    IncompleteReport,
    NotAMember,
    ReportAlreadySubmitted,
    UnknownCommitment,
)
from services.reports.domain.reports import Report, save_answer, start_report, submit_report
from services.reports.domain.statuses import AnswerStatus, ReportStatus

from .examples import CYCLE, MEMBER_ID, NOW, REPORT, REPORT_ID, answer, complete, member


def test_a_report_starts_as_an_empty_draft_of_the_cycles_plan() -> None:
    assert start_report(CYCLE, member(), id=REPORT_ID, now=NOW) == REPORT
    assert REPORT.status is ReportStatus.DRAFT
    assert (REPORT.member_id, REPORT.numbers, REPORT.unanswered) == (MEMBER_ID, (1, 2, 7), (1, 2, 7))


@pytest.mark.parametrize("now", [datetime(2026, 10, 31, 23, 59, tzinfo=UTC), datetime(2027, 4, 1, 0, 0, tzinfo=UTC)])
def test_it_starts_only_while_the_cycle_is_open(now: datetime) -> None:
    with pytest.raises(CycleNotOpen) as raised:
        start_report(CYCLE, member(), id=REPORT_ID, now=now)
    assert (raised.value.code, raised.value.path) == ("CYCLE_NOT_OPEN", ("cycle_id",))
    assert "from 2026-11-01 to 2027-03-31" in raised.value.message


@pytest.mark.parametrize("standing", ["declared_intent", "candidate", "refused", "former", "dormant"])
def test_only_a_member_in_standing_reports(standing: str) -> None:
    with pytest.raises(NotAMember) as raised:
        start_report(CYCLE, member(standing), id=REPORT_ID, now=NOW)
    assert (raised.value.code, raised.value.path) == ("NOT_A_MEMBER", ("member_id",))


def test_nobody_unknown_reports() -> None:
    with pytest.raises(NotAMember):
        start_report(CYCLE, None, id=REPORT_ID, now=NOW)


def test_answers_stand_in_the_order_of_their_commitments() -> None:
    answered = save_answer(save_answer(REPORT, answer(7)), answer(1, text="Ein Netzwerk"))
    assert [each.commitment for each in answered.answers] == [1, 7]
    assert answered.version == 3
    assert answered.unanswered == (2,)
    assert REPORT.answers == ()


def test_a_later_answer_replaces_an_earlier_one_as_a_whole() -> None:
    first = save_answer(REPORT, answer(2, AnswerStatus.PLANNED, text="Geplant"))
    second = save_answer(first, answer(2, AnswerStatus.ACHIEVED))
    assert second.answers == (answer(2, AnswerStatus.ACHIEVED),)
    assert second.answers[0].text is None


@pytest.mark.parametrize("number", [0, 3, -1, 10**20])
def test_only_the_plans_commitments_are_answered(number: int) -> None:
    with pytest.raises(UnknownCommitment) as raised:
        save_answer(REPORT, answer(number))
    assert (raised.value.code, raised.value.path) == ("UNKNOWN_COMMITMENT", ("commitment",))
    assert "1, 2, 7" in raised.value.message


def test_a_complete_report_is_submitted() -> None:
    submitted = submit_report(complete(), now=NOW)
    assert (submitted.status, submitted.submitted_at, submitted.version) == (ReportStatus.SUBMITTED, NOW, 5)


def test_each_missing_answer_is_named() -> None:
    with pytest.raises(IncompleteReport) as raised:
        submit_report(save_answer(REPORT, answer(2)), now=NOW)
    assert raised.value.code == "INCOMPLETE_REPORT"
    assert [(each.path, each.code) for each in raised.value.violations] == [
        (("answers", 1), "INCOMPLETE_REPORT"),
        (("answers", 7), "INCOMPLETE_REPORT"),
    ]


def test_a_submitted_report_does_not_change() -> None:
    submitted = submit_report(complete(), now=NOW)
    with pytest.raises(ReportAlreadySubmitted) as raised:
        submit_report(submitted, now=NOW)
    assert raised.value.code == "REPORT_ALREADY_SUBMITTED"
    with pytest.raises(ReportAlreadySubmitted):
        save_answer(submitted, answer(1))


class ReportLife(RuleBasedStateMachine):
    """Whatever a focal point tries, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.report = REPORT
        self.answered: dict[int, AnswerStatus] = {}
        self.changes = 0
        self.submitted: Report | None = None

    @rule(number=st.sampled_from([1, 2, 3, 7]), status=st.sampled_from(AnswerStatus))
    def save(self, number: int, status: AnswerStatus) -> None:
        refusal = ReportAlreadySubmitted if self.submitted else UnknownCommitment if number == 3 else None
        if refusal:
            with pytest.raises(refusal):
                save_answer(self.report, answer(number, status))
        else:
            self.report = save_answer(self.report, answer(number, status))
            self.changes += 1
            self.answered[number] = status

    @rule()
    def submit(self) -> None:
        missing = sorted({1, 2, 7} - self.answered.keys())
        if self.submitted:
            with pytest.raises(ReportAlreadySubmitted):
                submit_report(self.report, now=NOW)
        elif missing:
            with pytest.raises(IncompleteReport) as raised:
                submit_report(self.report, now=NOW)
            assert [each.path[1] for each in raised.value.violations] == missing
        else:
            self.report = self.submitted = submit_report(self.report, now=NOW + timedelta(days=1))
            self.changes += 1

    @invariant()
    def holds_what_was_saved(self) -> None:
        assert {each.commitment: each.status for each in self.report.answers} == self.answered
        assert self.report.version == 1 + self.changes
        assert replace(self.report, answers=(), version=1, submitted_at=None) == REPORT

    @invariant()
    def is_final_and_complete_once_submitted(self) -> None:
        if self.submitted:
            assert self.report == self.submitted
            assert self.answered.keys() == {1, 2, 7}


ReportLife.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
TestReportLife = ReportLife.TestCase
