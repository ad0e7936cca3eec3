"""A collection seen through one coalition. Nothing else reaches a tenant's documents."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pymongo.command_cursor import CommandCursor

from ..kernel.requests import Ref
from .collection import Document, NetworkCollection, Query
from .unit_of_work import Work

T = TypeVar("T")

TENANT: Final = "coalition"

_log = logging.getLogger(__name__)


class TenantCollection(NetworkCollection):
    """Puts `coalition` into every filter, document and pipeline. Cannot be made without one."""

    def __init__(self, work: Work, name: str, *, coalition: str) -> None:
        if not coalition:
            raise ValueError("a tenant's collection needs its coalition")
        super().__init__(work, name)
        self.coalition = coalition

    def nearest(
        self, query: Query, stage: Mapping[str, Any], rest: Iterable[Mapping[str, Any]]
    ) -> CommandCursor[Document]:
        """`$geoNear` must be a pipeline's first stage, so the coalition goes into its own `query`."""
        geo_near = {"$geoNear": {**stage, "query": self._scoped(query)}}
        return self._collection.aggregate([geo_near, *rest], session=self._session)

    def project(self, document: Mapping[str, Any]) -> bool:
        """Store a projection's row, unless what is stored is as new or newer (`sequence`).

        True: the row tells what `document` tells, since now or since before. False: it tells something newer.

        Where `sequence` jumps, messages in between have not arrived (yet). That is no error: a message carries the
        whole state, so this one has healed what they left out, and when they come they change nothing. It is logged.
        """
        key = self._scoped({"_id": document["_id"]})
        stored = self._collection.find_one(key, {"sequence": 1}, session=self._session)
        known = 0 if stored is None else stored.get("sequence", 0)
        if known < document["sequence"]:
            self._collection.replace_one(key, self._owned(document), upsert=True, session=self._session)
            self._log_gap(document, known)
        return bool(known <= document["sequence"])

    def _log_gap(self, document: Mapping[str, Any], known: int) -> None:
        if document["sequence"] > known + 1:
            about = {"collection": self._collection.name, TENANT: self.coalition, "aggregate": document["_id"]}
            _log.info("gap", extra={**about, "known": known, "arrived": document["sequence"]})

    def _scoped(self, query: Query) -> Document:
        if TENANT in query and query[TENANT] != self.coalition:
            raise ValueError(f"this collection is scoped to {self.coalition!r}")
        return {TENANT: self.coalition, **query}

    def _owned(self, document: Mapping[str, Any]) -> Document:
        return {**document, TENANT: self.coalition}


class TenantRepository:
    """Base of repositories: made for one coalition, over one collection."""

    collection: str

    def __init__(self, work: Work, *, coalition: str) -> None:
        self._documents = TenantCollection(work, self.collection, coalition=coalition)

    @property
    def coalition(self) -> str:
        return self._documents.coalition


def by_refs(refs: Sequence[Ref], find: Callable[[str, list[str]], Mapping[str, T]]) -> list[T | None]:
    """What each of `refs` refers to, or None; `find` looks up, by id, several things of one coalition at once."""
    ids: dict[str, list[str]] = {}
    for ref in refs:
        ids.setdefault(ref.coalition, []).append(ref.id)
    found = {coalition: find(coalition, asked) for coalition, asked in ids.items()}
    return [found[ref.coalition].get(ref.id) for ref in refs]
