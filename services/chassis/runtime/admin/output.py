"""Tables for people, JSON for programs, progress on stderr for whoever waits at a terminal."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

_WIDTH_OF_A_FILE: Final = 160

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
service_option = click.option("--service", "services", multiple=True, help="Only this service. May be repeated.")


def print_json(document: Any) -> None:
    click.echo(encode(document, indented=True))


def encode(value: Any, *, indented: bool = False) -> str:
    """JSON text. What is no JSON value (a stranger's header may hold anything) is given as its text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 if indented else None).decode()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, id_column: str | None = None) -> None:
    """Cells are plain text, of several lines perhaps. Nothing is cut off, and what is in `id_column` stays on one line
    where there is room: ids are there to be copied."""
    folding = [Column(name, overflow="fold", no_wrap=name == id_column) for name in columns]
    lines = any("\n" in cell for row in rows for cell in row)
    table = Table(*folding, show_lines=lines)
    for row in rows:
        table.add_row(*row)
    # Asked for each time: whoever calls this may have put another stream in the place of stdout.
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH_OF_A_FILE
    Console(file=sys.stdout, width=width, markup=False, emoji=False, highlight=False).print(table)


@contextmanager
def progress(what: str) -> Iterator["Advance"]:
    """Show how far a long work is, on stderr, when that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        expected = 0

        def expect(more: int) -> None:
            nonlocal expected
            expected += more
            shown.update(task, total=expected)

        yield Advance(expect=expect, by=lambda steps: shown.advance(task, steps))


class Advance:
    """Moves a progress bar: `expect` makes its end known, `by` moves it on."""

    def __init__(self, *, expect: Callable[[int], None], by: Callable[[int], None]) -> None:
        self.expect = expect
        self.by = by


def instant(value: datetime | None) -> str:
    """For a table: to the second, in UTC."""
    return "–" if value is None else value.strftime("%Y-%m-%d %H:%M:%S")


def iso(value: datetime | None) -> str | None:
    """For JSON: ISO 8601 with milliseconds and Z."""
    return None if value is None else value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
