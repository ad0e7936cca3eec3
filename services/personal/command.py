"""`python -m services.<name> retain [--dry-run]`: run once a day by whatever runs things once a day."""

import json
from collections.abc import Callable
from typing import Any

import click

from services.chassis.runtime.definition import ServiceDefinition
from services.chassis.runtime.operation import operating

from .retaining import Retained, Retaining, retain


def retain_command(definition: Callable[[], ServiceDefinition], retaining: Retaining[Any]) -> click.Command:
    """The command of a service. Its effects are in the audit log, as the operator's."""

    @click.command("retain", help="Erase personal data that the retention rules say has had its time.")
    @click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
    @click.option("--json", "as_json", is_flag=True, help="Say it as JSON, a line for each.")
    def command(dry_run: bool, as_json: bool) -> None:
        with operating(definition(), command="retain") as unit_of_work:
            for done in retain(unit_of_work, retaining, dry_run=dry_run):
                click.echo(_line(done) if as_json else _sentence(done, dry_run=dry_run))

    return command


def _line(done: Retained) -> str:
    told = {
        "category": done.category.value,
        "coalition": done.coalition,
        "kept_since": done.kept_since.isoformat(),
        "count": done.count,
    }
    return json.dumps(told)


def _sentence(done: Retained, *, dry_run: bool) -> str:
    verb = "would be erased" if dry_run else "erased"
    owner = done.coalition or "the network"
    return f"{owner}: {done.count} of {done.category.label} from before {done.kept_since} {verb}"
