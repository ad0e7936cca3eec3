"""The recorder service on the real broker and database."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.persistence import indexes
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, run, running
from tests.support.recorder.definition import DEFINITION

MODULE = ("-m", "tests.support.recorder")
QUICK_LADDER = {"RETRY_DELAYS_SECONDS": "0.1,0.2,0.4"}


@pytest.fixture
def environment(service_environment: ServiceEnvironment) -> ServiceEnvironment:
    return service_environment.with_settings(**QUICK_LADDER)


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Database[dict[str, Any]]:
    database = mongo[f"{database_prefix}recorder"]
    indexes.create(database, DEFINITION.indexes)
    return database


@pytest.fixture
def declared(environment: ServiceEnvironment, database: Database[dict[str, Any]]) -> None:
    run([*MODULE, "declare"], environment)


@pytest.fixture
def recorder(environment: ServiceEnvironment, declared: None) -> Iterator[Process]:
    process = Process([*MODULE, "serve"], environment)
    with running(process):
        yield process


@pytest.fixture
def relay(environment: ServiceEnvironment, declared: None) -> Iterator[Process]:
    process = Process([*MODULE, "relay"], environment)
    with running(process):
        yield process


@pytest.fixture
def client(broker: Broker) -> Iterator[BusClient]:
    with bus(broker.amqp_uri) as client:
        yield client


def tally_of(database: Database[dict[str, Any]], name: str) -> int:
    """How often the effect of the message about `name` happened."""
    found = database["tally"].find_one({"_id": name})
    return found["count"] if found else 0
