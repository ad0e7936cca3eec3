"""`chassis admin inbox`: the record of which messages have been handled."""

from datetime import timedelta

import click

from ...kernel.clock import utc_now
from ...persistence.inbox import Inbox
from .durations import DURATION, spoken
from .faults import Refused
from .installation import Installation, pass_installation
from .output import dry_run_option, json_option, print_json, print_table, progress, service_option


@click.group(help="Which messages have been handled.")
def inbox() -> None:
    pass


@inbox.command(
    help="Forget messages handled longer ago. The database does so by itself after 14 days; this is for a "
    "database that must shrink now. A forgotten message that comes again has its effect again."
)
@click.option("--older-than", type=DURATION, required=True, help="Such as 30d or 36h.")
@service_option
@dry_run_option
@json_option
@pass_installation
def purge(
    installation: Installation, older_than: timedelta, services: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    ladder = timedelta(seconds=sum(installation.settings.retry_delays))
    if older_than <= ladder:
        raise Refused(
            f"--older-than must be longer than {spoken(ladder)}: a message on its way through the retry queues would "
            "have its effect twice."
        )
    purged = _purge(installation, installation.services(services), older_than, dry_run=dry_run)
    if as_json:
        print_json({"dry_run": dry_run, "purged": purged})
    else:
        column = "would be forgotten" if dry_run else "forgotten"
        print_table(("service", column), [(service, str(count)) for service, count in purged.items()])


def _purge(installation: Installation, services: list[str], older_than: timedelta, *, dry_run: bool) -> dict[str, int]:
    before = utc_now() - older_than
    purged = {}
    with installation.databases() as database, progress("forgetting") as bar:
        for service in services:
            rows = Inbox(database(service))
            purged[service] = rows.count_received_before(before)
            if dry_run:
                continue
            bar.expect(purged[service])
            purged[service] = 0
            for batch in rows.purge_received_before(before):
                purged[service] += batch
                bar.by(batch)
    return purged
