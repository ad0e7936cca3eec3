"""The sealer: gives new entries their place in the chain of their coalition.

Entries are sealed in the order of `created`, an empty `Timestamp` that the server fills in at their insert. One whose
transaction commits late is sealed when it is there: it is found because it has no seal, not by its position.

Seals and heads are written in one transaction, so a sealer that dies in between has done nothing; and two sealers that
meet change the same entries, so one of them starts again and finds what the other has done.
"""

import logging
import threading
from contextlib import suppress
from typing import Any, Final

from pymongo import ASCENDING, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from ..client import TRANSACTION_READ_CONCERN, TRANSACTION_WRITE_CONCERN
from ..lease import Lease
from .chain import SEAL, Seal, seals
from .heads import Heads
from .log import COLLECTION, UNSEALED

_log = logging.getLogger(__name__)

BATCH: Final = 200
PAUSE_SECONDS: Final = 1.0

LEASE: Final = "audit"
LEASE_SECONDS: Final = 5.0
"""How long the others wait for a sealer that died."""

Entries = list[dict[str, Any]]


class Sealer:
    """Of one service's database."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._client = database.client
        self._entries = database[COLLECTION]
        self._heads = Heads(database)

    def run(self, *, lease: Lease, stop: threading.Event) -> None:
        """Seal once a second while holding `lease`, until `stop` is set.

        The lease only saves work: what several sealers do at a time is right all the same.
        """
        while not stop.wait(PAUSE_SECONDS):
            try:
                while lease.hold() and self.seal() == BATCH and not stop.is_set():
                    pass
            except Exception:
                # Whatever it was (a failover, say), the entries are still unsealed: the next turn looks again.
                _log.exception("a turn of the audit log's sealer failed")
        with suppress(PyMongoError):
            lease.release()

    def seal(self) -> int:
        """Seal the oldest entries that have no seal, a batch at most. Returns how many."""
        if self._entries.find_one(UNSEALED, {"_id": 1}) is None:
            return 0
        with self._client.start_session() as session:
            return session.with_transaction(
                self._seal_batch,
                read_concern=TRANSACTION_READ_CONCERN,
                write_concern=TRANSACTION_WRITE_CONCERN,
            )

    def _seal_batch(self, session: ClientSession) -> int:
        entries: Entries = list(self._entries.find(UNSEALED, session=session).sort("created", ASCENDING).limit(BATCH))
        by_coalition: dict[str | None, Entries] = {}
        for entry in entries:
            by_coalition.setdefault(entry["coalition"], []).append(entry)
        for coalition, of_coalition in by_coalition.items():
            self._extend(coalition, of_coalition, session)
        return len(entries)

    def _extend(self, coalition: str | None, entries: Entries, session: ClientSession) -> None:
        made = list(seals(self._heads.of(coalition, session=session), entries))
        self._entries.bulk_write(
            [_sealing(entry, seal) for entry, seal in zip(entries, made, strict=True)],
            ordered=False,
            session=session,
        )
        self._heads.move(coalition, made[-1].head, session=session)


def start_sealing(database: Database[dict[str, Any]], *, owner: str, stop: threading.Event) -> threading.Thread:
    """In a thread of its own: messages must not wait for the audit log, nor the audit log for a broker that is away."""
    lease = Lease(database, name=LEASE, owner=owner, seconds=LEASE_SECONDS)
    thread = threading.Thread(target=Sealer(database).run, kwargs={"lease": lease, "stop": stop}, daemon=True)
    thread.start()
    return thread


def _sealing(entry: dict[str, Any], seal: Seal) -> UpdateOne:
    return UpdateOne({"_id": entry["_id"], **UNSEALED}, {"$set": {SEAL: seal.as_dict()}})
