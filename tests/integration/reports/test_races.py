"""Two at the same time. Both have read before either writes, so that the loser really decided on an old view."""

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.reports.domain.reports import Report

from .office import Office


class _InStep:
    """A unit of work whose first transaction waits, with its snapshot taken, until the other's has one too."""

    def __init__(self, unit_of_work: UnitOfWork, barrier: threading.Barrier) -> None:
        self._unit_of_work = unit_of_work
        self._barrier = barrier
        self._waited = False

    def write(self, command: Callable[[Work, Any], Any], request: Any) -> Any:
        return self._unit_of_work.write(self._after_the_other(command), request)

    def write_once(self, subscriber: str, message_id: str, effect: Callable[[Work, Any], None], request: Any) -> bool:
        return self._unit_of_work.write_once(subscriber, message_id, self._after_the_other(effect), request)

    def _after_the_other(self, command: Callable[[Work, Any], Any]) -> Callable[[Work, Any], Any]:
        def run(work: Work, request: Any) -> Any:
            if not self._waited:
                self._waited = True
                work.collection("cycles").find_one({}, session=work.session)
                self._barrier.wait(timeout=10)
            return command(work, request)

        return run


def race(office: Office, *attempts: Callable[[Office], Any], in_step: bool = True) -> list[Any]:
    """What each attempt returned, or the code of its error."""
    barrier = threading.Barrier(len(attempts) if in_step else 1)

    def run(attempt: Callable[[Office], Any]) -> Any:
        unit_of_work: Any = _InStep(office.unit_of_work, barrier)
        try:
            return attempt(Office(unit_of_work, office.database))
        except ServiceError as error:
            return error.code

    with ThreadPoolExecutor(len(attempts)) as pool:
        running: list[Future[Any]] = [pool.submit(contextvars.copy_context().run, run, attempt) for attempt in attempts]
        return [each.result(timeout=20) for each in running]


def codes(outcomes: list[Any]) -> list[str]:
    return [outcome for outcome in outcomes if isinstance(outcome, str)]


def opening(start: date, end: date) -> Callable[[Office], Any]:
    return lambda office: office.opens_cycle(period_start=start, period_end=end)


def draft(office: Office) -> tuple[str, Report]:
    member_id = office.hears_of_member()
    report = office.completes(member_id, office.opens_cycle().cycle.id)
    office.tells()
    return member_id, report


def test_two_overlapping_cycles_opened_at_once(eccar: Office) -> None:
    """The very first of a coalition, and later ones."""
    for year in (2025, 2027):
        outcomes = race(
            eccar,
            opening(date(year, 1, 1), date(year, 12, 31)),
            opening(date(year, 7, 1), date(year + 1, 6, 30)),
        )
        assert codes(outcomes) == ["CYCLE_OVERLAPS"]
    assert len(eccar.rows("cycles")) == 2
    assert [told.type for told in eccar.tells()] == ["reports.cycle_opened.v1"] * 2


def test_two_cycles_that_do_not_overlap_are_both_opened(eccar: Office) -> None:
    outcomes = race(eccar, opening(date(2025, 1, 1), date(2025, 12, 31)), opening(date(2026, 1, 1), date(2026, 12, 31)))
    assert codes(outcomes) == []
    assert len(eccar.rows("cycles")) == 2


def test_one_report_started_twice_at_once(eccar: Office) -> None:
    member_id, cycle = eccar.hears_of_member(), eccar.opens_cycle().cycle
    eccar.tells()
    outcomes = race(eccar, *[lambda office: office.starts_report(member_id, cycle.id)] * 3)
    assert codes(outcomes) == ["REPORT_ALREADY_STARTED"] * 2
    assert len(eccar.rows("reports")) == 1
    assert [told.type for told in eccar.tells()] == ["reports.report_started.v1"]


def test_one_report_submitted_twice_at_once(eccar: Office) -> None:
    member_id, report = draft(eccar)
    outcomes = race(eccar, *[lambda office: office.submits(report.id)] * 2)
    assert codes(outcomes) == ["REPORT_ALREADY_SUBMITTED"]
    assert [status for status, _ in eccar.obligations(member_id)] == ["fulfilled", "open"]
    assert len(eccar.tells()) == 3


def test_two_departments_answer_at_once(eccar: Office) -> None:
    report = eccar.starts_report(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    eccar.tells()
    outcomes = race(
        eccar, lambda office: office.saves_answer(report.id, 1), lambda office: office.saves_answer(report.id, 7)
    )
    assert sorted(outcome.version for outcome in outcomes) == [2, 3]
    [stored] = eccar.rows("reports")
    assert [answer["commitment"] for answer in stored["answers"]] == [1, 7]
    assert [told.sequence for told in eccar.tells()] == [2, 3]


def test_two_decide_on_the_same_version(eccar: Office) -> None:
    report = eccar.starts_report(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    outcomes = race(
        eccar,
        lambda office: office.saves_answer(report.id, 1, expected_version=1),
        lambda office: office.saves_answer(report.id, 7, expected_version=1),
    )
    assert codes(outcomes) == ["VERSION_CONFLICT"]
    [stored] = eccar.rows("reports")
    assert (stored["version"], len(stored["answers"])) == (2, 1)


def test_two_messages_about_a_new_member_at_once(eccar: Office) -> None:
    member_id = new_id()
    outcomes = race(
        eccar,
        lambda office: office.hears_of_member(member_id=member_id, sequence=2),
        lambda office: office.hears_of_member(member_id=member_id, sequence=3, name="member_recorded"),
    )
    assert outcomes == [member_id, member_id]
    assert [row["sequence"] for row in eccar.rows("members")] == [3]
    assert eccar.obligations(member_id) == [("open", "2028-11-24")]


def test_one_message_delivered_twice_at_once(eccar: Office) -> None:
    """The inbox stops the second before its effect begins, so these two cannot wait for each other."""
    for _ in range(5):
        member_id, message_id = new_id(), new_id()

        def deliver(office: Office, member_id: str = member_id, message_id: str = message_id) -> str:
            return office.hears_of_member(member_id=member_id, message_id=message_id)

        assert race(eccar, deliver, deliver, deliver, in_step=False) == [member_id] * 3
        assert eccar.obligations(member_id) == [("open", "2028-11-24")]
        assert len(eccar.tells()) == 1


def test_a_report_submitted_while_the_member_leaves(eccar: Office) -> None:
    """Whoever is first: the member has left, so nothing is owed."""
    member_id, report = draft(eccar)
    outcomes = race(
        eccar,
        lambda office: office.submits(report.id),
        lambda office: office.hears_of_member("former", name="member_withdrawn", member_id=member_id, sequence=3),
    )
    assert codes(outcomes) == [member_id]
    assert "open" not in [status for status, _ in eccar.obligations(member_id)]
    assert eccar.rows("reports")[0]["status"] == "submitted"
