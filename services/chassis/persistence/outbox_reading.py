"""What the metrics of a relay say of its outbox, read by index and within a deadline."""

import logging
from typing import Any, Final

import pymongo
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import PyMongoError

from ..observability.metrics import OutboxReading
from . import lease, outbox
from .outbox_status import RELAY_LEASE

_log = logging.getLogger(__name__)

READ_SECONDS: Final = 2.0
"""For everything together. Prometheus gives a scrape ten seconds."""

# The names of indexes, as hints: without its index a query is refused instead of reading the whole event log.
_PENDING_INDEX: Final = "pending"
_PARKED_INDEX: Final = "parked"

_PENDING: Final = {"published_at": None}

Rows = Collection[dict[str, Any]]


def read_outbox(database: Database[dict[str, Any]], *, owner: str) -> OutboxReading:
    """The outbox as the relay `owner` has to tell of it, the cheapest first: what the deadline cuts off is the count
    of a very long outbox, not its age. Never raises PyMongoError."""
    found: dict[str, Any] = {}
    rows = database[outbox.COLLECTION]
    try:
        with pymongo.timeout(READ_SECONDS):
            found |= _lease(database, owner)
            if found["in_charge"]:
                found["oldest_age"] = _oldest_age(rows)
                found["parked"] = rows.count_documents(outbox.PARKED, hint=_PARKED_INDEX)
                found["pending"] = rows.count_documents(_PENDING, hint=_PENDING_INDEX)
    except PyMongoError as error:
        _log.warning("the outbox could not be read for its metrics", extra={"error": str(error)})
        return OutboxReading(complete=False, **found)
    return OutboxReading(complete=True, **found)


def _lease(database: Database[dict[str, Any]], owner: str) -> dict[str, Any]:
    # By the server's clock, as the lease itself.
    alive = {"$gt": ["$expires_at", "$$NOW"]}
    steps: list[dict[str, Any]] = [
        {"$match": {"_id": RELAY_LEASE}},
        {"$project": {"owner": 1, "epoch": 1, "alive": alive}},
    ]
    row = next(iter(database[lease.COLLECTION].aggregate(steps)), {"owner": None, "epoch": 0, "alive": False})
    holder = row["owner"] if row["alive"] else None
    return {"in_charge": holder in (owner, None), "lease_held": holder == owner, "lease_epoch": row["epoch"]}


def _oldest_age(rows: Rows) -> float:
    seconds = {"$divide": [{"$subtract": ["$$NOW", {"$toDate": "$created"}]}, 1000]}
    steps: list[dict[str, Any]] = [
        {"$match": _PENDING},
        {"$sort": {"created": 1}},
        {"$limit": 1},
        {"$project": {"_id": 0, "age": seconds}},
    ]
    oldest = next(iter(rows.aggregate(steps, hint=_PENDING_INDEX)), None)
    # `created` has whole seconds and a clock of its own.
    return 0.0 if oldest is None else max(0.0, oldest["age"])
