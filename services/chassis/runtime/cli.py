"""`chassis`: the command line of whoever runs the platform."""

import logging

import click

from .admin.audit import audit
from .admin.check import check
from .admin.dead_letters import dead_letters
from .admin.faults import OneSentenceGroup
from .admin.inbox import inbox
from .admin.installation import Installation
from .admin.keys import keys
from .admin.outbox import outbox
from .admin.projection import projection
from .admin.topology import topology


@click.group(cls=OneSentenceGroup, help="Run and repair the platform. Settings come from the environment.")
@click.pass_context
def main(context: click.Context) -> None:
    context.ensure_object(Installation)
    # It warns of deliveries that cross the closing of a channel, as they do whenever a queue is given back.
    logging.getLogger("amqp").addHandler(logging.NullHandler())


@main.group(
    help="Administration. Exit status: 0 done, 1 refused, failed, or a comparison found differences, 2 wrong usage. "
    "With --json each command prints one JSON document."
)
def admin() -> None:
    pass


for command in (dead_letters, outbox, inbox, topology, projection, check, keys, audit):
    admin.add_command(command)


if __name__ == "__main__":
    main()
