"""The event log: every message that a service has written into its outbox, for whoever must read it again.

Rows are read in the order of their `created`, published or not. A message that is not marked as published may have been
published all the same (its relay died before it could say so), and its subscribers may have handled it: a reader that
left it out could miss what they know. One that nobody has got yet is merely known early.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from bson import Timestamp
from pymongo import ASCENDING
from pymongo.database import Database

from ..protocol.envelope import Envelope
from .outbox import COLLECTION, envelope_of

_LATE_SECONDS: Final = 120
"""Rows are dated when they are written and seen when their transaction commits. MongoDB lets none live longer than a
minute, unless told otherwise: what is older than this will not turn up any more."""

_BATCH: Final = 500


class EventLog:
    """Of one service's database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._database = database
        self._collection = database[COLLECTION]

    def position(self) -> Timestamp:
        """Before everything that cannot be read yet: whoever reads on from here later misses nothing."""
        now: datetime = self._database.command("hello", codec_options=self._database.codec_options)["localTime"]
        return Timestamp(int(now.timestamp()) - _LATE_SECONDS, 0)

    def count(self, types: Collection[str]) -> int:
        return self._collection.count_documents({"type": {"$in": list(types)}})

    def messages(self, types: Collection[str], *, since: Timestamp | None = None) -> Iterator[Envelope]:
        """The messages of these types, oldest first; with `since`, from that position on."""
        query: dict[str, Any] = {"type": {"$in": list(types)}}
        if since is not None:
            query["created"] = {"$gte": since}
        for row in self._collection.find(query).sort("created", ASCENDING).batch_size(_BATCH):
            yield envelope_of(row)
