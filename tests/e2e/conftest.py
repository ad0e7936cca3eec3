"""The platform for a whole file of tests: started once per worker and file, on a vhost and databases of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from tests.support import infrastructure as real
from tests.support.infrastructure import Infrastructure
from tests.support.platform import Platform, platform_on
from tests.support.processes import ServiceEnvironment


@pytest.fixture(scope="module")
def platform(infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]]) -> Iterator[Platform]:
    with real.vhost(infrastructure) as broker, real.databases(mongo) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=prefix
        )
        with platform_on(environment) as platform:
            yield platform


@pytest.fixture(scope="module")
def seeded(platform: Platform) -> Platform:
    """The platform with the network's real data."""
    platform.seed()
    return platform
