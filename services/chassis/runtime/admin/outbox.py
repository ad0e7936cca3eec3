"""`chassis admin outbox`: messages on their way from the services' databases to the broker."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from ...persistence.outbox import Outbox
from ...persistence.outbox_status import OutboxStatus, ParkedRow, parked_rows, status_of
from .durations import spoken
from .faults import Refused
from .installation import Installation, pass_installation
from .output import dry_run_option, instant, iso, json_option, print_json, print_table, service_option


@click.group(help="Messages on their way to the broker.")
def outbox() -> None:
    pass


@outbox.command(help="What waits, how long, what is parked, and which relay works.")
@service_option
@json_option
@pass_installation
def status(installation: Installation, services: tuple[str, ...], as_json: bool) -> None:
    with installation.databases() as database:
        found = {service: status_of(database(service)) for service in installation.services(services)}
    if as_json:
        print_json({"services": {service: _status_document(each) for service, each in found.items()}})
        return
    columns = ("service", "pending", "oldest", "published in the last hour", "parked", "relay", "its lease until")
    print_table(columns, [(service, *_status_cells(each)) for service, each in found.items()])


@outbox.command(help="Try parked messages again at the relay's next turn, instead of within a minute.")
@service_option
@click.option("--id", "ids", multiple=True, help="Only this message. May be repeated.")
@dry_run_option
@json_option
@pass_installation
def retry(
    installation: Installation, services: tuple[str, ...], ids: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    with installation.databases() as database:
        found = {service: parked_rows(database(service), ids) for service in installation.services(services)}
        _refuse_unknown(ids, found)
        if not dry_run:
            for service, rows in found.items():
                Outbox(database(service)).retry([row.id for row in rows])
    if as_json:
        documents = [_row_document(service, row) for service, rows in found.items() for row in rows]
        print_json({"dry_run": dry_run, "retried": documents})
    elif any(found.values()):
        cells = [_row_cells(service, row) for service, rows in found.items() for row in rows]
        print_table(("service", "message", "type / coalition", "parked at", "why"), cells, id_column="message")
        done = "Would be tried" if dry_run else "Tried"
        click.echo(f"{done} again at the relay's next turn: {len(cells)}.")
    else:
        click.echo("Nothing is parked.")


def _refuse_unknown(ids: tuple[str, ...], found: dict[str, list[ParkedRow]]) -> None:
    unknown = set(ids) - {row.id for rows in found.values() for row in rows}
    if unknown:
        raise Refused(f"Not parked: {', '.join(sorted(unknown))}. Nothing was tried again.")


def _status_document(status: OutboxStatus) -> dict[str, Any]:
    return {
        "pending": status.pending,
        "oldest_age_seconds": None if status.oldest_age is None else round(status.oldest_age, 3),
        "published_last_hour": status.published_last_hour,
        "parked": status.parked,
        "lease_owner": status.lease_owner,
        "lease_expires_at": iso(status.lease_expires_at),
    }


def _status_cells(status: OutboxStatus) -> tuple[str, ...]:
    age = None if status.oldest_age is None else timedelta(seconds=status.oldest_age)
    return (
        str(status.pending),
        spoken(age),
        str(status.published_last_hour),
        str(status.parked),
        status.lease_owner or "none",
        instant(status.lease_expires_at),
    )


def _row_document(service: str, row: ParkedRow) -> dict[str, Any]:
    return {"service": service, **asdict(row), "parked_at": iso(row.parked_at)}


def _row_cells(service: str, row: ParkedRow) -> tuple[str, ...]:
    return service, row.id, f"{row.type}\n{row.coalition or '–'}", instant(row.parked_at), row.reason
