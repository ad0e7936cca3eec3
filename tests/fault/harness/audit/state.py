"""The databases, against each other: every projection equals its owner, every rule that spans documents holds."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ..stage import Stage

_PROJECTIONS: Final = (
    # collection of the membership service, its projection, the fields that both have
    ("memberships", ("events", "members"), ("standing",)),
    ("memberships", ("reports", "members"), ("standing",)),
    ("coalitions", ("events", "coalitions"), ()),
    ("coalitions", ("reports", "coalitions"), ()),
)


def projections(stage: Stage) -> Iterator[str]:
    """Rows that differ from their owner's: there or not, newest version, content."""
    for collection, (service, projection), fields in _PROJECTIONS:
        owner = _by_id(stage.database("membership")[collection], ("version", *fields))
        copies = _by_id(stage.database(service)[projection], ("sequence", *fields))
        for identity in sorted(owner.keys() | copies.keys()):
            ours, theirs = owner.get(identity), copies.get(identity)
            if ours != theirs:
                yield f"{service}.{projection} says {theirs} of {identity}, its owner says {ours}"


def obligations(stage: Stage) -> Iterator[str]:
    """Members in standing have one open obligation, and one more for each report they submitted; others have none."""
    standing = {row["_id"]: row["standing"] for row in stage.database("membership")["memberships"].find()}
    reports = stage.database("reports")
    submitted = Counter(row["member_id"] for row in reports["reports"].find({"submitted_at": {"$ne": None}}))
    owed = Counter((row["member_id"], row["status"]) for row in reports["obligations"].find())
    for member, word in standing.items():
        expected = (1, submitted[member]) if word == "member" else (0, 0)
        found = owed[member, "open"], owed[member, "fulfilled"]
        if found != expected:
            yield f"{member} ({word}) has (open, fulfilled) = {found} obligations instead of {expected}"


def seats(stage: Stage) -> Iterator[str]:
    """As many seats are taken as there are confirmed registrations."""
    events = stage.database("events")
    taken: Counter[str] = Counter()
    for block in events["seat_blocks"].find():
        taken[block["conference_id"]] += block["taken"]
    confirmed = Counter(row["conference_id"] for row in events["registrations"].find({"status": "confirmed"}))
    for conference in taken:
        if taken[conference] != confirmed[conference]:
            yield f"{conference}: {taken[conference]} seats taken by {confirmed[conference]} registrations"


def _by_id(collection: Any, fields: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    return {row["_id"]: tuple(row[field] for field in fields) for row in collection.find()}
