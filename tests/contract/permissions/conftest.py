"""The services, and a world in which to ask them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from pymongo import MongoClient

from tests.support import infrastructure as real
from tests.support import people
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Infrastructure
from tests.support.processes import Process, ServiceEnvironment, run, running

from .asking import SERVICES
from .world import World, create


@pytest.fixture(scope="module")
def platform(infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]]) -> Iterator[tuple[BusClient, World]]:
    with real.vhost(infrastructure) as broker, real.databases(mongo) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=prefix
        )
        run(["-m", "services.chassis.runtime.cli", "admin", "topology", "declare"], environment)
        for service in SERVICES:
            run(["-m", f"services.{service}", "indexes"], environment)
        commands = [[f"services.{service}", verb] for service in SERVICES for verb in ("serve", "relay")]
        processes = [Process(["-m", *command], environment) for command in commands]
        give = partial(people.give, infrastructure.mongodb_uri, f"{prefix}membership")
        with running(*processes), bus(broker.amqp_uri) as client:
            yield client, create(client, give)


@pytest.fixture(scope="module")
def client(platform: tuple[BusClient, World]) -> BusClient:
    return platform[0]


@pytest.fixture(scope="module")
def world(platform: tuple[BusClient, World]) -> World:
    return platform[1]
