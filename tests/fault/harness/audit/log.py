"""The outboxes, inboxes and dead letters: one message per change, published, handled once by each subscriber."""

from collections.abc import Iterator
from typing import Any, Final

from tests.support.platform import SERVICES

from .. import eventlog, quiet
from ..stage import Stage

_AGGREGATES: Final = {
    "membership": ("cities", "memberships", "coalitions"),
    "events": ("conferences", "registrations"),
    "reports": ("cycles", "reports", "obligations"),
}


def doubled(stage: Stage) -> Iterator[str]:
    """Changes with more than one message."""
    for service in SERVICES:
        for row in _changes(stage, service):
            if len(row["sequences"]) > row["different"]:
                yield f"{service}: some version of {row['_id']} has more than one message"


def gaps(stage: Stage) -> Iterator[str]:
    """Aggregates whose versions are not all told of, from the first to the one that is stored."""
    for service in SERVICES:
        versions = _versions(stage, service)
        for row in _changes(stage, service):
            newest = versions.pop(row["_id"], max(row["sequences"]))
            if row["different"] != newest:
                yield f"{service}: {row['_id']} is at version {newest}, its messages at {sorted(row['sequences'])}"
        for identity in versions:
            yield f"{service}: no message tells of {identity}"


def unfinished(stage: Stage) -> Iterator[str]:
    """Messages that are not published, or parked."""
    for service in SERVICES:
        for row in stage.database(service)["outbox"].find({"published_at": None}).limit(5):
            yield f"{service}: {row['type']} {row['_id']} is not published ({row.get('parked_reason', 'pending')})"


def unhandled(stage: Stage) -> Iterator[str]:
    """Messages that a subscriber neither handled nor put aside."""
    letters = {str(letter["properties"].get("headers", {}).get("ce-id")) for letter in _letters(stage)}
    for queue, ids in eventlog.unhandled(stage).items():
        for identity in sorted(ids - letters):
            yield f"{queue} never handled message {identity}"


def dead_letters(stage: Stage, *, expected: int) -> Iterator[str]:
    letters = list(_letters(stage))
    if len(letters) != expected:
        reasons = [letter["properties"].get("headers", {}).get("x-error-text") for letter in letters[:5]]
        yield f"{len(letters)} dead letters instead of {expected}: {reasons}"


def _letters(stage: Stage) -> Iterator[dict[str, Any]]:
    for letters in quiet.dead_letters(stage).values():
        yield from letters


def _versions(stage: Stage, service: str) -> dict[str, int]:
    """The version of each aggregate as it is stored."""
    collections = [stage.database(service)[name] for name in _AGGREGATES[service]]
    return {row["_id"]: row["version"] for each in collections for row in each.find({}, {"version": 1})}


def _changes(stage: Stage, service: str) -> Iterator[dict[str, Any]]:
    """For each aggregate: the sequences of its messages, and how many different ones there are."""
    grouped: dict[str, Any] = {
        "_id": "$subject",
        "sequences": {"$push": "$sequence"},
        "set": {"$addToSet": "$sequence"},
    }
    shown = {"sequences": 1, "different": {"$size": "$set"}}
    pipeline = [{"$group": grouped}, {"$project": shown}]
    yield from stage.database(service)["outbox"].aggregate(pipeline)
