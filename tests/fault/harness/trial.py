"""One fault under load, from the first command to the audit."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final

from . import eventlog, load, quiet
from .audit import Findings, audit
from .door import send_at_once
from .fault import Fault
from .ledger import Command, Kind, Ledger
from .requests import Requests
from .secretariat import Secretariat
from .stage import Stage

RECOVERY_SECONDS: Final = 90.0
QUIET_SECONDS: Final = 150.0
RESOLVE_SECONDS: Final = 60.0
REPEATED: Final = 20

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `recovered` is how many seconds after the fault was healed every service had done
    something new, `caught_up` how many until every message from before was handled; None: it never did. `restarts` are
    processes that had to be started again though the fault killed none; `unknown` are commands without a clear answer
    at first, all of which were resolved unless `findings` say otherwise."""

    fault: str
    sent: int
    acknowledged: int
    refused: int
    unknown: int
    lost: int
    doubled: int
    recovered: float | None
    caught_up: float | None
    restarts: int
    unknown_codes: dict[str, int]
    findings: list[str]

    @property
    def passed(self) -> bool:
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "passed": self.passed}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """`rate` commands a second for `before` seconds, then during the fault, then for `after` seconds."""

    rate: float = 30.0
    before: float = 5.0
    after: float = 8.0


class Trial:
    """Runs faults on one stage, one after the other. `conferences` are open for registration on it."""

    def __init__(
        self, stage: Stage, *, conferences: list[str], pace: Pace, randomness: Random, say: Say = lambda _text: None
    ) -> None:
        self._stage = stage
        self._conferences = conferences
        self._pace = pace
        self._random = randomness
        self._say = say
        self._number = 0

    def run(self, name: str, faults: list[Fault]) -> Row:
        """`faults` in turn under one load, then the audit."""
        requests = Requests(f"{name}-{self._random.randrange(16**4):04x}", number=self._number)
        self._number += 1
        ledger = Ledger()
        dead = sum(map(len, quiet.dead_letters(self._stage).values())) + sum(fault.dead_letters for fault in faults)
        restarts_before = len(self._stage.attendant.restarts)
        secretariat = Secretariat(requests, conferences=self._conferences, randomness=self._random)
        driver = load.Load(self._stage.url, secretariat, ledger, rate=self._pace.rate)
        driver.start()
        try:
            problems, times = self._break(faults, driver)
        finally:
            driver.stop()
        problems += self._settle(ledger)
        problems += _failed_requests(faults, ledger)
        restarts = self._stage.attendant.restarts[restarts_before:]
        problems += [
            f"{each.name} ended by itself ({each.reason}): {each.last_words}" for each in restarts if each.died
        ]
        self._say("auditing")
        findings = audit(self._stage, ledger, dead=dead)
        return _row(name, ledger, findings, problems, times, len(restarts))

    def _break(self, faults: list[Fault], driver: load.Load) -> tuple[list[str], "list[_Times]"]:
        problems: list[str] = []
        times = []
        time.sleep(self._pace.before)
        for fault in faults:
            self._say(fault.title.format(lasts=fault.lasts))
            problems += _attempt(fault, fault.inject, self._stage)
            time.sleep(fault.lasts)
            problems += _attempt(fault, fault.heal, self._stage)
            times.append(self._recover(driver))
            problems += times[-1].problems(fault)
            problems += _attempt(fault, fault.settle, self._stage)
        time.sleep(self._pace.after)
        return problems, times

    def _recover(self, driver: load.Load) -> "_Times":
        healed = time.monotonic()
        recovered = driver.recover(healed, seconds=RECOVERY_SECONDS)
        mark = eventlog.now(self._stage)
        behind = quiet.wait_until_caught_up(self._stage, mark, seconds=QUIET_SECONDS)
        return _Times(recovered=recovered, caught_up=time.monotonic() - healed, behind=behind)

    def _settle(self, ledger: Ledger) -> list[str]:
        """Wait for quiet, resolve what is unknown, repeat some of what is known, wait again."""
        self._say("waiting for quiet")
        problems = [_noise(quiet.wait_until_quiet(self._stage, seconds=QUIET_SECONDS))]
        self._say(f"resolving {len(ledger.of(Kind.UNKNOWN))} unknown outcomes")
        load.resolve(self._stage.url, ledger, seconds=RESOLVE_SECONDS)
        problems += self._repeat(ledger)
        problems.append(_noise(quiet.wait_until_quiet(self._stage, seconds=QUIET_SECONDS)))
        return [problem for problem in problems if problem]

    def _repeat(self, ledger: Ledger) -> list[str]:
        """Ask again for what was acknowledged: the same key gives the same answer, and does nothing."""
        acknowledged = ledger.of(Kind.ACKNOWLEDGED)
        chosen = self._random.sample(acknowledged, min(REPEATED, len(acknowledged)))
        again = [(command, outcome, send_at_once(self._stage.url, command)) for command, outcome in chosen]
        return [
            f"{command.mutation} {command.key} gave {first.payload}, and asked again {second.codes or second.payload}"
            for command, first, second in again
            if _version(command, first.payload) != _version(command, second.payload)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    recovered: float | None
    caught_up: float
    behind: str | None

    def problems(self, fault: Fault) -> list[str]:
        found = []
        if self.recovered is None:
            found.append(f"{fault.name}: no recovery within {RECOVERY_SECONDS:.0f} s")
        elif self.recovered > fault.recovers_within:
            found.append(f"{fault.name}: recovery took {self.recovered:.1f} s, not {fault.recovers_within:.0f} s")
        if self.behind:
            found.append(f"{fault.name}: not caught up after {self.caught_up:.0f} s: {self.behind}")
        return found


def broken(name: str, reason: str) -> Row:
    """The row of a trial that came to no end."""
    none = dict.fromkeys(("sent", "acknowledged", "refused", "unknown", "lost", "doubled", "restarts"), 0)
    return Row(fault=name, **none, recovered=None, caught_up=None, unknown_codes={}, findings=[reason])


def _version(command: Command, payload: dict[str, Any]) -> Any:
    """What must not differ between two answers to one key. A registration is read again for each answer: personal
    data is not kept with the key."""
    return payload.get("id") if command.gives == "registration" else payload


def _attempt(fault: Fault, act: Callable[[Stage], None], stage: Stage) -> list[str]:
    try:
        act(stage)
    except (AssertionError, TimeoutError) as error:
        return [f"{fault.name}: {error}"]
    return []


def _noise(reason: str | None) -> str:
    return f"no quiet after {QUIET_SECONDS:.0f} s: {reason}" if reason else ""


def _failed_requests(faults: list[Fault], ledger: Ledger) -> list[str]:
    if not all(fault.fails_no_request for fault in faults):
        return []
    return [
        f"{command.mutation} {command.key} failed: {ledger.first(command).codes}" for command in ledger.was_unknown()
    ]


def _row(name: str, ledger: Ledger, findings: Findings, problems: list[str], times: list[_Times], restarts: int) -> Row:
    unknown = ledger.was_unknown()
    recovered = [each.recovered for each in times]
    return Row(
        fault=name,
        sent=len(ledger.commands()),
        acknowledged=len(ledger.of(Kind.ACKNOWLEDGED)),
        refused=len(ledger.of(Kind.REFUSED)),
        unknown=len(unknown),
        lost=len(findings.lost),
        doubled=len(findings.doubled),
        recovered=None if None in recovered else max(each for each in recovered if each is not None),
        caught_up=None if any(each.behind for each in times) else max(each.caught_up for each in times),
        restarts=restarts,
        unknown_codes=dict(Counter(code for command in unknown for code in set(ledger.first(command).codes))),
        findings=[*problems, *findings.all],
    )
