"""The commands of the suite, each under a new key."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from tests.support.story import TODAY, YESTERDAY, localized

from .ledger import Command

COALITION: Final = "eccar"
NOT_YET: Final = frozenset({"NOT_A_MEMBER"})
"""What a service may rightly say while it has not heard of an admission."""

_DAYS_PER_TRIAL: Final = 10_000


class Requests:
    """`name` tells the commands of one trial from those of another on the same platform, and their effects too."""

    def __init__(self, name: str, *, number: int) -> None:
        """`number` is the trial's on its platform, from 0."""
        self.name = name
        self._numbers = itertools.count(1)
        # Cycles must not overlap: each is one day of the past, and each trial has a stretch of days of its own.
        self._days = itertools.count(1 + number * _DAYS_PER_TRIAL)

    def register_city(self) -> Command:
        name = f"City {next(self._numbers)} of {self.name}"
        return self._command("registerCity", "city", "membership", name=name, country="AT", legalType="CITY")

    def apply(self, city: str) -> Command:
        applied_on = YESTERDAY.isoformat()
        return self._command(
            "applyForMembership", "member", "membership", coalition=COALITION, cities=[city], appliedOn=applied_on
        )

    def decide(self, candidate: str) -> Command:
        return self._command(
            "recordDecision",
            "member",
            "membership",
            memberId=candidate,
            outcome="ADMITTED",
            body="STEERING_COMMITTEE",
            decidedOn=TODAY.isoformat(),
            votes={"inFavour": 20, "against": 0, "abstentions": 1},
        )

    def register_delegate(self, conference: str, member: str) -> Command:
        number = next(self._numbers)
        command = self._command(
            "registerDelegate",
            "registration",
            "events",
            conferenceId=conference,
            memberId=member,
            name=f"Delegate {number}",
            email=f"delegate-{number}@{self.name}.example.org",
            attendance="ON_SITE",
        )
        return replace(command, may_refuse=NOT_YET)

    def cancel_registration(self, registration: str) -> Command:
        return self._command("cancelRegistration", "registration", "events", registrationId=registration)

    def announce_conference(self) -> Command:
        day = (TODAY + timedelta(days=90)).isoformat()
        return self._command(
            "announceConference",
            "conference",
            "events",
            coalition=COALITION,
            kind="WORKSHOP",
            title=localized(f"Workshop {next(self._numbers)} of {self.name}"),
            startDate=day,
            endDate=day,
            mode="ONLINE",
        )

    def open_cycle(self) -> Command:
        day = (TODAY - timedelta(days=next(self._days))).isoformat()
        return self._command(
            "openCycle",
            "cycle",
            "reports",
            coalition=COALITION,
            name=localized(f"Cycle of {day}"),
            periodStart=day,
            periodEnd=day,
            dueOn=(TODAY + timedelta(days=90)).isoformat(),
        )

    def start_report(self, member: str, cycle: str) -> Command:
        command = self._command("startReport", "report", "reports", memberId=member, cycleId=cycle)
        return replace(command, may_refuse=NOT_YET)

    def save_answer(self, report: str, commitment: int) -> Command:
        text = localized(f"Answer {next(self._numbers)} of {self.name}")
        return self._command(
            "saveAnswer", "report", "reports", reportId=report, commitment=commitment, status="ACHIEVED", text=text
        )

    def submit_report(self, report: str) -> Command:
        return self._command("submitReport", "report", "reports", reportId=report)

    def _command(self, mutation: str, gives: str, service: str, **values: Any) -> Command:
        key = f"{self.name}-{next(self._numbers):06}"
        return Command(key=key, mutation=mutation, gives=gives, service=service, input=values)


def wrong(command: Command, *codes: str) -> Command:
    """The same as a command that must be refused with one of `codes`."""
    return replace(command, may_refuse=frozenset(codes), is_wrong=True)
