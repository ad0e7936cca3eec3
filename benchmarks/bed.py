"""Where a measurement takes place: a vhost and databases of its own on the broker and the server that the environment
names, and the processes that it starts there. All of it is gone afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import click
import kombu
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.config import Secret
from services.chassis.persistence import indexes
from services.chassis.persistence.client import connect
from tests.support import infrastructure as real
from tests.support.infrastructure import Infrastructure
from tests.support.processes import Process, ServiceEnvironment, run
from tests.support.recorder.definition import DEFINITION

MODULE: Final = ("-m", "benchmarks.process")
_LONGEST_CLEANING_MS: Final = 90_000
"""A database is not dropped before the server has given up the transactions of a killed service."""

SETTINGS: Final = {"amqp_uri": "AMQP_URI", "management_uri": "MANAGEMENT_URI", "mongodb_uri": "MONGODB_URI"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bed:
    """`recorder` is the database of the measured service, `raw` the one of the baseline, with the same indexes."""

    environment: ServiceEnvironment
    recorder: Database[dict[str, Any]]
    raw: Database[dict[str, Any]]

    @property
    def amqp_uri(self) -> str:
        return self.environment.amqp_uri

    def process(self, role: str, **settings: str) -> Process:
        """Start `python -m benchmarks.process <role>`; who asks for it closes it."""
        return Process([*MODULE, role], self.environment.with_settings(**settings))


@contextmanager
def made() -> Iterator[Bed]:
    """Raises click's UsageError when the environment names no broker or no database."""
    servers = infrastructure()
    client = connect(Secret(servers.mongodb_uri), service="benchmarks", pool_size=20)
    patient: MongoClient[dict[str, Any]] = MongoClient(servers.mongodb_uri, timeoutMS=_LONGEST_CLEANING_MS)
    with client, patient, real.vhost(servers) as broker, real.databases(patient) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=servers.mongodb_uri, database_prefix=prefix
        )
        bed = Bed(environment=environment, recorder=client[f"{prefix}recorder"], raw=client[f"{prefix}raw"])
        indexes.create(bed.recorder, DEFINITION.indexes)
        indexes.create(bed.raw, {})
        run([*MODULE, "declare"], environment)
        yield bed


def versions() -> dict[str, str]:
    """Of the broker and the database server."""
    servers = infrastructure()
    client: MongoClient[dict[str, Any]]
    with MongoClient(servers.mongodb_uri) as client, kombu.Connection(servers.amqp_uri) as connection:
        connection.connect()
        broker: str = connection.connection.server_properties["version"]
        return {"RabbitMQ": broker, "MongoDB": client.server_info()["version"]}


def infrastructure() -> Infrastructure:
    """What the environment names. Raises UsageError."""
    if missing := [name for name in SETTINGS.values() if not os.environ.get(name)]:
        raise click.UsageError(
            f"{', '.join(missing)} not set. `.venv/bin/python -m deploy.local test .venv/bin/python -m benchmarks` "
            "starts a broker and a database and sets them."
        )
    return Infrastructure(**{field: os.environ[name] for field, name in SETTINGS.items()})
