"""Idempotency keys: the answer to a command, kept in the transaction of its effect."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from ..kernel.errors import Conflict

COLLECTION: Final = "answers"
KEPT_FOR: Final = timedelta(hours=24)
INDEXES: Final = (
    IndexModel([("created_at", ASCENDING)], name="expiry", expireAfterSeconds=int(KEPT_FOR.total_seconds())),
)


class IdempotencyKeyReused(Conflict):
    code = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True)
class Claim:
    """A caller's key for one command. A key belongs to whoever uses it: two callers may choose the same."""

    caller: str
    key: str
    fingerprint: str

    @property
    def identity(self) -> dict[str, str]:
        return {"caller": self.caller, "key": self.key}


def fingerprint(request: Any) -> str:
    """What tells one command from another: the hash of its name and its input."""
    content = orjson.dumps(request, default=repr, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(type(request).__name__.encode() + b"\0" + content).hexdigest()


class Answers:
    """The answers given under a key, for 24 hours. Only commands that had an effect have one: a refused command left
    nothing behind, so asking again runs it again."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database[COLLECTION]

    def find(self, claim: Claim, *, session: ClientSession | None = None) -> Any:
        """The answer given before, or None. Raises IdempotencyKeyReused when the key came with another input."""
        row = self._collection.find_one({"_id": claim.identity}, session=session)
        if row is None:
            return None
        if row["fingerprint"] != claim.fingerprint:
            raise IdempotencyKeyReused(
                "This idempotency key was used with another input. Use a new key for a new command.",
                path=("idempotency_key",),
            )
        return orjson.loads(row["answer"])

    def keep(self, claim: Claim, answer: Any, at: datetime, *, session: ClientSession) -> None:
        """Keep `answer`. Two transactions with one key conflict here, and the loser starts again and finds it."""
        row = {
            "_id": claim.identity,
            "fingerprint": claim.fingerprint,
            "answer": orjson.dumps(answer).decode(),
            "created_at": at,
        }
        self._collection.insert_one(row, session=session)
