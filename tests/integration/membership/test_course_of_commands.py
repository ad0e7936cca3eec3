"""Whatever commands are sent to the real database, in whatever order: no city ever has two living memberships, what is
stored is what was answered, and every change is told exactly once."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.errors import ExpectedError
from services.membership.domain.milestones import MilestoneKind
from services.membership.domain.standing import LIVING

from .service import Membership, Now, View

KINDS = st.sampled_from([kind.value for kind in MilestoneKind])
DAYS = st.sampled_from((None, "2004", "2025-06", "2026-10-01", "2026-11-20", "2027"))
NAMES = ("one", "two", "three")
CITIES = st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)


@dataclass(frozen=True)
class Place:
    """Where the commands go. (Hypothesis looks into what hangs on the machine's class, a database must not.)"""

    mongo: MongoClient[dict[str, Any]]
    database: Database[dict[str, Any]]


class Commands(RuleBasedStateMachine):
    place: ClassVar[Place]

    def __init__(self) -> None:
        super().__init__()
        self.service = Membership(self.place.mongo, self.place.database, Now())
        # Each run in a coalition of its own: the database need not be made anew.
        self.coalition = f"run-{uuid.uuid4().hex[:12]}"
        self.service.register_coalition(key=self.coalition)
        self.cities = {name: self.service.register_city(name=f"{name} {self.coalition}")["id"] for name in NAMES}
        self.answers: dict[str, View] = {}

    def attempt(self, command: Callable[..., View], **values: Any) -> None:
        try:
            after = command(coalition=self.coalition, **values)
        except ExpectedError:
            return
        before = self.answers.get(after["id"])
        assert after["version"] == (before["version"] + 1 if before else 1)
        self.answers[after["id"]] = after

    def some_member(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(sorted(self.answers)))

    @rule(names=CITIES, day=DAYS.filter(lambda day: day is not None and len(day) == 10), council=DAYS)
    def apply(self, names: list[str], day: str, council: str | None) -> None:
        cities = [self.cities[name] for name in names]
        self.attempt(self.service.apply_for_membership, cities=cities, applied_on=day, decided_on=council)

    @rule(names=CITIES, kinds=st.lists(KINDS, min_size=1, max_size=3), day=DAYS)
    def record(self, names: list[str], kinds: list[str], day: str | None) -> None:
        milestones = [{"kind": kind, "date": day} for kind in kinds]
        self.attempt(
            self.service.record_membership, cities=[self.cities[name] for name in names], milestones=milestones
        )

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), outcome=st.sampled_from(("admitted", "refused")))
    def decide(self, data: st.DataObject, outcome: str) -> None:
        self.attempt(self.service.record_decision, member_id=self.some_member(data), outcome=outcome)

    @precondition(lambda self: self.answers)
    @rule(data=st.data(), kind=KINDS, day=DAYS)
    def go_on(self, data: st.DataObject, kind: str, day: str | None) -> None:
        self.attempt(self.service.record_milestone, member_id=self.some_member(data), kind=kind, date=day)

    @invariant()
    def what_is_stored_is_what_was_answered(self) -> None:
        stored = self.service.list_members(coalition=self.coalition, first=200)["items"]
        assert {member["id"]: member for member in stored} == self.answers

    @invariant()
    def a_city_has_at_most_one_living_membership(self) -> None:
        living = [city["id"] for each in self.answers.values() if each["standing"] in LIVING for city in each["cities"]]
        assert len(living) == len(set(living))

    @invariant()
    def every_version_was_told_once(self) -> None:
        rows = self.place.database["outbox"].find({"coalition": self.coalition, "subject": {"$in": list(self.answers)}})
        told = sorted((row["subject"], row["sequence"]) for row in rows)
        assert told == sorted(
            (member["id"], version) for member in self.answers.values() for version in range(1, member["version"] + 1)
        )

    @invariant()
    def the_last_message_says_where_things_stand(self) -> None:
        for member in self.answers.values():
            row = self.place.database["outbox"].find_one({"subject": member["id"]}, sort=[("sequence", -1)])
            assert row is not None
            assert (row["data"]["standing"], row["data"]["admitted_on"]) == (member["standing"], member["admitted_on"])


@pytest.mark.slow
def test_no_course_of_commands_breaks_the_rules(
    mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]]
) -> None:
    Commands.place = Place(mongo, database)
    run_state_machine_as_test(
        Commands,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
