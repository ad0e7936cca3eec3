"""The duty over the years: whatever is told of a member, late, twice or again, and whenever it reports."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.ids import new_id
from services.reports.domain.members import Member
from services.reports.domain.obligations import Obligation, after_member_change, after_report
from services.reports.domain.statuses import ObligationStatus

from .examples import ECCAR, EVERY_TWO_YEARS, MEMBER_ID

STANDINGS = st.sampled_from(["declared_intent", "candidate", "member", "refused", "former", "dormant"])
ADMISSIONS = st.sampled_from([None, "2006", "2006-09", "2006-09-20", "2024-02-29", "2026-11-24"])


class DutyLife(RuleBasedStateMachine):
    """Plays the projection (newest sequence wins) around the rules of the duty."""

    def __init__(self) -> None:
        super().__init__()
        self.day = date(2026, 11, 24)
        self.log: list[tuple[Member, date]] = []
        self.obligations: dict[str, Obligation] = {}

    @property
    def open_ones(self) -> list[Obligation]:
        return [each for each in self.obligations.values() if each.status is ObligationStatus.OPEN]

    def changes(self, member: Member, on: date) -> Obligation | None:
        return after_member_change(member, list(self.obligations.values()), ECCAR, id=new_id(), on=on)

    def keep(self, obligation: Obligation) -> None:
        before = self.obligations.get(obligation.id)
        assert obligation.version == (before.version + 1 if before else 1)
        self.obligations[obligation.id] = obligation

    @rule(standing=STANDINGS, admitted_on=ADMISSIONS)
    def news(self, standing: str, admitted_on: str | None) -> None:
        known = PartialDate.parse(admitted_on) if admitted_on else None
        sequence = len(self.log) + 1
        member = Member(id=MEMBER_ID, coalition="eccar", standing=standing, admitted_on=known, sequence=sequence)
        self.log.append((member, self.day))
        changed = self.changes(member, self.day)
        if changed:
            self.keep(changed)

    @rule()
    def projections_are_rebuilt_from_the_log(self) -> None:
        assert [changed for member, on in self.log if (changed := self.changes(member, on))] == []

    @precondition(lambda self: self.open_ones)
    @rule()
    def report(self) -> None:
        for obligation in after_report(self.open_ones[0], new_id(), EVERY_TWO_YEARS, id=new_id(), on=self.day):
            self.keep(obligation)
        [following] = self.open_ones
        assert following.due.on is not None
        assert following.due.on > self.day

    @rule(days=st.integers(1, 1000))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)

    @invariant()
    def a_member_in_standing_owes_one_report_and_nobody_else_owes_any(self) -> None:
        in_standing = bool(self.log) and self.log[-1][0].is_in_standing
        assert len(self.open_ones) == (1 if in_standing else 0)

    @invariant()
    def only_what_was_reported_is_fulfilled(self) -> None:
        for each in self.obligations.values():
            assert (each.report_id is not None) == (each.status is ObligationStatus.FULFILLED)


DutyLife.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestDutyLife = DutyLife.TestCase
