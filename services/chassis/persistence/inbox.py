"""The inbox: which subscriber has handled which message, written in the transaction of the effect."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

COLLECTION: Final = "inbox"
KEPT_FOR: Final = timedelta(days=14)
"""Longer than the retry ladder plus the time in which a dead letter may be replayed."""

_PURGE_BATCH: Final = 1000
"""Rows deleted at once: an operation that takes longer than the client's limit would be cut off in the middle."""

INDEXES: Final = (
    IndexModel([("received_at", ASCENDING)], name="expiry", expireAfterSeconds=int(KEPT_FOR.total_seconds())),
)


class Inbox:
    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database[COLLECTION]

    def record(self, subscriber: str, message_id: str, at: datetime, *, session: ClientSession) -> None:
        """Raises pymongo's DuplicateKeyError when `subscriber` has handled the message before."""
        row = {"_id": {"subscriber": subscriber, "message": message_id}, "received_at": at}
        self._collection.insert_one(row, session=session)

    def has(self, subscriber: str, message_id: str) -> bool:
        key = {"subscriber": subscriber, "message": message_id}
        return self._collection.find_one({"_id": key}, {"_id": 1}) is not None

    def count_received_before(self, instant: datetime) -> int:
        return self._collection.count_documents({"received_at": {"$lt": instant}})

    def purge_received_before(self, instant: datetime) -> Iterator[int]:
        """Delete the rows of messages received before `instant`, batch by batch. Yields the size of each batch."""
        while rows := list(self._collection.find({"received_at": {"$lt": instant}}, {"_id": 1}).limit(_PURGE_BATCH)):
            yield self._collection.delete_many({"_id": {"$in": [row["_id"] for row in rows]}}).deleted_count
