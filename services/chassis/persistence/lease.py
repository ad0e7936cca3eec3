"""A lease: which of several processes may do a thing that only one may do at a time."""

import time
from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.database import Database

COLLECTION: Final = "leases"


class Lease:
    """Held by one `owner` for `seconds`, by the server's clock, renewed by holding it again.

    Within a third of that time the owner need not ask again: a monotonic clock runs on while a process is stopped, so
    one that slept past its lease asks first.
    """

    def __init__(self, database: Database[dict[str, Any]], *, name: str, owner: str, seconds: float) -> None:
        self._collection = database[COLLECTION]
        self._name = name
        self._owner = owner
        self._milliseconds = int(seconds * 1000)
        self._trusted_until = 0.0
        self._exists = False

    def hold(self) -> bool:
        """Take or renew the lease. False: another owner holds it."""
        asked_at = time.monotonic()
        if asked_at < self._trusted_until:
            return True
        held = self._ask()
        self._trusted_until = asked_at + self._milliseconds / 3000 if held else 0.0
        return held

    def release(self) -> None:
        """Give the lease back at once, so that the next owner need not wait for it to expire."""
        self._trusted_until = 0.0
        self._collection.update_one({"_id": self._name, "owner": self._owner}, {"$set": {"owner": None}})

    def _ask(self) -> bool:
        if not self._exists:
            # `$expr` is refused in the filter of an upsert, so the document exists before anyone claims it.
            first = {"$setOnInsert": {"owner": None, "epoch": 0}}
            self._collection.update_one({"_id": self._name}, first, upsert=True)
            self._exists = True
        free = {"$or": [{"owner": self._owner}, {"owner": None}, {"$expr": {"$lt": ["$expires_at", "$$NOW"]}}]}
        held = self._collection.find_one_and_update(
            {"_id": self._name, **free}, self._claim(), return_document=ReturnDocument.AFTER
        )
        return held is not None

    def _claim(self) -> list[dict[str, Any]]:
        changed_hands = {"$ne": ["$owner", self._owner]}
        expires = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": self._milliseconds}}
        epoch = {"$cond": [changed_hands, {"$add": ["$epoch", 1]}, "$epoch"]}
        return [{"$set": {"epoch": epoch, "expires_at": expires, "owner": self._owner}}]
