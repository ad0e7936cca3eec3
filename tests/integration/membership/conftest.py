"""The service's use cases on the real database, which is empty at the beginning of each test."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.persistence import indexes
from services.membership.store.indexes import INDEXES
from tests.support.principals import SECRETARY

from .personal import Personal
from .rights import Rights
from .service import Membership, Now


@pytest.fixture
def database_prefix(emptied_prefix: str) -> str:
    return emptied_prefix


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Database[dict[str, Any]]:
    database = mongo[f"{database_prefix}membership"]
    indexes.create(database, INDEXES)
    return database


@pytest.fixture(autouse=True)
def secretariat() -> Iterator[None]:
    """Every test acts as the secretary unless it says otherwise."""
    with context.use(CallContext(correlation_id="story", principal=SECRETARY)):
        yield


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def service(mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]], now: Now) -> Membership:
    """An empty registry with two coalitions: `eccar`, which has the plan of 2004, and `lac`, which has none."""
    service = Membership(mongo, database, now)
    service.register_coalition(key="eccar")
    service.register_coalition(key="lac")
    service.publish_plan(coalition="eccar", version="2004", adopted="2004-12-10")
    return service


@pytest.fixture
def rights(mongo: MongoClient[dict[str, Any]], service: Membership, now: Now) -> Rights:
    """The same, as people with rights see it: of nobody yet."""
    return Rights(mongo, service.database, now)


@pytest.fixture
def personal(mongo: MongoClient[dict[str, Any]], service: Membership, now: Now) -> Personal:
    """The same, as people see it who ask about personal data: of nobody yet."""
    return Personal(mongo, service.database, now)
