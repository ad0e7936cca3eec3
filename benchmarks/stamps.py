"""When a message was committed, confirmed and acted on, as the processes themselves saw it.

The commands that PyMongo reports tell it without a line in the chassis: the outbox row names the message in the
command's transaction, the inbox row in the effect's, and the relay marks as published what the broker has confirmed.
Linux's monotonic clock is one for all processes of a machine.
"""

import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Final, TextIO

from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from services.chassis.persistence import inbox, outbox

SETTING: Final = "BENCHMARK_STAMPS"
COMMITTED: Final = "committed"
CONFIRMED: Final = "confirmed"
EFFECTED: Final = "effected"

Stamp = tuple[str, str]


def write_to(path: str) -> None:
    """Stamp from now on. Before the process makes its MongoDB client."""
    file = Path(path).open("a", buffering=1)  # noqa: SIM115  # as long as the process lives
    monitoring.register(_Stamping(file))


class StampFile:
    """Reads what several processes append."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()
        self._file = path.open()
        self._rest = ""
        self.times: dict[str, dict[str, float]] = defaultdict(dict)
        """Seconds on the monotonic clock by message id, by stage."""

    def read(self) -> None:
        """Take in what is new."""
        *lines, self._rest = (self._rest + self._file.read()).split("\n")
        for line in lines:
            stage, message_id, at = line.split()
            # A message that is delivered twice has its effect once: the first stamp counts.
            self.times[stage].setdefault(message_id, float(at))

    def close(self) -> None:
        self._file.close()


class _Stamping(CommandListener):
    """A commit is stamped when the server has acknowledged it, a confirm when the relay begins to mark it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._written: dict[tuple[bytes, int], Stamp] = {}
        self._committing: dict[int, Stamp] = {}

    def started(self, event: CommandStartedEvent) -> None:
        now = time.monotonic()
        command = event.command
        collection = command.get(event.command_name)
        if event.command_name == "insert" and collection == outbox.COLLECTION:
            self._written[_transaction(command)] = (COMMITTED, command["documents"][0]["_id"])
        elif event.command_name == "insert" and collection == inbox.COLLECTION:
            self._written[_transaction(command)] = (EFFECTED, command["documents"][0]["_id"]["message"])
        elif event.command_name == "update" and collection == outbox.COLLECTION:
            for message_id in command["updates"][0]["q"]["_id"]["$in"]:
                self._write((CONFIRMED, message_id), now)
        elif event.command_name == "commitTransaction" and (stamp := self._written.pop(_transaction(command), None)):
            self._committing[event.request_id] = stamp

    def succeeded(self, event: CommandSucceededEvent) -> None:
        if stamp := self._committing.pop(event.request_id, None):
            self._write(stamp, time.monotonic())

    def failed(self, event: CommandFailedEvent) -> None:
        self._committing.pop(event.request_id, None)

    def _write(self, stamp: Stamp, at: float) -> None:
        self._file.write(f"{stamp[0]} {stamp[1]} {at!r}\n")


def _transaction(command: Any) -> tuple[bytes, int]:
    return bytes(command["lsid"]["id"]), command["txnNumber"]
