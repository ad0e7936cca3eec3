"""The audit logs: one entry for each change that was acknowledged, and chains that are sealed and sound."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from services.chassis.persistence.audit.verification import Verification
from tests.support.platform import SERVICES
from tests.support.processes import eventually

from ..ledger import Kind, Ledger
from ..stage import Stage
from .effects import local

_SEALED_SECONDS: Final = 20.0
"""Longer than a lease is kept for a relay that died."""


def untold(stage: Stage, ledger: Ledger) -> Iterator[str]:
    """Acknowledged changes that no entry tells of."""
    told = {(service, identity, version) for service, _, identity, version in _told(stage)}
    for command, outcome in ledger.of(Kind.ACKNOWLEDGED):
        identity, version = local(outcome.payload["id"]), outcome.payload["version"]
        if (command.service, identity, version) not in told:
            yield f"no entry of the audit log tells of version {version} of {identity} ({command.mutation})"


def told_twice(stage: Stage) -> Iterator[str]:
    """Changes of which more than one entry tells."""
    for (service, collection, identity, version), count in _told(stage).items():
        if count > 1:
            yield f"{service}: {count} entries of the audit log tell of version {version} of {collection} {identity}"


def unsound(stage: Stage) -> Iterator[str]:
    """Chains that are broken, or whose entries nobody seals."""
    for service in SERVICES:
        if not _is_sealed(stage, service):
            yield f"{service}: entries of the audit log are not sealed"
        verification = Verification(stage.database(service))
        for each in map(verification.of, verification.coalitions()):
            if each.broken is not None:
                yield f"{service}: the audit log of {each.coalition} is not sound: {each.broken.what}"


def _is_sealed(stage: Stage, service: str) -> bool:
    entries = stage.database(service)["audit"]
    try:
        return eventually(lambda: entries.find_one({"seal": None}) is None, seconds=_SEALED_SECONDS)
    except TimeoutError:
        return False


def _told(stage: Stage) -> "Counter[tuple[str, str, str, int]]":
    """How many entries tell of each version of each thing: by service, collection, id and version."""
    stages: list[dict[str, Any]] = [
        {"$match": {"kind": "write"}},
        {"$unwind": "$changes"},
        # One that is gone was the same version when it was there.
        {"$match": {"changes.after": {"$ne": None}}},
        {
            "$group": {
                "_id": {"collection": "$changes.collection", "id": "$changes.id", "version": "$changes.version"},
                "count": {"$sum": 1},
            }
        },
    ]
    return Counter(
        {
            (service, row["_id"]["collection"], row["_id"]["id"], row["_id"]["version"]): row["count"]
            for service in SERVICES
            for row in stage.database(service)["audit"].aggregate(stages)
        }
    )
