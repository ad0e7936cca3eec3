"""A lease: which of several processes may do a thing that only one may do at a time."""

from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.database import Database

COLLECTION: Final = "leases"


class Lease:
    """Held by one `owner` for `seconds`, by the server's clock, renewed by holding it again."""

    def __init__(self, database: Database[dict[str, Any]], *, name: str, owner: str, seconds: float) -> None:
        self._collection = database[COLLECTION]
        self._name = name
        self._owner = owner
        self._milliseconds = int(seconds * 1000)

    def hold(self) -> bool:
        """Take or renew the lease. False: another owner holds it."""
        # `$expr` is refused in the filter of an upsert, so the document exists before anyone claims it.
        self._collection.update_one({"_id": self._name}, {"$setOnInsert": {"owner": None, "epoch": 0}}, upsert=True)
        free = {"$or": [{"owner": self._owner}, {"owner": None}, {"$expr": {"$lt": ["$expires_at", "$$NOW"]}}]}
        held = self._collection.find_one_and_update(
            {"_id": self._name, **free}, self._claim(), return_document=ReturnDocument.AFTER
        )
        return held is not None

    def release(self) -> None:
        """Give the lease back at once, so that the next owner need not wait for it to expire."""
        self._collection.update_one({"_id": self._name, "owner": self._owner}, {"$set": {"owner": None}})

    def _claim(self) -> list[dict[str, Any]]:
        changed_hands = {"$ne": ["$owner", self._owner]}
        expires = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": self._milliseconds}}
        epoch = {"$cond": [changed_hands, {"$add": ["$epoch", 1]}, "$epoch"]}
        return [{"$set": {"epoch": epoch, "expires_at": expires, "owner": self._owner}}]
