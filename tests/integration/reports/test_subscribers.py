"""The membership service's messages: late, early, twice and again, the projections and the duty come out right."""

from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.ids import new_id
from services.reports.domain.errors import ProjectionBehind

from .conftest import SettableClock
from .office import TWO_YEARS, Office, Told

HISTORY = (
    ("candidate", "member_applied", 1),
    ("member", "member_admitted", 2),
    ("member", "member_recorded", 3),
    ("former", "member_withdrawn", 4),
)


def hear(office: Office, member_id: str, entry: tuple[str, str, int], **details: Any) -> None:
    standing, name, sequence = entry
    office.hears_of_member(standing, name=name, sequence=sequence, member_id=member_id, **details)


def standing_of(office: Office, member_id: str) -> tuple[str, int]:
    [row] = office.rows("members", _id=member_id)
    return row["standing"], row["sequence"]


@pytest.mark.parametrize(
    ("admitted_on", "due_on", "precision"),
    [
        ("2026-11-24", "2028-11-24", "day"),
        ("2006", "2026-12-31", "year"),
        ("2007-02", "2027-02-28", "month"),
        (None, "9999-12-31", "unknown"),
    ],
)
def test_an_admission_opens_the_duty(eccar: Office, admitted_on: str | None, due_on: str, precision: str) -> None:
    member_id = eccar.hears_of_member(admitted_on=admitted_on)
    [obligation] = eccar.rows("obligations", member_id=member_id)
    assert (obligation["status"], obligation["due_key"], obligation["precision"]) == ("open", due_on, precision)
    assert (obligation["coalition"], obligation["version"], obligation["report_id"]) == ("eccar", 1, None)
    assert eccar.tells() == [Told("reports.obligation_opened.v1", obligation["_id"], 1, "eccar")]


def test_the_due_date_is_that_of_the_messages_time_not_of_its_arrival(eccar: Office, clock: SettableClock) -> None:
    """So a replay years later gives what the first delivery gave."""
    clock.now = datetime(2033, 1, 1, tzinfo=UTC)
    member_id = eccar.hears_of_member(admitted_on="2006", at=datetime(2026, 11, 24, tzinfo=UTC))
    assert eccar.obligations(member_id) == [("open", "2026-12-31")]


def test_late_news_that_tell_nothing_new_of_the_admission_leave_the_date(eccar: Office, clock: SettableClock) -> None:
    clock.now = datetime(2033, 1, 1, tzinfo=UTC)
    member_id = eccar.hears_of_member(admitted_on="2006", at=datetime(2026, 11, 24, tzinfo=UTC))
    eccar.tells()
    hear(eccar, member_id, ("member", "member_recorded", 3), admitted_on="2006", at=datetime(2030, 1, 1, tzinfo=UTC))
    assert eccar.obligations(member_id) == [("open", "2026-12-31")]
    assert eccar.tells() == []


def test_the_same_message_twice_has_one_effect(eccar: Office) -> None:
    message_id, member_id = new_id(), new_id()
    for _ in range(3):
        eccar.hears_of_member(member_id=member_id, message_id=message_id)
    assert eccar.obligations(member_id) == [("open", "2028-11-24")]
    assert len(eccar.tells()) == 1


def test_the_same_news_under_another_id_opens_no_second_duty(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    before = eccar.snapshot()
    eccar.hears_of_member(member_id=member_id)
    assert eccar.snapshot() == before


def test_a_member_in_standing_owes_one_report_in_whatever_order_its_news_arrive(eccar: Office) -> None:
    for order in permutations(HISTORY[:3]):
        member_id = new_id()
        for entry in order:
            hear(eccar, member_id, entry)
        assert standing_of(eccar, member_id) == ("member", 3), order
        assert eccar.obligations(member_id) == [("open", "2028-11-24")], order
        assert [told.type for told in eccar.tells()] == ["reports.obligation_opened.v1"], order


def test_who_has_left_owes_nothing_in_whatever_order_its_news_arrive(eccar: Office) -> None:
    for order in permutations(HISTORY):
        member_id = new_id()
        for entry in order:
            hear(eccar, member_id, entry)
        assert standing_of(eccar, member_id) == ("former", 4), order
        assert eccar.obligations(member_id) in ([], [("released", "2028-11-24")]), order


@pytest.mark.parametrize(
    ("heard", "owed"),
    [
        ((0, 2), [("open", "2028-11-24")]),
        ((1, 3), [("released", "2028-11-24")]),
        ((0, 3), []),
    ],
    ids=["the admission is missing", "what was in between is missing", "all that was in between is missing"],
)
def test_what_a_missing_message_would_have_done_is_done_by_the_next(
    eccar: Office, caplog: pytest.LogCaptureFixture, heard: tuple[int, int], owed: list[tuple[str, str]]
) -> None:
    """The duty follows from the state that a message carries, not from the message: a gap leaves nothing undone."""
    caplog.set_level("INFO")
    member_id = new_id()
    for number in heard:
        hear(eccar, member_id, HISTORY[number])
    assert eccar.obligations(member_id) == owed
    gaps = [vars(record) for record in caplog.records if record.msg == "gap"]
    first, second = (HISTORY[number][2] for number in heard)
    assert (first, second) in [(gap["known"], gap["arrived"]) for gap in gaps]
    assert {gap["aggregate"] for gap in gaps} == {member_id}


def test_a_withdrawal_releases_the_open_duty(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    [obligation] = eccar.rows("obligations")
    eccar.tells()
    hear(eccar, member_id, ("former", "member_withdrawn", 3))
    assert eccar.obligations(member_id) == [("released", "2028-11-24")]
    assert eccar.tells() == [Told("reports.obligation_released.v1", obligation["_id"], 2, "eccar")]


def test_a_duty_is_dated_when_the_admission_becomes_known(eccar: Office) -> None:
    member_id = eccar.hears_of_member(admitted_on=None)
    [obligation] = eccar.rows("obligations")
    eccar.tells()
    hear(eccar, member_id, ("member", "member_recorded", 3), admitted_on="2006")
    assert eccar.obligations(member_id) == [("open", "2026-12-31")]
    assert eccar.tells() == [Told("reports.obligation_dated.v1", obligation["_id"], 2, "eccar")]


def test_a_withdrawal_that_overtakes_the_admission_leaves_no_duty(eccar: Office) -> None:
    member_id = new_id()
    hear(eccar, member_id, ("former", "member_withdrawn", 3))
    hear(eccar, member_id, ("member", "member_admitted", 2))
    assert eccar.obligations(member_id) == []
    assert eccar.tells() == []


def test_a_city_that_is_no_longer_listed_owes_nothing_and_owes_again_when_it_is(eccar: Office) -> None:
    member_id = eccar.hears_of_member(admitted_on="2006")
    hear(eccar, member_id, ("dormant", "member_withdrawn", 3), admitted_on="2006")
    hear(eccar, member_id, ("member", "member_recorded", 4), admitted_on="2006")
    assert eccar.obligations(member_id) == [("released", "2026-12-31"), ("open", "2026-12-31")]


@pytest.mark.parametrize("standing", ["candidate", "declared_intent", "refused"])
def test_who_is_no_member_owes_nothing(eccar: Office, standing: str) -> None:
    member_id = eccar.hears_of_member(standing, name="member_recorded", sequence=1)
    assert standing_of(eccar, member_id) == (standing, 1)
    assert eccar.obligations(member_id) == []
    assert eccar.tells() == []


def test_an_admission_before_its_coalition_is_tried_again_and_then_works(office: Office) -> None:
    member_id, message_id = new_id(), new_id()
    with pytest.raises(ProjectionBehind) as raised:
        office.hears_of_member(member_id=member_id, message_id=message_id)
    assert (raised.value.code, raised.value.retryable) == ("PROJECTION_BEHIND", True)
    assert (office.rows("members"), office.rows("obligations"), office.rows("inbox"), office.tells()) == (
        [],
        [],
        [],
        [],
    )
    office.hears_of_coalition("eccar")
    office.hears_of_member(member_id=member_id, message_id=message_id)
    assert office.obligations(member_id) == [("open", "2028-11-24")]


def test_an_application_needs_no_coalition(office: Office) -> None:
    member_id = new_id()
    hear(office, member_id, HISTORY[0])
    assert standing_of(office, member_id) == ("candidate", 1)


def test_a_coalition_without_rules_asks_for_no_reports(office: Office) -> None:
    office.hears_of_coalition("arab", rules=[])
    member_id = office.hears_of_member(coalition="arab")
    assert standing_of(office, member_id) == ("member", 2)
    assert office.obligations(member_id) == []


def test_projections_rebuilt_from_the_log_open_no_second_duty(eccar: Office) -> None:
    staying, leaving = new_id(), new_id()
    for entry in HISTORY[:3]:
        hear(eccar, staying, entry)
    for entry in HISTORY:
        hear(eccar, leaving, entry)
    report = eccar.completes(staying, eccar.opens_cycle().cycle.id)
    eccar.submits(report.id)
    before = eccar.snapshot()
    eccar.database["members"].delete_many({})
    eccar.database["inbox"].delete_many({})
    for entry in HISTORY:
        hear(eccar, leaving, entry)
    for entry in HISTORY[:3]:
        hear(eccar, staying, entry)
    assert eccar.snapshot() == before


def test_the_database_itself_allows_one_open_obligation_per_member(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    [row] = eccar.rows("obligations", member_id=member_id)
    with pytest.raises(DuplicateKeyError, match="one_open_obligation_per_member"):
        eccar.database["obligations"].insert_one({**row, "_id": new_id()})
    eccar.database["obligations"].insert_one({**row, "_id": new_id(), "status": "fulfilled"})


def test_a_coalitions_newest_rules_count(office: Office) -> None:
    office.hears_of_coalition("eccar", rules=[{**TWO_YEARS, "first_report_after_months": 36}], sequence=2)
    office.hears_of_coalition("eccar", sequence=1)
    member_id = office.hears_of_member()
    assert office.obligations(member_id) == [("open", "2029-11-24")]


def test_a_plans_newest_state_counts(eccar: Office) -> None:
    plan_id = eccar.hears_of_plan("lac", "2006", numbers=(1, 2, 3), sequence=2)
    eccar.hears_of_plan("lac", "2006", numbers=(1,), plan_id=plan_id, sequence=1)
    assert [commitment.number for commitment in eccar.opens_cycle("lac").cycle.commitments] == [1, 2, 3]


def test_plans_that_arrive_in_reverse_order_keep_the_order_of_their_publication(eccar: Office) -> None:
    eccar.hears_of_plan("lac", "2026", at=datetime(2026, 11, 24, 9, 1, tzinfo=UTC))
    eccar.hears_of_plan("lac", "2006", at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    assert eccar.opens_cycle("lac").cycle.plan_version == "2026"


def test_the_same_member_id_in_another_coalition_changes_nothing_here(eccar: Office) -> None:
    member_id = eccar.hears_of_member()
    eccar.hears_of_coalition("lac")
    before = eccar.snapshot()
    with pytest.raises(DuplicateKeyError):
        eccar.hears_of_member("former", coalition="lac", member_id=member_id, sequence=9)
    assert eccar.snapshot() == before


def test_a_duty_in_another_coalition_is_its_own(eccar: Office) -> None:
    eccar.hears_of_coalition("lac", rules=[{**TWO_YEARS, "first_report_after_months": 12}])
    here, there = eccar.hears_of_member(), eccar.hears_of_member(coalition="lac")
    assert eccar.obligations(here) == [("open", "2028-11-24")]
    assert eccar.obligations(there) == [("open", "2027-11-24")]
    hear(eccar, there, ("former", "member_withdrawn", 3), coalition="lac")
    assert eccar.obligations(here) == [("open", "2028-11-24")]


def test_a_leap_day_is_kept_over_the_years(eccar: Office) -> None:
    member_id = eccar.hears_of_member(admitted_on="2024-02-29", at=datetime(2024, 3, 1, tzinfo=UTC))
    assert eccar.obligations(member_id) == [("open", "2026-02-28")]
    cycle = eccar.opens_cycle(period_start=date(2024, 1, 1), period_end=date(2025, 12, 31)).cycle
    eccar.submits(eccar.completes(member_id, cycle.id).id)
    assert eccar.obligations(member_id) == [("fulfilled", "2026-02-28"), ("open", "2028-02-29")]
