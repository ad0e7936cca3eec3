"""A collection seen through one coalition. Nothing else reaches a tenant's documents."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

from pymongo.command_cursor import CommandCursor
from pymongo.cursor import Cursor

from ..kernel.errors import VersionConflict
from .unit_of_work import Work

TENANT: Final = "coalition"


class TenantCollection:
    """Puts `coalition` into every filter, document and pipeline. Cannot be made without one."""

    def __init__(self, work: Work, name: str, *, coalition: str) -> None:
        if not coalition:
            raise ValueError("a tenant's collection needs its coalition")
        self.coalition = coalition
        self._collection = work.collection(name)
        self._session = work.session

    def find(self, query: Mapping[str, Any], **options: Any) -> Cursor[dict[str, Any]]:
        return self._collection.find(self._scoped(query), session=self._session, **options)

    def find_one(self, query: Mapping[str, Any], **options: Any) -> dict[str, Any] | None:
        return self._collection.find_one(self._scoped(query), session=self._session, **options)

    def find_many(self, ids: Sequence[str]) -> Cursor[dict[str, Any]]:
        return self.find({"_id": {"$in": list(ids)}})

    def count(self, query: Mapping[str, Any]) -> int:
        return self._collection.count_documents(self._scoped(query), session=self._session)

    def aggregate(self, stages: Iterable[Mapping[str, Any]]) -> CommandCursor[dict[str, Any]]:
        return self._collection.aggregate([{"$match": self._scoped({})}, *stages], session=self._session)

    def nearest(
        self, query: Mapping[str, Any], stage: Mapping[str, Any], rest: Iterable[Mapping[str, Any]]
    ) -> CommandCursor[dict[str, Any]]:
        """`$geoNear` must be a pipeline's first stage, so the coalition goes into its own `query`."""
        geo_near = {"$geoNear": {**stage, "query": self._scoped(query)}}
        return self._collection.aggregate([geo_near, *rest], session=self._session)

    def insert(self, document: Mapping[str, Any]) -> None:
        self._collection.insert_one({**document, TENANT: self.coalition}, session=self._session)

    def replace(self, document: Mapping[str, Any]) -> None:
        """Store the next version of a document read before: `version` is one more than what is stored.

        Raises VersionConflict when somebody else changed it in between.
        """
        query = self._scoped({"_id": document["_id"], "version": document["version"] - 1})
        stored = self._collection.replace_one(query, {**document, TENANT: self.coalition}, session=self._session)
        if stored.matched_count == 0:
            raise VersionConflict("Somebody else changed this in the meantime. Read it again, then decide again.")

    def project(self, document: Mapping[str, Any]) -> bool:
        """Store a projection's row unless what is stored is as new or newer (`sequence`). False: it was."""
        key = self._scoped({"_id": document["_id"]})
        stored = self._collection.find_one(key, {"sequence": 1}, session=self._session)
        if stored is not None and stored["sequence"] >= document["sequence"]:
            return False
        row = {**document, TENANT: self.coalition}
        self._collection.replace_one(key, row, upsert=True, session=self._session)
        return True

    def _scoped(self, query: Mapping[str, Any]) -> dict[str, Any]:
        if TENANT in query and query[TENANT] != self.coalition:
            raise ValueError(f"this collection is scoped to {self.coalition!r}")
        return {TENANT: self.coalition, **query}


class TenantRepository:
    """Base of repositories: made for one coalition, over one collection."""

    collection: str

    def __init__(self, work: Work, *, coalition: str) -> None:
        self._documents = TenantCollection(work, self.collection, coalition=coalition)

    @classmethod
    def each(cls, work: Work, coalitions: Iterable[str]) -> list[Self]:
        """One repository per coalition, for queries that span several: each still sees only its own."""
        return [cls(work, coalition=coalition) for coalition in dict.fromkeys(coalitions)]
