"""The transactional outbox: messages written in the transaction of the change they tell of, published afterwards.

Rows are ordered by `created`, an empty top-level `Timestamp` that the server fills at insert, inside transactions
too. ObjectIds are no order (their middle is random per process), and a cursor over time skips transactions that commit
late: pending rows are found by `published_at: null`, never by position. Published rows are kept: they are the event
log.

A row that reached no queue is parked (`parked_at`, `parked_reason`): until `retry_at` it and what was written later
about the same subject are not pending, so that the others go on and the order per aggregate stays.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from bson import Timestamp
from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from ..protocol.envelope import Envelope

COLLECTION: Final = "outbox"
RETRY_PARKED_SECONDS: Final = 60
"""A parked row is not tried again before, unless somebody says so (`retry`)."""

# A partial index serves only queries that imply its filter: "has a date" is written as "later than long ago".
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
HAS_DATE: Final = {"$gt": LONG_AGO}

PARKED: Final = {"parked_at": HAS_DATE}
"""Only rows not yet published: publishing unsets the date."""

INDEXES: Final = (
    IndexModel(
        [("published_at", ASCENDING), ("created", ASCENDING)],
        name="pending",
        partialFilterExpression={"published_at": None},
    ),
    IndexModel([("type", ASCENDING), ("created", ASCENDING)], name="log"),
    IndexModel([("published_at", ASCENDING)], name="published", partialFilterExpression={"published_at": HAS_DATE}),
    IndexModel([("parked_at", ASCENDING)], name="parked", partialFilterExpression={"parked_at": HAS_DATE}),
)


class Outbox:
    """Writes messages inside a transaction; gives the relay what is pending."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database[COLLECTION]

    def add(self, envelope: Envelope, *, session: ClientSession) -> None:
        self._collection.insert_one(_to_document(envelope), session=session)

    def pending(self, limit: int) -> list[Envelope]:
        """The oldest `limit` messages that may be published now, in commit order per aggregate."""
        query = {"published_at": None, "subject": {"$nin": self._blocked_subjects()}}
        rows = self._collection.find(query).sort("created", ASCENDING).limit(limit)
        return [envelope_of(row) for row in rows]

    def mark_published(self, ids: Sequence[str], at: datetime) -> None:
        no_longer_parked = {"parked_at": "", "parked_reason": "", "retry_at": ""}
        self._collection.update_many(
            {"_id": {"$in": list(ids)}}, {"$set": {"published_at": at}, "$unset": no_longer_parked}
        )

    def park(self, ids: Sequence[str], reason: str) -> None:
        """Set messages aside for a minute. `parked_at` stays the time of the first attempt; times are the server's."""
        retry_at = {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": RETRY_PARKED_SECONDS}}
        parked_at = {"$ifNull": ["$parked_at", "$$NOW"]}
        self._collection.update_many(
            # Another relay may have published it since: then there is nothing to park.
            {"_id": {"$in": list(ids)}, "published_at": None},
            [{"$set": {"parked_at": parked_at, "parked_reason": reason, "retry_at": retry_at}}],
        )

    def retry(self, ids: Sequence[str]) -> int:
        """Make parked messages pending at once. Returns how many there were."""
        query = {"_id": {"$in": list(ids)}, **PARKED}
        return self._collection.update_many(query, {"$set": {"retry_at": LONG_AGO}}).matched_count

    def _blocked_subjects(self) -> list[str]:
        waiting = {**PARKED, "$expr": {"$gt": ["$retry_at", "$$NOW"]}}
        return [row["subject"] for row in self._collection.find(waiting, {"subject": 1})]


def _to_document(envelope: Envelope) -> dict[str, Any]:
    return {
        "_id": envelope.id,
        "created": Timestamp(0, 0),
        "published_at": None,
        "type": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "sequence": envelope.sequence,
        "coalition": envelope.coalition,
        "time": envelope.time,
        "correlationid": envelope.correlationid,
        "causationid": envelope.causationid,
        "traceparent": envelope.traceparent,
        "data": envelope.data,
    }


_STATE: Final = ("_id", "created", "published_at", "parked_at", "parked_reason", "retry_at")


def envelope_of(row: dict[str, Any]) -> Envelope:
    fields = {name: value for name, value in row.items() if name not in _STATE}
    return Envelope(id=row["_id"], **fields)
