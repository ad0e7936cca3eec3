"""The ends of the chains: one document per coalition, and one for the network."""

from collections.abc import Iterator
from typing import Any, Final

from pymongo.client_session import ClientSession
from pymongo.database import Database

from .chain import Head

COLLECTION: Final = "audit_heads"


class Heads:
    """Of one service's database. The coalition None is the network."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database[COLLECTION]

    def of(self, coalition: str | None, *, session: ClientSession | None = None) -> Head:
        row = self._collection.find_one({"_id": _key(coalition)}, session=session)
        return Head() if row is None else Head(row["number"], row["hash"])

    def move(self, coalition: str | None, head: Head, *, session: ClientSession) -> None:
        row = {"number": head.number, "hash": head.hash}
        self._collection.replace_one({"_id": _key(coalition)}, row, upsert=True, session=session)

    def all(self) -> Iterator[tuple[str | None, Head]]:
        """In the order of the coalitions, the network first."""
        for row in self._collection.find({}).sort("_id"):
            yield row["_id"]["coalition"], Head(row["number"], row["hash"])


def _key(coalition: str | None) -> dict[str, str | None]:
    # Not the name alone: a coalition may be called whatever the network were called.
    return {"coalition": coalition}
