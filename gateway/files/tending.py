"""What is left to do with files, every few minutes: files that wait for the scanner are shown to it, and what nobody
needs is cleaned away. Done twice, or half, it does no harm."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from gateway.auth.principals import Call

from .clamd import INFECTED, PENDING, Scanner
from .scanning import scanned
from .shelves import Shelf
from .store import Key, ObjectMissing, ObjectStore, Stored

_log = logging.getLogger(__name__)

KEPT_WITHOUT_RECEIPT: Final = timedelta(days=1)
"""Longer than an upload can last (services/files/file.py): until then its receipt may still come."""

_BATCH: Final = 1_000
_FORGOTTEN_AT_ONCE: Final = 100
"""In one transaction, and within the time of one call."""

View = Mapping[str, Any]


@dataclass(slots=True)
class Tended:
    """What was done: numbers of files and objects. `missing` are receipts whose object is not there."""

    settled: int = 0
    waiting: int = 0
    missing: int = 0
    forgotten: int = 0
    objects: int = 0
    fragments: int = 0


class Tending:
    """`call` asks the services as the gateway itself."""

    def __init__(self, store: ObjectStore, scanner: Scanner, call: Call) -> None:
        self._store = store
        self._scanner = scanner
        self._call = call

    async def tend(self, shelves: Sequence[Shelf], *, now: datetime) -> Tended:
        done = Tended()
        for shelf in shelves:
            await self._settle(shelf, done)
            done.forgotten += await self._forget(shelf)
            done.objects += await self._clean(shelf, now - KEPT_WITHOUT_RECEIPT)
        done.fragments = self._store.remove_fragments(now - KEPT_WITHOUT_RECEIPT)
        return done

    async def _settle(self, shelf: Shelf, done: Tended) -> None:
        """One round over the files that wait; those that the scanner cannot tell of stay where they are."""
        for file in (await self._call(shelf.service, shelf.waiting, {"first": _BATCH}))["items"]:
            key = Key(shelf.name, file["coalition"], file["object_id"])
            try:
                verdict = await scanned(self._scanner, self._store, key, file["size"])
            except ObjectMissing:
                _log.error("a file has a receipt and no bytes", extra={"file": file["id"], "object": str(key)})
                done.missing += 1
                continue
            if verdict.scan == PENDING:
                done.waiting += 1
                continue
            told = {"coalition": file["coalition"], "file_id": file["id"]}
            await self._call(shelf.service, shelf.settle, {**told, "scan": verdict.scan, "threat": verdict.threat})
            done.settled += 1
            if verdict.scan == INFECTED:
                _log.warning("a file is infected", extra={"file": file["id"], "threat": verdict.threat})
                done.objects += await self._delete_unneeded(shelf, file["coalition"], [key])

    async def _forget(self, shelf: Shelf) -> int:
        """Announced files that never came."""
        forgotten = 0
        while found := len((await self._call(shelf.service, shelf.forget, {"first": _FORGOTTEN_AT_ONCE}))["items"]):
            forgotten += found
        return forgotten

    async def _clean(self, shelf: Shelf, before: datetime) -> int:
        """Objects that no file needs. What is not needed once is never needed again (`Files.needed`), so nothing can
        come in between the question and the deletion."""
        deleted = 0
        async for batch in self._store.older_than(before, shelf.name):
            for coalition, keys in _by_coalition(batch):
                deleted += await self._delete_unneeded(shelf, coalition, keys)
        return deleted

    async def _delete_unneeded(self, shelf: Shelf, coalition: str, keys: Sequence[Key]) -> int:
        """Those of these objects that no file needs. Returns how many they are."""
        needed = await self._needed(shelf, coalition, [key.id for key in keys])
        unneeded = [key for key in keys if key.id not in needed]
        for key in unneeded:
            await self._store.delete(key)
        return len(unneeded)

    async def _needed(self, shelf: Shelf, coalition: str, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for some in _in_groups(ids, _BATCH):
            asked = {"coalition": coalition, "object_ids": some}
            found.update((await self._call(shelf.service, shelf.needed, asked))["items"])
        return found


def _by_coalition(batch: Sequence[Stored]) -> Iterator[tuple[str, list[Key]]]:
    keys: dict[str, list[Key]] = defaultdict(list)
    for each in batch:
        keys[each.key.coalition].append(each.key)
    return iter(keys.items())


def _in_groups(ids: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some
