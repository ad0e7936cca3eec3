"""Indexes as data, created in one place before a service starts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from . import idempotency, inbox, outbox
from .audit import log
from .tenancy import TENANT

IndexesByCollection = Mapping[str, Sequence[IndexModel]]

CHASSIS: Final[IndexesByCollection] = {
    outbox.COLLECTION: outbox.INDEXES,
    inbox.COLLECTION: inbox.INDEXES,
    idempotency.COLLECTION: idempotency.INDEXES,
    log.COLLECTION: log.INDEXES,
}


def create(database: Database[dict[str, Any]], indexes: IndexesByCollection) -> list[str]:
    """Create the chassis' indexes and a service's own; harmless when they exist. Returns their full names."""
    names = []
    for collection, models in {**CHASSIS, **indexes}.items():
        created = database[collection].create_indexes(list(models))
        names += [f"{database.name}.{collection}.{name}" for name in created]
    return names


def index(
    *fields: str, name: str | None = None, unique: bool = False, where: Mapping[str, Any] | None = None
) -> IndexModel:
    """An index over `fields` ("-field": descending), of the documents that match `where`. Without a name, MongoDB's."""
    keys = [(field.removeprefix("-"), DESCENDING if field.startswith("-") else ASCENDING) for field in fields]
    options = {"name": name, "partialFilterExpression": where}
    given = {key: value for key, value in options.items() if value is not None}
    return IndexModel(keys, unique=unique, **given)


def tenant_index(
    *fields: str, name: str | None = None, unique: bool = False, where: Mapping[str, Any] | None = None
) -> IndexModel:
    """An index of a tenant's documents: the coalition first, as every query has it."""
    return index(TENANT, *fields, name=name, unique=unique, where=where)
