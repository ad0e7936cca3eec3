"""Who asks: a secretariat that goes on with what it knows to be done, and sometimes asks for what is wrong.

It builds on acknowledged commands only. What an unacknowledged command was about stays untouched for the rest of the
trial, so that each command has exactly one right answer whenever it is carried out.
"""

import threading
from collections.abc import Callable
from random import Random
from typing import Final, TypeVar

from tests.support import story
from tests.support.platform import Platform

from .ledger import Command, Kind, Outcome
from .requests import COALITION, Requests, wrong

T = TypeVar("T")

COMMITMENTS: Final = (1, 2)
CONFERENCES: Final = 2
_SEATS: Final = 1_000_000


def found_coalition(platform: Platform) -> list[str]:
    """A coalition with a plan and conferences open for registration, which every trial needs. Returns the latter."""
    story.coalition(platform, COALITION)
    return [story.conference(platform, key=COALITION, capacity=_SEATS) for _ in range(CONFERENCES)]


class Secretariat:
    """`conferences` are open for registration. Safe to use from several threads."""

    def __init__(self, requests: Requests, *, conferences: list[str], randomness: Random) -> None:
        self._requests = requests
        self._random = randomness
        self._lock = threading.Lock()
        self._conferences = conferences
        self._free_cities: list[str] = []
        self._candidates: list[str] = []
        self._members: list[str] = []
        self._cycles: list[str] = []
        self._unreported: list[tuple[str, str]] = []
        self._drafts: list[tuple[str, frozenset[int]]] = []
        self._registrations: list[str] = []
        self._finished: list[Command] = []
        self._choices: dict[Callable[[], Command | None], int] = {
            requests.register_city: 24,
            self._apply: 18,
            self._decide: 16,
            self._register_delegate: 12,
            self._cancel_registration: 4,
            self._start_report: 9,
            self._work_on_report: 22,
            requests.open_cycle: 1,
            self._repeat_in_vain: 4,
        }
        self._answered_before: dict[str, frozenset[int]] = {}

    def next(self) -> Command:
        """The next command, chosen by weight among those that are possible now."""
        with self._lock:
            while True:
                [choice] = self._random.choices(list(self._choices), list(self._choices.values()))
                command = choice()
                if command is not None:
                    return command

    def probes(self) -> list[Command]:
        """One command for each service that is possible whatever is known."""
        with self._lock:
            return [
                self._requests.register_city(),
                self._requests.announce_conference(),
                self._requests.open_cycle(),
            ]

    def learn(self, command: Command, outcome: Outcome) -> None:
        """Go on from an answer. An unknown outcome teaches nothing."""
        with self._lock:
            if outcome.kind is Kind.ACKNOWLEDGED:
                self._go_on(command, str(outcome.payload["id"]))
            elif outcome.kind is Kind.REFUSED and command.mutation == "startReport" and not command.is_wrong:
                self._unreported.append((command.input["memberId"], command.input["cycleId"]))

    def _go_on(self, command: Command, identity: str) -> None:
        match command.mutation:
            case "registerCity":
                self._free_cities.append(identity)
            case "applyForMembership":
                self._candidates.append(identity)
            case "recordDecision":
                self._members.append(identity)
                self._finished.append(command)
                self._unreported += [(identity, cycle) for cycle in self._cycles[-1:]]
            case "registerDelegate":
                self._registrations.append(identity)
            case "openCycle":
                self._cycles.append(identity)
                self._unreported += [(member, identity) for member in self._members[-20:]]
            case "startReport":
                self._drafts.append((identity, frozenset()))
            case "saveAnswer":
                answered = self._answered_before.pop(command.key) | {command.input["commitment"]}
                self._drafts.append((identity, answered))
            case "submitReport":
                self._finished.append(command)

    def _apply(self) -> Command | None:
        city = self._taken(self._free_cities)
        return None if city is None else self._requests.apply(city)

    def _decide(self) -> Command | None:
        candidate = self._taken(self._candidates)
        return None if candidate is None else self._requests.decide(candidate)

    def _register_delegate(self) -> Command | None:
        if not self._members:
            return None
        # The newest members, whom the events service may not know yet, and older ones.
        member = self._random.choice(self._members[-200:])
        return self._requests.register_delegate(self._random.choice(self._conferences), member)

    def _cancel_registration(self) -> Command | None:
        registration = self._taken(self._registrations)
        return None if registration is None else self._requests.cancel_registration(registration)

    def _start_report(self) -> Command | None:
        pair = self._taken(self._unreported)
        return None if pair is None else self._requests.start_report(*pair)

    def _work_on_report(self) -> Command | None:
        draft = self._taken(self._drafts)
        if draft is None:
            return None
        report, answered = draft
        unanswered = [number for number in COMMITMENTS if number not in answered]
        if not unanswered and self._random.random() < 0.6:
            return self._requests.submit_report(report)
        # A second answer to the same commitment too: only its version would show that it was saved twice.
        command = self._requests.save_answer(report, self._random.choice(unanswered or COMMITMENTS))
        self._answered_before[command.key] = answered
        return command

    def _repeat_in_vain(self) -> Command | None:
        """What was done under another key: an admission once more, an answer in a report that is submitted."""
        if not self._finished:
            return None
        done = self._random.choice(self._finished)
        if done.mutation == "recordDecision":
            return wrong(self._requests.decide(done.input["memberId"]), "NOT_A_CANDIDATE")
        return wrong(self._requests.save_answer(done.input["reportId"], COMMITMENTS[0]), "REPORT_ALREADY_SUBMITTED")

    def _taken(self, pool: list[T]) -> T | None:
        return pool.pop(self._random.randrange(len(pool))) if pool else None
