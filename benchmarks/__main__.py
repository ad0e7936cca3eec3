"""`python -m benchmarks`"""

import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from . import abuses, backlog, bed, calls, hostile, latency, principals, report
from .figures import Comparison, compare

MEASUREMENTS: Final = {
    "latency": latency.rounds,
    "backlog": backlog.rounds,
    "calls": calls.rounds,
    "principals": principals.rounds,
    "abuses": abuses.rounds,
    "hostile": hostile.rounds,
}
WARM_UP_SHARE: Final = 0.2
"""Of a round's seconds: how long each measurement runs before its first round counts."""


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write only this file, not what is kept.")
@click.option("--seconds", type=click.FloatRange(0.5), default=10.0, show_default=True, help="Length of a round.")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Rounds that count.")
@click.option("--only", type=click.Choice(list(MEASUREMENTS)), help="One measurement, for trying; writes no results.")
def main(*, json_file: Path | None, seconds: float, rounds: int, only: str | None) -> None:
    """Measure the messaging beside its raw baselines; write the results and refresh benchmarks/README.md."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # unwinds, so that what was started is stopped
    load_before = os.getloadavg()[0]
    progress = Console(stderr=True)
    comparisons = [
        comparison
        for name in ([only] if only else MEASUREMENTS)
        for comparison in _measure(name, seconds=seconds, rounds=rounds, progress=progress)
    ]
    found = report.conditions(seconds=seconds, rounds=rounds, load_before=load_before, servers=bed.versions())
    report.print_table(found, comparisons)
    if json_file:
        report.write_json(json_file, found, comparisons)
    elif not only:
        _keep(found, comparisons)


def _measure(name: str, *, seconds: float, rounds: int, progress: Console) -> list[Comparison]:
    with bed.made() as place, MEASUREMENTS[name](place) as one_round:
        progress.print(f"{name}: warming up")
        one_round(seconds * WARM_UP_SHARE)
        counted = []
        for number in range(1, rounds + 1):
            progress.print(f"{name}: round {number} of {rounds}")
            counted.append(one_round(seconds))
    return compare(counted)


def _keep(found: dict[str, Any], comparisons: list[Comparison]) -> None:
    path = report.path_of(found)
    report.write_json(path, found, comparisons)
    report.refresh_readme(found, comparisons, path)
    click.echo(f"Written: benchmarks/results/{path.name} and the table in benchmarks/README.md")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
