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
from tests.support.principals import SECRETARY

from .office import Office


class SettableClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def database(mongo: MongoClient[dict[str, Any]], emptied_prefix: str) -> Database[dict[str, Any]]:
    database = mongo[f"{emptied_prefix}reports"]
    indexes.create(database, SERVICE.indexes)
    return database


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
