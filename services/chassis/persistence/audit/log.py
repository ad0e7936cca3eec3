"""Where entries are kept. They are inserted here, sealed by `sealer`, and changed or deleted nowhere."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from .changes import Change
from .entries import Origin, entries_of_changes, entries_of_reading
from .rules import AuditRules

COLLECTION: Final = "audit"

UNSEALED: Final = {"seal": None}
# A partial index serves only queries that imply its filter: "has a number" is written as "greater than zero".
SEALED: Final = {"seal.number": {"$gt": 0}}


def _newest_first(name: str, *fields: str, where: dict[str, Any] | None = None) -> IndexModel:
    keys = [*((field, ASCENDING) for field in fields), ("_id", DESCENDING)]
    return IndexModel(keys, name=name, **({"partialFilterExpression": where} if where else {}))


INDEXES: Final = (
    _newest_first("of_coalition", "coalition"),
    _newest_first("of_method", "coalition", "method"),
    _newest_first("of_actor", "actor.id"),
    _newest_first("of_aggregate", "aggregates"),
    _newest_first("about", "about", where={"about": {"$exists": True}}),
    IndexModel([("seal", ASCENDING), ("created", ASCENDING)], name="unsealed", partialFilterExpression=UNSEALED),
    IndexModel(
        [("coalition", ASCENDING), ("seal.number", ASCENDING)],
        name="chain",
        unique=True,
        partialFilterExpression=SEALED,
    ),
)


class AuditLog:
    """Of one service's database."""

    def __init__(self, database: Database[dict[str, Any]], rules: AuditRules) -> None:
        self._collection = database[COLLECTION]
        self._rules = rules

    def add_changes(self, changes: Sequence[Change], *, origin: Origin, at: datetime, session: ClientSession) -> None:
        """Tell of a command, in the transaction of its effect. One that changed nothing leaves no entry."""
        for entry in entries_of_changes(changes, origin=origin, rules=self._rules, at=at):
            self._collection.insert_one(entry, session=session)

    def add_reading(self, found: Any, *, targets: Sequence[Any], origin: Origin, at: datetime) -> None:
        """Tell what of people's data was read. Nothing found is nothing read."""
        for entry in entries_of_reading(found, targets=targets, origin=origin, rules=self._rules, at=at):
            self._collection.insert_one(entry)
