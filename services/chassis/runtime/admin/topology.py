"""`chassis admin topology`: declare what the platform needs of the broker, or say what differs."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from ...messaging.comparison import Difference, differences
from ...messaging.connection import named_faults
from ...messaging.declaration import declare as declare_queues
from ...messaging.management import hidden_differences
from .installation import Installation, pass_installation
from .output import dry_run_option, json_option, print_json, print_table, progress

_CHANGED = (
    "A queue's arguments cannot be changed: give the changed queue a new name in the code, or stop what uses the old "
    "one, empty it and delete it."
)


@click.group(help="The exchanges and queues of the broker.")
def topology() -> None:
    pass


@topology.command(
    help="Declare every exchange, queue and binding; harmless when all exist. An argument that differs is "
    "reported before anything is declared."
)
@dry_run_option
@json_option
@pass_installation
def declare(installation: Installation, dry_run: bool, as_json: bool) -> None:
    found = _compare(installation)
    changed = [each for each in found if each.problem == "changed"]
    missing = [each.name for each in found if each.problem == "missing"]
    if not changed and not dry_run:
        amqp_uri = installation.settings.amqp_uri.reveal()
        with named_faults(amqp_uri):
            declare_queues(amqp_uri, installation.queues)
    if as_json:
        documents = [asdict(each) for each in changed]
        print_json({"ok": not changed, "dry_run": dry_run, "missing": missing, "differences": documents})
    elif changed:
        _print_differences(changed)
        click.echo(f"Nothing was declared. {_CHANGED}")
    else:
        done = "Would declare" if dry_run else "Declared"
        click.echo(
            f"{done} {len(installation.queues)} queues and their exchanges; {len(missing)} of these were missing."
        )
    click.get_current_context().exit(1 if changed else 0)


@topology.command(
    help="Compare what should be declared with what the broker has, without changing anything. "
    "Exits 1 when something differs."
)
@click.option(
    "--management",
    "management_uri",
    metavar="URL",
    help="The broker's management API (http://user:password@host:15672), to compare bindings and to find queues that "
    "nobody declares: AMQP shows neither.",
)
@json_option
@pass_installation
def diff(installation: Installation, management_uri: str | None, as_json: bool) -> None:
    found = _compare(installation)
    if management_uri:
        amqp_uri = installation.settings.amqp_uri.reveal()
        found += hidden_differences(management_uri, amqp_uri, installation.queues)
    if as_json:
        print_json({"ok": not found, "differences": [asdict(each) for each in found]})
    elif found:
        _print_differences(found)
    else:
        click.echo(f"{len(installation.queues)} queues and their exchanges are as declared.")
    click.get_current_context().exit(1 if found else 0)


def _compare(installation: Installation) -> list[Difference]:
    with progress("comparing") as bar:
        bar.expect(len(installation.queues))
        return differences(installation.settings.amqp_uri.reveal(), installation.queues, seen=lambda name: bar.by(1))


def _print_differences(found: Sequence[Difference]) -> None:
    rows = [
        (each.kind, each.name, each.problem, each.argument or "–", each.declared or "–", each.found or "–")
        for each in found
    ]
    print_table(("kind", "name", "problem", "argument", "should be", "is"), rows)
