"""One stream of readable lines from many processes."""

import json
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TextIO

import click

COLOURS = ("cyan", "magenta", "blue", "green", "yellow", "bright_cyan", "bright_magenta", "bright_blue")
LEVEL_COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
# The fields of a record as the chassis and the gateway write it.
TIME, LEVEL, MESSAGE, TRACEBACK = "time", "level", "message", "exc_info"
STORY = ("correlation_id", "causation_id")
# Where a line was written is for the full log, not for the console.
HIDDEN = {TIME, LEVEL, MESSAGE, TRACEBACK, "logger", "process"}
LONGEST_VALUE = 60  # characters
REPETITION_SECONDS = 10.0


class Console:
    """Prints the lines of named processes with a coloured prefix; safe to use from several threads.

    On a terminal JSON records become short lines; elsewhere they stay what they are, for machines to read.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._short = self._stream.isatty()
        self._lock = threading.Lock()
        self._prefixes: dict[str, str] = {}
        self._width = 0
        self._held: list[str] | None = None
        self._repetitions = Repetitions()

    def introduce(self, *names: str) -> None:
        """Give processes their colours, and the column its width, in a fixed order."""
        for name in names:
            self._prefixes.setdefault(name, COLOURS[len(self._prefixes) % len(COLOURS)])
        self._width = max(map(len, self._prefixes), default=0)

    def show(self, name: str, line: str) -> None:
        """One line that a process printed."""
        record = _record(line)
        urgent = record is None or record.get(LEVEL) in LEVEL_COLOURS
        if not self._short:
            self._print(self._prefixed(name, line), urgent=urgent)
            return
        if record is None and is_inside_traceback(line):
            return
        said_before = self._repetitions.seen(name, line if record is None else gist(record))
        if said_before is not None:
            text = line if record is None else shortened(record)
            note = click.style(f" (and {said_before} more before this)", dim=True) if said_before else ""
            self._print(self._prefixed(name, text + note), urgent=urgent)

    def say(self, text: str) -> None:
        """One line of the runtime itself."""
        self._print(text, urgent=True)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Somebody else writes to the terminal: hold back what is urgent until they are done, drop the rest.

        Nothing is lost: the log files have all lines.
        """
        with self._lock:
            self._held = []
        try:
            yield
        finally:
            with self._lock:
                held, self._held = self._held or [], None
            for text in held:
                self._print(text, urgent=True)

    def _prefixed(self, name: str, text: str) -> str:
        self.introduce(name)
        return f"{click.style(name.ljust(self._width), fg=self._prefixes[name])} │ {text}"

    def _print(self, text: str, *, urgent: bool) -> None:
        with self._lock:
            if self._held is not None:
                if urgent:
                    self._held.append(text)
                return
            # A reader that went away (`make run | head`) is no reason to stop the platform in mid-sentence.
            with suppress(OSError):
                click.echo(text, file=self._stream)


class Repetitions:
    """Lets through what a process says, but what it says again and again only every ten seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._last: dict[str, tuple[str, float]] = {}
        self._dropped: dict[str, int] = {}

    def seen(self, name: str, text: str) -> int | None:
        """None for a line to drop, else how many were dropped since the last one that was let through."""
        before, at = self._last.get(name, ("", -math.inf))
        if text == before and self._now() - at < REPETITION_SECONDS:
            self._dropped[name] = self._dropped.get(name, 0) + 1
            return None
        self._last[name] = (text, self._now())
        return self._dropped.pop(name, 0)


def gist(record: Mapping[str, Any]) -> str:
    """What makes two records say the same: all but their time, their story and the way to an error."""
    said = {key: value for key, value in record.items() if key not in (TIME, TRACEBACK, *STORY)}
    return f"{json.dumps(said, sort_keys=True)} {_error(record)}"


def shortened(record: Mapping[str, Any]) -> str:
    """`12:03:04 WARNING message key=value` of a JSON log record, and of a traceback the line that says what it was."""
    extras = (
        click.style(f"{key}={_clipped(value)}", dim=True)
        for key, value in record.items()
        if key not in HIDDEN and value not in (None, "")
    )
    message = " ".join(str(record[MESSAGE]).splitlines())
    return " ".join(filter(None, (_clock(record), _level_mark(record), message, _error(record), *extras)))


def is_inside_traceback(line: str) -> bool:
    """Whether a plain line belongs to a traceback, all but the last line of it, which says what happened."""
    return not line.strip() or line.startswith((" ", "Traceback (most recent call last)"))


def _record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    with suppress(ValueError):
        record = json.loads(line)
        if isinstance(record, dict) and MESSAGE in record:
            return record
    return None


def _error(record: Mapping[str, Any]) -> str:
    return str(record.get(TRACEBACK) or "").strip().rpartition("\n")[2]


def _level_mark(record: Mapping[str, Any]) -> str:
    level = str(record.get(LEVEL, ""))
    if level in LEVEL_COLOURS:
        return click.style(level, fg=LEVEL_COLOURS[level], bold=True)
    return click.style(level, dim=True) if level == "DEBUG" else ""


def _clock(record: Mapping[str, Any]) -> str:
    """The time of day in an ISO 8601 timestamp."""
    stamp = str(record.get(TIME, "")).replace("T", " ")
    return click.style(stamp.split(" ")[-1][:8], dim=True) if stamp else ""


def _clipped(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
