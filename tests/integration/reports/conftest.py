"""The use cases of the reports service on a real database: no bus, a clock that the test sets."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.persistence import indexes
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.reports.wiring import SERVICE
from tests.support import infrastructure as real
from tests.support.principals import SECRETARY

from .office import Office


class SettableClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def indexed_database(mongo: MongoClient[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """One per worker: to make the indexes anew for each test takes longer than the tests."""
    with real.databases(mongo) as prefix:
        database = mongo[f"{prefix}reports"]
        indexes.create(database, SERVICE.indexes)
        yield database


@pytest.fixture
def database(indexed_database: Database[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """Empty at the beginning of a test."""
    yield indexed_database
    for name in indexed_database.list_collection_names():
        indexed_database[name].delete_many({})


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def unit_of_work(
    mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]], clock: SettableClock
) -> UnitOfWork:
    return UnitOfWork(mongo, database.name, clock=clock, publishing=SERVICE.publishing, policy=SERVICE.policy)


@pytest.fixture
def as_development() -> Iterator[None]:
    """Acts as the development principal in a process that accepts it."""
    with context.use(CallContext(principal=SECRETARY)):
        yield


@pytest.fixture
def office(unit_of_work: UnitOfWork, database: Database[dict[str, Any]], as_development: None) -> Office:
    """An empty reporting office."""
    return Office(unit_of_work, database)


@pytest.fixture
def eccar(office: Office) -> Office:
    """One that knows ECCAR, its rule of two years and its plan of 2004."""
    office.hears_of_coalition("eccar")
    office.hears_of_plan("eccar", "2004")
    return office
