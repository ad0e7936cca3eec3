"""Compares each projection with what its owner has.

The owner tells the present state of its aggregates in the words of its messages; the projection's own code makes of
them the rows that should be there. Messages take a moment to arrive, so a row that differs is looked at again before it
is named, and one that has been right in between is not named: it is on its way.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pymongo.database import Database

from ..kernel.clock import utc_now
from ..persistence.unit_of_work import UnitOfWork, Work
from .definition import Projection, ServiceDefinition
from .rebuild import Databases, owner_of
from .shadow import Progress, RowDifference, Shadow, in_order, row_differences, shadow_of

PAUSE_SECONDS: Final = 2.0
ROUNDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A projection, the number of rows that its owner accounts for, and those that are not as they should be."""

    service: str
    projection: str
    rows: int
    differences: tuple[RowDifference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """A row that differs is looked at again, `seconds` later each time, up to `rounds` times."""

    seconds: float = PAUSE_SECONDS
    rounds: int = ROUNDS
    sleep: Callable[[float], None] = time.sleep


def check(
    definitions: Sequence[ServiceDefinition],
    database: Databases,
    *,
    services: Sequence[str] | None = None,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> list[Compared]:
    """Compare every projection of `services` (None: of all). Raises ProjectionBusy when somebody else does so now."""
    chosen = [
        (definition, projection)
        for definition in definitions
        if services is None or definition.name in services
        for projection in definition.projections
    ]
    if progress is not None:
        progress.expect(len(chosen))
    compared = []
    for definition, projection in chosen:
        owner = owner_of(projection, definitions)
        compared.append(_compare_patiently(definition, projection, owner, database, patience or Patience()))
        if progress is not None:
            progress.by(1)
    return compared


def _compare_patiently(
    definition: ServiceDefinition,
    projection: Projection,
    owner: ServiceDefinition,
    database: Databases,
    patience: Patience,
) -> Compared:
    rows, found = _compare(definition, projection, owner, database)
    for _ in range(patience.rounds):
        if not found:
            break
        patience.sleep(patience.seconds)
        rows, again = _compare(definition, projection, owner, database)
        found = {identity: again[identity] for identity in found.keys() & again.keys()}
    return Compared(
        service=definition.name, projection=projection.name, rows=rows, differences=in_order(found.values())
    )


def _compare(
    definition: ServiceDefinition, projection: Projection, owner: ServiceDefinition, database: Databases
) -> tuple[int, dict[Any, RowDifference]]:
    own = database(definition.name)
    with shadow_of(own, definition, projection, "check") as shadow:
        _tell(owner, database(owner.name), projection, shadow)
        live = own[projection.collection]
        differences = row_differences(expected=shadow.collection, found=live, untold=projection.untold)
        return shadow.collection.count_documents({}), differences


def _tell(owner: ServiceDefinition, database: Database[dict[str, Any]], projection: Projection, shadow: Shadow) -> None:
    """Apply to `shadow` what the owner has. Raises LookupError when the owner cannot tell."""
    snapshot = owner.snapshot
    if snapshot is None:
        raise LookupError(f"{owner.name} has no snapshot to compare {projection.subscription.queue} with")
    owned = UnitOfWork(database.client, database.name, clock=utc_now, publishing=owner.publishing)

    def tell(work: Work, _: None) -> None:
        shadow.apply(envelope for envelope in snapshot(work) if envelope.type in projection.schemas)

    owned.read(tell, None)
