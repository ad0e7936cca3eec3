"""What the commands work on: the installed services, and where the settings say their broker and databases are."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from ...kernel.config import Environment
from ...kernel.errors import Unavailable
from ...messaging.declaration import topology_of
from ...persistence.client import connect
from ...persistence.faults import bounded
from ...protocol.topology import Queue, Subscription, rpc_queue
from ..definition import ServiceDefinition, load_definitions
from ..settings import ProcessSettings
from .faults import Refused


@dataclass
class Installation:
    """Found by entry points. Tests give the command line one with definitions of their own (`main(obj=...)`)."""

    load: Callable[[], Sequence[ServiceDefinition]] = load_definitions

    @cached_property
    def settings(self) -> ProcessSettings:
        """Raises ConfigurationError."""
        return ProcessSettings.from_environment(Environment())

    @cached_property
    def definitions(self) -> Sequence[ServiceDefinition]:
        return self.load()

    @property
    def subscriptions(self) -> list[Subscription]:
        return [subscription for definition in self.definitions for subscription in definition.subscriptions]

    @property
    def queues(self) -> list[Queue]:
        """Every queue of the platform, in the order in which they must be declared."""
        rpc_queues = [rpc_queue(definition.name) for definition in self.definitions]
        return topology_of(self.subscriptions, self.settings.retry_delays) + rpc_queues

    def services(self, chosen: Sequence[str]) -> list[str]:
        """The names of the services, or of those in `chosen`. Raises click's BadParameter for an unknown one."""
        known = [definition.name for definition in self.definitions]
        for name in chosen:
            if name not in known:
                raise click.BadParameter(
                    f"{name!r} is no service; there are {', '.join(known)}.", param_hint="--service"
                )
        return [name for name in known if not chosen or name in chosen]

    @contextmanager
    def databases(self) -> Iterator[Callable[[str], Database[dict[str, Any]]]]:
        """Gives the database of a service by its name, for the block."""
        hosts = self._database_hosts()
        client: MongoClient[dict[str, Any]] = connect(self.settings.mongodb_uri, service="chassis-admin", pool_size=2)
        try:
            with bounded():
                yield lambda service: client[self.settings.database(service)]
        except Unavailable as error:
            raise Refused(f"The database at {hosts} cannot be used: {error}") from error
        finally:
            client.close()

    def _database_hosts(self) -> str:
        try:
            nodes = parse_uri(self.settings.mongodb_uri.reveal())["nodelist"]
        except PyMongoError as error:
            raise Refused(f"The environment variable MONGODB_URI is not the address of a database: {error}.") from error
        return ", ".join(f"{host}:{port}" for host, port in nodes)


pass_installation = click.make_pass_decorator(Installation)
