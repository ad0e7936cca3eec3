"""Commands: what they store, what they tell, and every refusal, after which nothing has happened."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.ids import new_id
from services.chassis.kernel.text import LocalizedText
from services.reports.domain.statuses import AnswerStatus, ReportStatus

from .conftest import SettableClock
from .office import Office, Told


def refused(office: Office, attempt: Callable[[], object]) -> ServiceError:
    """The error of an attempt that changes nothing."""
    before = office.snapshot()
    with pytest.raises(ServiceError) as raised:
        attempt()
    assert office.snapshot() == before
    return raised.value


def test_a_cycle_is_opened_on_the_newest_plan(eccar: Office) -> None:
    newer = eccar.hears_of_plan("eccar", "2031", numbers=(1, 2), at=datetime(2026, 11, 24, 9, 1, tzinfo=UTC))
    eccar.tells()
    opened = eccar.opens_cycle()
    cycle = opened.cycle
    assert (cycle.plan_id, cycle.plan_version, cycle.version) == (newer, "2031", 1)
    assert (cycle.opens_on, opened.is_open) == (date(2026, 11, 24), True)
    assert [commitment.number for commitment in cycle.commitments] == [1, 2]
    assert eccar.tells() == [Told("reports.cycle_opened.v1", cycle.id, 1, "eccar")]


def test_a_cycle_is_opened_on_the_plan_asked_for(eccar: Office) -> None:
    eccar.hears_of_plan("eccar", "2031", at=datetime(2026, 11, 24, 9, 1, tzinfo=UTC))
    assert eccar.opens_cycle(plan_version="2004").cycle.plan_version == "2004"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 12, 31), date(2028, 12, 31)),
        (date(2023, 1, 1), date(2025, 1, 1)),
        (date(2025, 6, 1), date(2025, 6, 1)),
        (date(2020, 1, 1), date(2030, 1, 1)),
        (date(2025, 1, 1), date(2026, 12, 31)),
    ],
)
def test_periods_do_not_overlap(eccar: Office, start: date, end: date) -> None:
    eccar.opens_cycle()
    error = refused(eccar, lambda: eccar.opens_cycle(period_start=start, period_end=end))
    assert (error.code, error.path) == ("CYCLE_OVERLAPS", ("period_start",))
    assert "2025-01-01 to 2026-12-31" in error.message


def test_periods_may_touch_and_other_coalitions_have_their_own(eccar: Office) -> None:
    eccar.opens_cycle()
    eccar.opens_cycle(period_start=date(2027, 1, 1), period_end=date(2027, 12, 31))
    eccar.opens_cycle(period_start=date(2024, 1, 1), period_end=date(2024, 12, 31))
    eccar.hears_of_plan("lac", "2006")
    eccar.opens_cycle("lac")
    assert len(eccar.rows("cycles", coalition="eccar")) == 3
    assert len(eccar.rows("cycles", coalition="lac")) == 1


def test_a_cycle_needs_a_plan_of_its_own_coalition(eccar: Office) -> None:
    error = refused(eccar, lambda: eccar.opens_cycle("lac"))
    assert (error.code, error.path) == ("UNKNOWN_PLAN", ("plan_version",))
    assert refused(eccar, lambda: eccar.opens_cycle(plan_version="2031")).code == "UNKNOWN_PLAN"


def test_a_cycle_needs_dates_in_order(eccar: Office) -> None:
    error = refused(eccar, lambda: eccar.opens_cycle(period_end=date(2024, 1, 1), due_on=date(2026, 11, 23)))
    assert error.code == "INVALID_INPUT"
    assert [violation.path for violation in error.violations] == [("period_end",), ("due_on",)]


def test_a_report_is_started(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    cycle = eccar.opens_cycle().cycle
    eccar.tells()
    report = eccar.starts_report(member_id, cycle.id)
    assert (report.status, report.version, report.answers) == (ReportStatus.DRAFT, 1, ())
    assert (report.plan_id, report.plan_version, report.commitments) == (
        cycle.plan_id, cycle.plan_version, cycle.commitments
    )  # fmt: skip
    assert eccar.tells() == [Told("reports.report_started.v1", report.id, 1, "eccar")]
    assert eccar.obligations(member_id) == [("open", "2028-11-24")]


def test_a_report_keeps_its_commitments_when_the_plan_is_published_anew(eccar: Office) -> None:
    plan_id = eccar.hears_of_plan("eccar", "2031", at=datetime(2026, 11, 24, 9, 1, tzinfo=UTC))
    cycle = eccar.opens_cycle(plan_version="2031").cycle
    eccar.hears_of_plan("eccar", "2031", plan_id=plan_id, numbers=(1,), title="Changed", sequence=2)
    report = eccar.starts_report(eccar.hears_of_member(), cycle.id)
    assert report.numbers == (1, 2, 7)
    assert report.commitments[0].title == LocalizedText.of("en", "Commitment 1")


@pytest.mark.parametrize("standing", ["candidate", "former", "dormant", "refused", "declared_intent"])
def test_only_members_in_standing_report(eccar: Office, standing: str) -> None:
    cycle = eccar.opens_cycle().cycle
    member_id = eccar.hears_of_member(standing)
    error = refused(eccar, lambda: eccar.starts_report(member_id, cycle.id))
    assert (error.code, error.path) == ("NOT_A_MEMBER", ("member_id",))


def test_an_unknown_member_does_not_report(eccar: Office) -> None:
    cycle = eccar.opens_cycle().cycle
    assert refused(eccar, lambda: eccar.starts_report(new_id(), cycle.id)).code == "NOT_A_MEMBER"


def test_an_unknown_cycle_is_not_found(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    error = refused(eccar, lambda: eccar.starts_report(member_id, new_id()))
    assert (error.code, error.path) == ("NOT_FOUND", ("cycle_id",))


def test_a_second_report_in_a_cycle_is_refused(eccar: Office) -> None:
    member_id, cycle = eccar.hears_of_member(), eccar.opens_cycle().cycle
    eccar.starts_report(member_id, cycle.id)
    assert refused(eccar, lambda: eccar.starts_report(member_id, cycle.id)).code == "REPORT_ALREADY_STARTED"


@pytest.mark.parametrize("today", [datetime(2026, 11, 24, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)])
def test_a_report_is_started_while_the_cycle_is_open(eccar: Office, clock: SettableClock, today: datetime) -> None:
    member_id, cycle = eccar.hears_of_member(), eccar.opens_cycle(opens_on=date(2026, 11, 25)).cycle
    clock.now = today
    error = refused(eccar, lambda: eccar.starts_report(member_id, cycle.id))
    assert (error.code, error.path) == ("CYCLE_NOT_OPEN", ("cycle_id",))


def test_a_draft_may_be_finished_after_the_due_date(eccar: Office, clock: SettableClock) -> None:
    report = eccar.completes(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    clock.now = datetime(2027, 5, 1, tzinfo=UTC)
    eccar.saves_answer(report.id, 1, status=AnswerStatus.ACHIEVED)
    assert eccar.submits(report.id).submitted_at == clock.now


def test_an_answer_is_saved_in_the_language_it_was_written_in(eccar: Office, clock: SettableClock) -> None:
    report = eccar.starts_report(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    eccar.tells()
    clock.now = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    text = LocalizedText(original="de-AT", texts={"de-AT": "Ein Netz von Anlaufstellen", "en": "A network"})
    saved = eccar.saves_answer(report.id, 7, status=AnswerStatus.PLANNED, text=text, expected_version=1)
    assert saved.version == 2
    [answer] = saved.answers
    assert (answer.commitment, answer.status, answer.text) == (7, AnswerStatus.PLANNED, text)
    assert answer.updated_at == clock.now
    assert eccar.tells() == [Told("reports.report_answered.v1", report.id, 2, "eccar")]
    assert eccar.saves_answer(report.id, 1).answers[1] == answer


def test_an_answer_to_another_plan_is_refused(eccar: Office) -> None:
    report = eccar.starts_report(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    error = refused(eccar, lambda: eccar.saves_answer(report.id, 10))
    assert (error.code, error.path) == ("UNKNOWN_COMMITMENT", ("commitment",))


def test_a_decision_on_an_old_version_is_refused(eccar: Office) -> None:
    report = eccar.completes(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    assert report.version == 4
    stale = refused(eccar, lambda: eccar.saves_answer(report.id, 1, expected_version=3))
    assert stale.code == "VERSION_CONFLICT"
    assert refused(eccar, lambda: eccar.submits(report.id, expected_version=3)).code == "VERSION_CONFLICT"
    assert eccar.submits(report.id, expected_version=4).version == 5


def test_an_unknown_report_is_not_found(eccar: Office) -> None:
    for attempt in (lambda: eccar.saves_answer(new_id(), 1), lambda: eccar.submits(new_id())):
        error = refused(eccar, attempt)
        assert (error.code, error.path) == ("NOT_FOUND", ("report_id",))


def test_an_incomplete_report_stays_a_draft(eccar: Office) -> None:
    report = eccar.starts_report(eccar.hears_of_member(), eccar.opens_cycle().cycle.id)
    eccar.saves_answer(report.id, 2)
    error = refused(eccar, lambda: eccar.submits(report.id))
    assert error.code == "INCOMPLETE_REPORT"
    assert [violation.path for violation in error.violations] == [("answers", 1), ("answers", 7)]


def test_submitting_fulfils_the_duty_and_opens_the_next(eccar: Office, clock: SettableClock) -> None:
    member_id = eccar.hears_of_member(admitted_on="2025-01-31", at=datetime(2025, 2, 1, tzinfo=UTC))
    report = eccar.completes(member_id, eccar.opens_cycle().cycle.id)
    [owed] = eccar.rows("obligations", member_id=member_id)
    eccar.tells()
    submitted = eccar.submits(report.id)
    assert (submitted.status, submitted.submitted_at, submitted.version) == (ReportStatus.SUBMITTED, clock.now, 5)
    assert eccar.obligations(member_id) == [("fulfilled", "2027-01-31"), ("open", "2029-01-31")]
    fulfilled, following = eccar.rows("obligations", member_id=member_id)
    assert (fulfilled["_id"], fulfilled["version"], fulfilled["report_id"]) == (owed["_id"], 2, report.id)
    assert (following["version"], following["report_id"]) == (1, None)
    assert eccar.tells() == [
        Told("reports.obligation_fulfilled.v1", owed["_id"], 2, "eccar"),
        Told("reports.obligation_opened.v1", following["_id"], 1, "eccar"),
        Told("reports.report_submitted.v1", report.id, 5, "eccar"),
    ]


def test_the_next_duty_follows_the_rule_in_force_today(eccar: Office) -> None:
    member_id = eccar.hears_of_member(admitted_on="2025-01-31", at=datetime(2025, 2, 1, tzinfo=UTC))
    report = eccar.completes(member_id, eccar.opens_cycle().cycle.id)
    two_years = {"first_report_after_months": 24, "is_sample": False, "interval_months": 24, "valid_from": None}
    yearly = {**two_years, "interval_months": 12, "valid_from": "2026-01-01"}
    eccar.hears_of_coalition("eccar", rules=[two_years, yearly], sequence=2)
    eccar.submits(report.id)
    assert eccar.obligations(member_id) == [("fulfilled", "2027-01-31"), ("open", "2028-01-31")]


def test_after_an_unknown_admission_the_next_duty_counts_from_the_report(eccar: Office) -> None:
    member_id = eccar.hears_of_member(admitted_on=None)
    assert eccar.obligations(member_id) == [("open", "9999-12-31")]
    eccar.submits(eccar.completes(member_id, eccar.opens_cycle().cycle.id).id)
    assert eccar.obligations(member_id) == [("fulfilled", "9999-12-31"), ("open", "2028-11-24")]


def test_without_an_open_duty_a_report_is_submitted_all_the_same(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    report = eccar.completes(member_id, eccar.opens_cycle().cycle.id)
    eccar.hears_of_member("former", name="member_withdrawn", member_id=member_id, sequence=3)
    eccar.tells()
    eccar.submits(report.id)
    assert eccar.obligations(member_id) == [("released", "2028-11-24")]
    assert eccar.tells() == [Told("reports.report_submitted.v1", report.id, 5, "eccar")]


def test_a_submitted_report_does_not_change(eccar: Office) -> None:
    report = eccar.submits(eccar.completes(eccar.hears_of_member(), eccar.opens_cycle().cycle.id).id)
    assert refused(eccar, lambda: eccar.submits(report.id)).code == "REPORT_ALREADY_SUBMITTED"
    assert refused(eccar, lambda: eccar.saves_answer(report.id, 1)).code == "REPORT_ALREADY_SUBMITTED"


def test_what_another_coalition_owns_is_not_found_and_not_changed(eccar: Office) -> None:
    eccar.hears_of_coalition("lac")
    eccar.hears_of_plan("lac", "2006")
    member_id, cycle = eccar.hears_of_member(), eccar.opens_cycle().cycle
    report = eccar.completes(member_id, cycle.id)
    lac_cycle = eccar.opens_cycle("lac").cycle
    assert refused(eccar, lambda: eccar.starts_report(member_id, cycle.id, "lac")).code == "NOT_FOUND"
    assert refused(eccar, lambda: eccar.starts_report(member_id, lac_cycle.id, "lac")).code == "NOT_A_MEMBER"
    assert refused(eccar, lambda: eccar.saves_answer(report.id, 1, "lac")).code == "NOT_FOUND"
    assert refused(eccar, lambda: eccar.submits(report.id, "lac")).code == "NOT_FOUND"
