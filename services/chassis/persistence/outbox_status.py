"""What whoever runs the platform asks of an outbox: how far behind it is, what is parked, who relays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ASCENDING
from pymongo.database import Database

from . import lease
from .outbox import COLLECTION, PARKED

RELAY_LEASE: Final = "outbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxStatus:
    """`pending` counts every row not yet published, the `parked` ones among them; `oldest_age` is in seconds, by the
    server's clock, None when nothing is pending. `lease_owner` is None when no relay holds the lease now."""

    pending: int
    oldest_age: float | None
    published_last_hour: int
    parked: int
    lease_owner: str | None
    lease_expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRow:
    id: str
    type: str
    subject: str
    coalition: str
    parked_at: datetime
    reason: str


def status_of(database: Database[dict[str, Any]]) -> OutboxStatus:
    rows = database[COLLECTION]
    now: datetime = database.command("hello", codec_options=database.codec_options)["localTime"]
    oldest = rows.find_one({"published_at": None}, {"created": 1}, sort=[("created", ASCENDING)])
    held = database[lease.COLLECTION].find_one({"_id": RELAY_LEASE}) or {}
    expires_at = held.get("expires_at")
    return OutboxStatus(
        pending=rows.count_documents({"published_at": None}),
        oldest_age=None if oldest is None else max(0.0, (now - oldest["created"].as_datetime()).total_seconds()),
        published_last_hour=rows.count_documents({"published_at": {"$gt": now - timedelta(hours=1)}}),
        parked=rows.count_documents(PARKED),
        lease_owner=held.get("owner") if expires_at and expires_at > now else None,
        lease_expires_at=expires_at,
    )


def parked_rows(database: Database[dict[str, Any]], ids: Sequence[str] = ()) -> list[ParkedRow]:
    """The parked rows, oldest first; with `ids`, only these."""
    query = {**PARKED, "_id": {"$in": list(ids)}} if ids else PARKED
    return [
        ParkedRow(
            id=row["_id"],
            type=row["type"],
            subject=row["subject"],
            coalition=row["coalition"],
            parked_at=row["parked_at"],
            reason=row["parked_reason"],
        )
        for row in database[COLLECTION].find(query).sort("parked_at", ASCENDING)
    ]
