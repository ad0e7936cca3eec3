"""Indexes as data, created in one place before a service starts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pymongo import IndexModel
from pymongo.database import Database

from . import idempotency, inbox, outbox

IndexesByCollection = Mapping[str, Sequence[IndexModel]]

CHASSIS: Final[IndexesByCollection] = {
    outbox.COLLECTION: outbox.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
}


def create(database: Database[dict[str, Any]], indexes: IndexesByCollection) -> list[str]:
    """Create the chassis' indexes and a service's own; harmless when they exist. Returns their full names."""
    names = []
    for collection, models in {**CHASSIS, **indexes}.items():
        created = database[collection].create_indexes(list(models))
        names += [f"{database.name}.{collection}.{name}" for name in created]
    return names
