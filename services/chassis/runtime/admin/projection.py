"""`chassis admin projection`: a service's copies of what others know."""

from dataclasses import asdict
from typing import Any

import click

from ..definition import Projection, ServiceDefinition
from ..rebuild import Rebuilt
from ..rebuild import rebuild as rebuild_projection
from ..shadow import RowDifference
from .installation import Installation, pass_installation
from .output import dry_run_option, json_option, print_json, print_table, progress

DIFFERENCE_COLUMNS = ("coalition", "id", "what", "fields")


@click.group(help="A service's copies of what other services know.")
def projection() -> None:
    pass


@projection.command(
    help="Make the projection NAME of SERVICE anew from the event log of its owner, while the service works with it. "
    "Both are in the name of its queue: events.member_projection is NAME member_projection of SERVICE events."
)
@click.argument("service")
@click.argument("name")
@dry_run_option
@json_option
@pass_installation
def rebuild(installation: Installation, service: str, name: str, dry_run: bool, as_json: bool) -> None:
    definition, chosen = _chosen(installation, service, name)
    with installation.databases() as database, progress("rebuilding") as bar:
        rebuilt = rebuild_projection(
            definition, chosen, installation.definitions, database, dry_run=dry_run, progress=bar
        )
    if as_json:
        print_json({"dry_run": dry_run, **_document(chosen, rebuilt)})
    else:
        _print(chosen, rebuilt, dry_run=dry_run)


def difference_cells(difference: RowDifference) -> tuple[str, ...]:
    return difference.coalition or "–", difference.id, difference.kind, ", ".join(difference.fields) or "–"


def _chosen(installation: Installation, service: str, name: str) -> tuple[ServiceDefinition, Projection]:
    known = {
        (definition.name, each.name): (definition, each)
        for definition in installation.definitions
        for each in definition.projections
    }
    if (service, name) not in known:
        there_are = ", ".join(" ".join(each) for each in known) or "none"
        raise click.BadParameter(f"{service} has no projection {name!r}; there are: {there_are}.", param_hint="NAME")
    return known[service, name]


def _document(chosen: Projection, rebuilt: Rebuilt) -> dict[str, Any]:
    return {
        "projection": chosen.subscription.queue,
        "messages": rebuilt.messages,
        "unreadable": list(rebuilt.unreadable),
        "rows": rebuilt.rows,
        "changes": [asdict(each) for each in rebuilt.changes],
    }


def _print(chosen: Projection, rebuilt: Rebuilt, *, dry_run: bool) -> None:
    if rebuilt.changes:
        print_table(DIFFERENCE_COLUMNS, [difference_cells(each) for each in rebuilt.changes])
    if rebuilt.unreadable:
        click.echo(f"Left out, as its subscriber did, for it cannot be read: {', '.join(rebuilt.unreadable)}.")
    done, differ = ("Would rebuild", "differ") if dry_run else ("Rebuilt", "differed")
    click.echo(
        f"{done} {chosen.subscription.queue} from {rebuilt.messages} messages: {rebuilt.rows} rows. "
        f"Rows in use that {differ} from these: {len(rebuilt.changes)}."
    )
