"""`chassis admin check`: whether what the services know of each other is true."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from ..consistency import PAUSE_SECONDS, ROUNDS, Compared, Patience
from ..consistency import check as compare_all
from .installation import Installation, pass_installation
from .output import json_option, print_json, print_table, progress, service_option
from .projection import DIFFERENCE_COLUMNS, difference_cells


@click.group(help="Whether what the services know of each other is true.")
def check() -> None:
    pass


@check.command(
    help="Compare each projection with its owner, and name each row that is missing, extra or different. A row that "
    "differs is looked at again before it is named: its message may be on its way. Exits 1 when something differs."
)
@service_option
@click.option(
    "--rounds",
    type=click.IntRange(min=0),
    default=ROUNDS,
    show_default=True,
    help=f"How often a row that differs is looked at again, {PAUSE_SECONDS:g} s later each time.",
)
@json_option
@pass_installation
def consistency(installation: Installation, services: tuple[str, ...], rounds: int, as_json: bool) -> None:
    chosen = installation.services(services)
    with installation.databases() as database, progress("comparing") as bar:
        compared = compare_all(
            installation.definitions, database, services=chosen, patience=Patience(rounds=rounds), progress=bar
        )
    consistent = not any(each.differences for each in compared)
    if as_json:
        print_json({"ok": consistent, "compared": [asdict(each) for each in compared]})
    else:
        _print(compared)
    click.get_current_context().exit(0 if consistent else 1)


def _print(compared: Sequence[Compared]) -> None:
    cells = [
        (f"{each.service}.{each.projection}", *difference_cells(difference))
        for each in compared
        for difference in each.differences
    ]
    if cells:
        print_table(("projection", *DIFFERENCE_COLUMNS), cells)
        click.echo("`chassis admin projection rebuild SERVICE NAME` makes a projection anew.")
    rows = sum(each.rows for each in compared)
    click.echo(f"Compared {len(compared)} projections ({rows} rows) with their owners. Rows that differ: {len(cells)}.")
