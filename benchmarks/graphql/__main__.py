"""`python -m benchmarks.graphql`"""

import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from benchmarks import bed, report

from . import cases, load, stage, tables
from .measuring import Measured, one_round

BEGIN: Final = "<!-- graphql: written by `python -m benchmarks.graphql` -->"
END: Final = "<!-- end of graphql -->"
LIBRARIES: Final = ("graphene", "graphql-core", "starlette", "uvicorn", "strawberry-graphql", "pymongo", "nameko")


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write only this file, not what is kept.")
@click.option("--seconds", type=click.FloatRange(1), default=5.0, show_default=True, help="Of each figure of a round.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Rounds that count.")
@click.option("--only", default="abcde", show_default=True, help="Queries to measure; not all: writes no results.")
def main(*, json_file: Path | None, seconds: float, rounds: int, only: str) -> None:
    """Measure the GraphQL door beside Strawberry and Yoga; write the results and refresh benchmarks/README.md."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unwinds, so that what was started is stopped
    load.require_wrk()
    load_before = os.getloadavg()[0]
    measured = _measure(only, seconds=seconds, rounds=rounds)
    found = report.conditions(
        seconds=seconds, rounds=rounds, load_before=load_before, servers=bed.versions(), libraries=LIBRARIES
    )
    for table in (tables.results(measured), tables.shares(measured)):
        _print(table)
    if json_file:
        _write_json(json_file, found, measured)
    elif len(only) == len(cases.ALL):
        _keep(found, measured)


def _measure(only: str, *, seconds: float, rounds: int) -> list[Measured]:
    progress = Console(stderr=True)
    with bed.made() as place, stage.made(place) as scene:
        asked = [case for case in scene.cases if case.key in only]
        progress.print("warming up")
        # A whole round that does not count: Node.js compiles what it has seen often.
        list(one_round(scene, asked, seconds=seconds))
        measured: list[Measured] = []
        for number in range(1, rounds + 1):
            progress.print(f"round {number} of {rounds}")
            measured += one_round(scene, asked, seconds=seconds)
        # What has been measured is still what was asked for.
        scene.check()
        return measured


def _keep(found: dict[str, Any], measured: Sequence[Measured]) -> None:
    path = report.path_of(found, kind="graphql")
    _write_json(path, found, measured)
    lines = [report.conditions_line(found), f"Each round by itself: [{path.name}](results/{path.name}).", ""]
    lines += [*_markdown(tables.results(measured)), "", "Processor time, of one processor:", ""]
    report.replace_in_readme(BEGIN, END, [*lines, *_markdown(tables.shares(measured))])
    click.echo(f"Written: benchmarks/results/{path.name} and the tables in benchmarks/README.md")


def _write_json(path: Path, found: dict[str, Any], measured: Sequence[Measured]) -> None:
    content = {**found, "measured": [each.as_dict() for each in measured]}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _markdown(table: tables.Table) -> list[str]:
    head, *rows = table
    return [_line(head), "|---" * len(head) + "|", *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _print(table: tables.Table) -> None:
    head, *rows = table
    printed = Table(*head)
    for row in rows:
        printed.add_row(*row)
    Console(width=200).print(printed)


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.graphql")
