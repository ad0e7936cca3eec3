"""A member's report in a cycle: an answer per commitment, a draft until it is submitted, unchanged afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.chassis.kernel.text import LocalizedText

from .cycles import Cycle
from .errors import (
    CycleNotOpen,
    IncompleteReport,
    NotAMember,
    ReportAlreadySubmitted,
    UnknownCommitment,
)
from .members import Member
from .plans import Commitment
from .statuses import AnswerStatus, ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a city says about one commitment, in the language in which it wrote (`text.original`)."""

    commitment: int
    status: AnswerStatus
    text: LocalizedText | None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of one member in one cycle. `answers` are in the order of their commitments' numbers, and only
    there where the city has answered. `responsible` is the id of the person who works on the draft; None: nobody in
    person, or it is submitted."""

    id: str
    coalition: str
    version: int
    member_id: str
    cycle_id: str
    plan_id: str
    plan_version: str
    commitments: tuple[Commitment, ...]
    answers: tuple[Answer, ...]
    responsible: str | None
    started_at: datetime
    submitted_at: datetime | None

    @property
    def status(self) -> ReportStatus:
        return ReportStatus.DRAFT if self.submitted_at is None else ReportStatus.SUBMITTED

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the commitments to answer."""
        return tuple(commitment.number for commitment in self.commitments)

    @property
    def unanswered(self) -> tuple[int, ...]:
        answered = {answer.commitment for answer in self.answers}
        return tuple(number for number in self.numbers if number not in answered)


def start_report(
    cycle: Cycle, member: Member | None, *, id: str, now: datetime, responsible: str | None = None
) -> Report:
    """A draft without answers, pinned to the cycle's plan version.

    Raises CycleNotOpen, and NotAMember unless `member` is in standing.
    """
    if not cycle.is_open_on(now.date()):
        raise CycleNotOpen(cycle.opens_on, cycle.due_on)
    if member is None or not member.is_in_standing:
        raise NotAMember
    return Report(
        id=id,
        coalition=cycle.coalition,
        version=1,
        member_id=member.id,
        cycle_id=cycle.id,
        plan_id=cycle.plan_id,
        plan_version=cycle.plan_version,
        commitments=cycle.commitments,
        answers=(),
        responsible=responsible,
        started_at=now,
        submitted_at=None,
    )


def save_answer(report: Report, answer: Answer) -> Report:
    """The next version of a draft: with this answer, in place of an earlier one to the same commitment.

    Raises ReportAlreadySubmitted, UnknownCommitment.
    """
    ensure_draft(report)
    if answer.commitment not in report.numbers:
        raise UnknownCommitment(answer.commitment, report.numbers)
    by_number: Mapping[int, Answer] = {each.commitment: each for each in (*report.answers, answer)}
    answers = tuple(by_number[number] for number in sorted(by_number))
    return replace(report, version=report.version + 1, answers=answers)


def submit_report(report: Report, *, now: datetime) -> Report:
    """The next and last version of a draft in which every commitment is answered.

    Raises ReportAlreadySubmitted, IncompleteReport.
    """
    ensure_draft(report)
    if report.unanswered:
        raise IncompleteReport(report.unanswered)
    return replace(report, version=report.version + 1, submitted_at=now, responsible=None)


def hand_over(report: Report, to_person: str) -> Report:
    """The next version of a draft: somebody else works on it. Raises ReportAlreadySubmitted."""
    ensure_draft(report)
    return replace(report, version=report.version + 1, responsible=to_person)


def vacate(report: Report) -> Report:
    """The next version of a draft: nobody in person works on it any more. Raises ReportAlreadySubmitted."""
    ensure_draft(report)
    return replace(report, version=report.version + 1, responsible=None)


def ensure_draft(report: Report) -> None:
    """Raises ReportAlreadySubmitted."""
    if report.status is not ReportStatus.DRAFT:
        raise ReportAlreadySubmitted
