"""What was asked, and what was answered."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One mutation under one idempotency key. `may_refuse` are the codes with which it may rightly be refused;
    `is_wrong` says that it must be. `gives` is the payload's field."""

    key: str
    mutation: str
    gives: str
    service: str
    input: dict[str, Any]
    may_refuse: frozenset[str] = frozenset()
    is_wrong: bool = False


class Kind(Enum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`payload` is the changed object of an acknowledged command, `codes` say why there is none. Times are
    monotonic seconds."""

    kind: Kind
    codes: tuple[str, ...] = ()
    payload: dict[str, Any] = field(default_factory=dict)
    asked_at: float = 0.0
    answered_at: float = 0.0


class Ledger:
    """Every command of a trial with its outcomes, the last of which counts. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._outcomes: dict[str, list[Outcome]] = {}
        self._commands: dict[str, Command] = {}

    def enter(self, command: Command, outcome: Outcome) -> None:
        with self._lock:
            self._commands[command.key] = command
            self._outcomes.setdefault(command.key, []).append(outcome)

    def commands(self) -> list[Command]:
        with self._lock:
            return list(self._commands.values())

    def first(self, command: Command) -> Outcome:
        with self._lock:
            return self._outcomes[command.key][0]

    def last(self, command: Command) -> Outcome:
        with self._lock:
            return self._outcomes[command.key][-1]

    def of(self, kind: Kind) -> list[tuple[Command, Outcome]]:
        """The commands whose last outcome is of `kind`."""
        return [(command, self.last(command)) for command in self.commands() if self.last(command).kind is kind]

    def acknowledged(self, mutation: str) -> list[tuple[Command, Outcome]]:
        return [each for each in self.of(Kind.ACKNOWLEDGED) if each[0].mutation == mutation]

    def was_unknown(self) -> list[Command]:
        """The commands whose first outcome was unknown."""
        return [command for command in self.commands() if self.first(command).kind is Kind.UNKNOWN]

    def wrongly_answered(self) -> list[tuple[Command, Outcome]]:
        """Refused without a right to it, or carried out although they were wrong."""
        return [(command, outcome) for command, outcome in self._settled() if not is_right(command, outcome)]

    def _settled(self) -> Iterable[tuple[Command, Outcome]]:
        return [*self.of(Kind.ACKNOWLEDGED), *self.of(Kind.REFUSED)]


def is_right(command: Command, outcome: Outcome) -> bool:
    if outcome.kind is Kind.ACKNOWLEDGED:
        return not command.is_wrong
    return set(outcome.codes) <= command.may_refuse
