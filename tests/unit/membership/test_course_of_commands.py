"""Whatever commands are sent, in whatever order: no city ever has two living memberships, and every standing is what
its milestones say. The rules of the domain against a coalition kept in memory."""

from collections.abc import Callable
from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.errors import ExpectedError
from services.membership.domain.accession import Circumstances, applied, continued, decided, recorded
from services.membership.domain.city import City
from services.membership.domain.events import MemberChanged, decision_event, history_event
from services.membership.domain.membership import Membership
from services.membership.domain.milestones import MilestoneKind, ensure_course
from services.membership.domain.requests import RecordMembership
from services.membership.domain.standing import LIVING, Standing

from .examples import AMT, ECCAR, GRAZ, NOW, PLAN_2004, RATZEBURG, application, decision, milestone

CITIES = st.lists(st.sampled_from((GRAZ, RATZEBURG, AMT)), min_size=1, max_size=3, unique_by=lambda city: city.id)
DAYS = st.dates(min_value=date(2004, 1, 1), max_value=NOW.date() + timedelta(days=30))
PARTIAL = st.none() | st.builds(
    lambda day, length: PartialDate.parse(str(day)[:length]), DAYS, st.sampled_from((4, 7, 10))
)
KINDS = st.sampled_from(MilestoneKind)


class Commands(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.memberships: dict[str, Membership] = {}
        self.events: list[MemberChanged] = []

    def given_for(self, cities: list[City]) -> Circumstances:
        ids = {city.id for city in cities}
        existing = [each for each in self.memberships.values() if ids & set(each.city_ids)]
        return Circumstances(
            new_id=f"member-{len(self.memberships)}",
            cities=tuple(cities),
            existing=tuple(existing),
            plans=(PLAN_2004,),
            now=NOW,
        )

    def attempt(
        self, command: Callable[[], Membership], event: Callable[[Membership, Membership | None], MemberChanged]
    ) -> None:
        """Keep what an accepted command gives; a refused one leaves everything as it was."""
        try:
            after = command()
        except ExpectedError:
            return
        before = self.memberships.get(after.id)
        assert after.version == (before.version + 1 if before else 1)
        self.memberships[after.id] = after
        self.events.append(event(after, before))

    @rule(cities=CITIES, day=DAYS, council=PARTIAL, declared=PARTIAL)
    def apply(self, cities: list[City], day: date, council: PartialDate | None, declared: PartialDate | None) -> None:
        command = application(*cities, applied_on=day, decided_on=council, declared_on=declared)
        self.attempt(lambda: applied(command, self.given_for(cities)), lambda after, _: history_event(after))

    @rule(cities=CITIES, kinds=st.lists(KINDS, min_size=1, max_size=4), day=PARTIAL)
    def record(self, cities: list[City], kinds: list[MilestoneKind], day: PartialDate | None) -> None:
        milestones = tuple(milestone(kind, str(day) if day else None) for kind in kinds)
        ids = tuple(city.id for city in cities)
        command = RecordMembership(coalition="eccar", cities=ids, milestones=milestones)
        self.attempt(lambda: recorded(command, self.given_for(cities)), lambda after, _: history_event(after))

    @precondition(lambda self: self.memberships)
    @rule(data=st.data(), outcome=st.sampled_from(("admitted", "refused")), day=DAYS, against=st.integers(0, 6))
    def decide(self, data: st.DataObject, outcome: str, day: date, against: int) -> None:
        before = data.draw(st.sampled_from(sorted(self.memberships.values(), key=lambda each: each.id)))
        taken = decision(outcome, on=day, votes=(5, against, 0))
        self.attempt(
            lambda: decided(before, taken, coalition=ECCAR, plans=[PLAN_2004], now=NOW),
            lambda after, _: decision_event(after),
        )

    @precondition(lambda self: self.memberships)
    @rule(data=st.data(), kind=KINDS, day=PARTIAL)
    def go_on(self, data: st.DataObject, kind: MilestoneKind, day: PartialDate | None) -> None:
        before = data.draw(st.sampled_from(sorted(self.memberships.values(), key=lambda each: each.id)))
        step = milestone(kind, str(day) if day else None)
        self.attempt(
            lambda: continued(before, step, plans=[PLAN_2004], now=NOW),
            lambda after, earlier: history_event(after, before=earlier),
        )

    @invariant()
    def a_city_has_at_most_one_living_membership(self) -> None:
        living = [city_id for each in self.memberships.values() if each.standing in LIVING for city_id in each.city_ids]
        assert len(living) == len(set(living))

    @invariant()
    def every_course_and_standing_is_consistent(self) -> None:
        for each in self.memberships.values():
            ensure_course(each.milestones, bodies=len(each.cities))
            assert (each.standing is Standing.REFUSED) == each.has(MilestoneKind.REFUSAL)
            assert (each.standing is Standing.FORMER) == each.has(MilestoneKind.WITHDRAWAL)
            if each.standing in (Standing.MEMBER, Standing.FORMER):
                assert each.has(MilestoneKind.ADMISSION)
            if each.decision is not None:
                assert each.has(each.decision.outcome.milestone)
            if each.standing is Standing.MEMBER:
                assert each.plan_id == PLAN_2004.id or each.admitted_on is not None

    @invariant()
    def every_accepted_command_is_one_event_of_its_own_version(self) -> None:
        told = [(event.subject, event.sequence) for event in self.events]
        assert len(told) == len(set(told)) == sum(each.version for each in self.memberships.values())


Commands.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestCourseOfCommands = Commands.TestCase
