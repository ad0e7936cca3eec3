"""The event log in the order in which its messages were published, for whoever has listened to them and lost the line.

Rows are dated by `created` when they are written, but a transaction that commits late, or a message that was parked,
is published after others of a later date. Somebody who has got a message knows what was published before it, whatever
its date: so the log is read on from the moment at which that message was published, and what is not published yet
comes last (a relay that died may have published it and not said so). At least once: what was published in that same
moment may be told again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ASCENDING

from ..kernel.message_log import RESUMABLE_MESSAGES, RESUMABLE_SECONDS, ListMessages, ResumePointUnknown
from ..protocol.envelope import Envelope
from .outbox import COLLECTION, envelope_of
from .unit_of_work import Work

# The names of indexes, as hints: without its index a query is refused instead of reading the whole event log.
PENDING_INDEX: Final = "pending"
PUBLISHED_INDEX: Final = "published"

Row = Mapping[str, Any]


def list_messages(work: Work, request: ListMessages) -> list[Envelope]:
    """In the order of publication. Raises ResumePointUnknown, and what the policy raises."""
    start = _start(work, request)
    wanted = {"type": {"$in": list(request.types)}, **_tenant(request), "_id": {"$ne": request.after}}
    # In this order: a message that is published in between is found twice, and not never.
    pending = list(_rows(work, {"published_at": None, **wanted}, PENDING_INDEX))
    published = list(_rows(work, {**start, **wanted}, PUBLISHED_INDEX))
    found = {row["_id"]: row for row in (*published, *pending)}
    if len(found) > RESUMABLE_MESSAGES:
        raise _unknown("More has happened since then than can be told again")
    return [envelope_of(dict(row)) for row in found.values()]


def _start(work: Work, request: ListMessages) -> dict[str, Any]:
    """The filter for what was published from there on. Raises ResumePointUnknown."""
    if request.after is None:
        assert request.since is not None
        return {"published_at": {"$gte": _not_too_old(work, request.since)}}
    row = work.collection(COLLECTION).find_one({"_id": request.after, **_tenant(request)})
    if row is None or row["type"] not in request.types:
        raise _unknown("There is no such event here")
    if row["published_at"] is None:
        # Sent, and not yet marked as sent: whatever was published after it, was so after it was written.
        return {"published_at": {"$gte": _not_too_old(work, row["time"])}}
    moment = _not_too_old(work, row["published_at"])
    # What a relay publishes in one go has one date, and went out in the order of `created`.
    before_it = {"published_at": moment, "created": {"$lte": row["created"]}}
    return {"published_at": {"$gte": moment}, "$nor": [before_it]}


def _not_too_old(work: Work, moment: datetime) -> datetime:
    if work.now - moment > timedelta(seconds=RESUMABLE_SECONDS):
        raise _unknown("That was too long ago")
    return moment


def _rows(work: Work, query: Row, index: str) -> Iterator[dict[str, Any]]:
    order = [("published_at", ASCENDING), ("created", ASCENDING)]
    return work.collection(COLLECTION).find(query).hint(index).sort(order).limit(RESUMABLE_MESSAGES + 1)


def _tenant(request: ListMessages) -> dict[str, Any]:
    return {} if request.coalition is None else {"coalition": request.coalition}


def _unknown(why: str) -> ResumePointUnknown:
    return ResumePointUnknown(f"{why}: read the present state again, and subscribe without `after`.", path=("after",))
