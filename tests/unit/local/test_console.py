import io
import json
from typing import Any

import click
import pytest

from deploy.local.console import Console, Repetitions, shortened


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> list[str]:
    return click.unstyle(stream.getvalue()).splitlines()


def record(**fields: Any) -> str:
    return json.dumps({"time": "2026-11-24 12:03:04,567", "level": "INFO", "logger": "a.b", **fields})


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def console(terminal: Terminal) -> Console:
    console = Console(terminal)
    console.introduce("events", "membership")
    return console


def test_a_record_becomes_a_short_line(console: Console, terminal: Terminal) -> None:
    console.show("events", record(message="serving events", process="events", correlation_id=None, queue="q"))
    assert shown(terminal) == ["events     │ 12:03:04 serving events queue=q"]


def test_elsewhere_than_on_a_terminal_a_record_stays_what_it_is() -> None:
    stream = io.StringIO()
    line = record(message="serving")
    Console(stream).show("events", line)
    assert shown(stream) == [f"events │ {line}"]


def test_warnings_and_errors_say_so() -> None:
    text = shortened({"time": "2026-11-24T12:03:04.567Z", "level": "ERROR", "message": "no\nway"})
    assert click.unstyle(text) == "12:03:04 ERROR no way"


def test_of_a_traceback_only_what_happened_is_shown(console: Console, terminal: Terminal) -> None:
    trace = 'Traceback (most recent call last):\n  File "x.py", line 1, in y\n    z()\nKeyError: 1'
    console.show("events", record(message="failed", exc_info=trace))
    for line in trace.splitlines():
        console.show("membership", line)
    assert shown(terminal) == ["events     │ 12:03:04 failed KeyError: 1", "membership │ KeyError: 1"]


def test_what_is_no_record_is_shown_as_it_is(console: Console, terminal: Terminal) -> None:
    for line in ("plain", "{not json", '{"no": "message"}', "[1]"):
        console.show("events", line)
    assert shown(terminal) == [
        "events     │ plain",
        "events     │ {not json",
        'events     │ {"no": "message"}',
        "events     │ [1]",
    ]


def test_a_long_value_is_cut(console: Console, terminal: Terminal) -> None:
    console.show("events", record(message="m", query="x" * 100))
    assert shown(terminal)[0].endswith(f"query={'x' * 59}…")


def test_while_the_terminal_is_lent_only_what_is_urgent_waits(console: Console, terminal: Terminal) -> None:
    with console.lent():
        console.show("events", record(message="routine"))
        console.show("events", record(message="careful", level="WARNING"))
        console.say("events died")
        assert shown(terminal) == []
    assert shown(terminal) == ["events     │ 12:03:04 WARNING careful", "events died"]


def test_a_record_that_repeats_is_shown_once(console: Console, terminal: Terminal) -> None:
    for second in range(3):
        line = record(message="cannot connect", correlation_id=str(second))
        console.show("events", line.replace("12:03:04", f"12:03:0{second}"))
    console.show("events", record(message="connected"))
    assert shown(terminal) == [
        "events     │ 12:03:00 cannot connect correlation_id=0",
        "events     │ 12:03:04 connected (and 2 more before this)",
    ]


def test_repetitions_are_told_apart_by_process_and_forgotten_after_ten_seconds() -> None:
    now = [0.0]
    repetitions = Repetitions(lambda: now[0])
    assert repetitions.seen("a", "x") == 0
    assert repetitions.seen("b", "x") == 0
    now[0] = 9.9
    assert repetitions.seen("a", "x") is None
    now[0] = 10.0
    assert repetitions.seen("a", "x") == 1


def test_a_stream_nobody_reads_any_more_stops_nobody() -> None:
    class Broken(Terminal):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    Console(Broken()).say("still here")
