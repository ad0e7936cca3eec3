"""Fixtures for all layers. Unit tests use none of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.support import infrastructure as real
from tests.support.infrastructure import Broker, Infrastructure
from tests.support.processes import ServiceEnvironment


@pytest.fixture(scope="session")
def infrastructure() -> Infrastructure:
    return Infrastructure.from_environment()


@pytest.fixture(scope="session")
def mongo(infrastructure: Infrastructure) -> Iterator[MongoClient[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]] = MongoClient(infrastructure.mongodb_uri, tz_aware=True, timeoutMS=20_000)
    with client:
        yield client


@pytest.fixture
def broker(infrastructure: Infrastructure) -> Iterator[Broker]:
    """A vhost of this test's own."""
    with real.vhost(infrastructure) as broker:
        yield broker


@pytest.fixture
def database_prefix(mongo: MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Databases of this test's own: their names begin with this."""
    with real.databases(mongo) as prefix:
        yield prefix


@pytest.fixture(scope="session")
def lasting_prefix(mongo: MongoClient[dict[str, Any]]) -> Iterator[str]:
    """Databases of this worker's own, which keep their indexes: to make them anew takes longer than the tests."""
    with real.databases(mongo) as prefix:
        yield prefix


@pytest.fixture
def emptied_prefix(mongo: MongoClient[dict[str, Any]], lasting_prefix: str) -> Iterator[str]:
    """The lasting databases, empty at the beginning of a test."""
    yield lasting_prefix
    real.empty(mongo, lasting_prefix)


@pytest.fixture
def service_environment(infrastructure: Infrastructure, broker: Broker, database_prefix: str) -> ServiceEnvironment:
    """What the processes of this test find in their environment."""
    return ServiceEnvironment(
        amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=database_prefix
    )
