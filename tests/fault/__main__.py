"""`python -m tests.fault`: break everything, and show that nothing is lost and nothing happens twice."""

import json
import os
import platform
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from deploy.local.refusal import Refusal
from deploy.local.settings import ROOT

from .faults import FAULTS
from .harness import suite
from .harness.page import refresh
from .harness.suite import SEQUENCE, Plan
from .harness.table import show
from .harness.trial import Pace, Row


@click.command(help=__doc__)
@click.option("--fault", "names", multiple=True, type=click.Choice([*FAULTS, SEQUENCE]), help="Only this one; repeat.")
@click.option("--seed", type=int, help="What is random follows from it; a new one each time without it.")
@click.option("--seconds", default=20.0, show_default=True, help="Load around each fault, beside the fault itself.")
@click.option("--rate", default=30.0, show_default=True, help="Commands a second.")
@click.option(
    "--json",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows there too, and go on where a run with the same seed stopped: what passed is not run again.",
)
@click.option("--write", is_flag=True, help="Put the table into docs/failure-modes.md, if every row passed.")
def main(
    *, names: Sequence[str], seed: int | None, seconds: float, rate: float, file: Path | None, write: bool
) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(stderr=True)
    plan = _plan(names, secrets.randbelow(10**6) if seed is None else seed, seconds, rate)
    console.print(f"seed {plan.seed}, {rate:g} commands/s, {_machine()}", highlight=False)
    rows = _passed_before(file, plan.seed)
    plan = plan.without({row.fault for row in rows})
    started = time.monotonic()

    def say(text: str) -> None:
        console.print(f"{time.monotonic() - started:7.1f} s  {text}", highlight=False, markup=False)

    def report(row: Row) -> None:
        rows.append(row)
        say(f"{row.fault}: {'passed' if row.passed else 'FAILED'}, {row.acknowledged} acknowledged")
        if file:
            file.write_text(json.dumps(_document(plan, rows), indent=1))

    try:
        suite.run(plan, report=report, say=say)
    except (Refusal, OSError) as error:
        console.print(f"not all could be run: {error}", style="red", markup=False)
        raise SystemExit(1) from None
    finally:
        if rows:
            show(rows, Console(width=140))
    passed = all(row.passed for row in rows)
    if write and passed:
        _write(plan, rows, seconds=seconds, rate=rate)
    sys.exit(0 if passed else 1)


def _write(plan: Plan, rows: Sequence[Row], *, seconds: float, rate: float) -> None:
    command = f'make faults ARGS="--seed {plan.seed} --seconds {seconds:g} --rate {rate:g} --write"'
    said = f"Made by `{command}` on {time.strftime('%Y-%m-%d')}, on {_machine()}; {rate:g} commands a second."
    titles = {fault.name: fault.title.format(lasts=fault.lasts) for fault in FAULTS.values()}
    refresh(ROOT / "docs" / "failure-modes.md", rows, titles, said=said)


def _plan(names: Sequence[str], seed: int, seconds: float, rate: float) -> Plan:
    every = list(FAULTS.values())
    return Plan(
        faults=[FAULTS[name] for name in names if name != SEQUENCE] if names else every,
        sequence=every if not names or SEQUENCE in names else [],
        seed=seed,
        pace=Pace(rate=rate, before=seconds / 2, after=seconds / 2),
        logs=ROOT / ".run" / "faults",
    )


def _passed_before(file: Path | None, seed: int) -> list[Row]:
    if file is None or not file.exists():
        return []
    document = json.loads(file.read_text())
    rows = document["rows"] if document["seed"] == seed else []
    return [Row(**{name: value for name, value in row.items() if name != "passed"}) for row in rows if row["passed"]]


def _document(plan: Plan, rows: Sequence[Row]) -> dict[str, object]:
    return {"seed": plan.seed, "machine": _machine(), "rows": [row.as_dict() for row in rows]}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {system}"


if __name__ == "__main__":
    main()
