"""The transactional outbox: messages written in the transaction of the change they tell of, published afterwards.

Rows are ordered by `created`, an empty top-level `Timestamp` that the server fills at insert, inside transactions
too. ObjectIds are no order (their middle is random per process), and a cursor over time skips transactions that commit
late: pending rows are found by `published_at: null`, never by position. Published rows are kept: they are the event
log.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from bson import Timestamp
from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from ..protocol.envelope import Envelope

COLLECTION: Final = "outbox"
INDEXES: Final = (
    IndexModel(
        [("published_at", ASCENDING), ("created", ASCENDING)],
        name="pending",
        partialFilterExpression={"published_at": None},
    ),
    IndexModel([("type", ASCENDING), ("created", ASCENDING)], name="log"),
)


class Outbox:
    """Writes messages inside a transaction; gives the relay what is pending."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database[COLLECTION]

    def add(self, envelope: Envelope, *, session: ClientSession) -> None:
        self._collection.insert_one(_to_document(envelope), session=session)

    def pending(self, limit: int) -> list[Envelope]:
        """The oldest `limit` messages not yet published, in commit order per aggregate."""
        rows = self._collection.find({"published_at": None}).sort("created", ASCENDING).limit(limit)
        return [_to_envelope(row) for row in rows]

    def mark_published(self, ids: Sequence[str], at: datetime) -> None:
        self._collection.update_many({"_id": {"$in": list(ids)}}, {"$set": {"published_at": at}})


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


def _to_envelope(row: dict[str, Any]) -> Envelope:
    fields = {name: value for name, value in row.items() if name not in ("_id", "created", "published_at")}
    return Envelope(id=row["_id"], **fields)
