"""`chassis`: the command line of whoever runs the platform."""

import sys
from collections.abc import Callable
from typing import TypeVar

import click
import orjson

from ..kernel.config import ConfigurationError, Environment
from ..messaging.declaration import TopologyConflict, declare, topology_of
from ..protocol import topology
from .definition import all_subscriptions, load_definitions
from .settings import ProcessSettings

T = TypeVar("T")


@click.group(help="Run and repair the platform. Settings come from the environment.")
def main() -> None:
    pass


@main.group(help="Administration.")
def admin() -> None:
    pass


@admin.group("topology", help="The exchanges and queues of the broker.")
def topology_group() -> None:
    pass


@topology_group.command("declare", help="Declare every exchange and queue; harmless when all exist.")
@click.option("--json", "as_json", is_flag=True, help="Print the names as JSON.")
def declare_topology(as_json: bool) -> None:
    settings = _or_exit(lambda: ProcessSettings.from_environment(Environment()))
    queues = topology_of(all_subscriptions(), settings.retry_delays)
    queues += [topology.rpc_queue(definition.name) for definition in load_definitions()]
    names = _or_exit(lambda: declare(settings.amqp_uri.reveal(), queues))
    click.echo(orjson.dumps(names).decode() if as_json else f"{len(names)} queues declared")


def _or_exit(call: Callable[[], T]) -> T:
    try:
        return call()
    except (ConfigurationError, TopologyConflict, OSError) as error:
        sys.exit(f"chassis: {error}")


if __name__ == "__main__":
    main()
