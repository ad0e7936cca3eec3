"""A projection built beside the one in use: in a collection of its own, by the same code."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, Literal, Protocol

from pymongo.collection import Collection
from pymongo.database import Database

from ..kernel.clock import utc_now
from ..kernel.errors import Conflict, InvalidInput
from ..kernel.ids import new_id
from ..messaging.validation import load
from ..persistence.lease import Lease
from ..persistence.unit_of_work import UnitOfWork, Work
from ..protocol.envelope import Envelope, Received
from .definition import Projection, ServiceDefinition

_log = logging.getLogger(__name__)

Purpose = Literal["rebuild", "check"]

_LEASE_SECONDS: Final = 60.0
"""How long after the death of whoever builds a shadow another one may begin. Renewed with each batch."""

_BATCH: Final = 200
"""Messages applied in one transaction: waiting for a majority after each would take most of the time."""


class ProjectionBusy(Conflict):
    """Somebody else builds a shadow of the same projection for the same purpose."""

    code = "PROJECTION_BUSY"


class Progress(Protocol):
    """`expect` makes the end of a long work known, `by` moves on towards it."""

    @property
    def expect(self) -> Any: ...
    @property
    def by(self) -> Any: ...


class Applying:
    """Applies messages to the rows of a projection, and does nothing else that follows from them.

    With `stand_in`, to the rows of that collection instead. `unreadable` are the ids of messages that the projection's
    own schema refused: its subscriber has put them aside too.
    """

    def __init__(
        self, database: Database[dict[str, Any]], projection: Projection, *, stand_in: str | None = None
    ) -> None:
        self._projection = projection
        self._unit_of_work = UnitOfWork(
            database.client,
            database.name,
            clock=utc_now,
            publishing=_publish_nothing,
            stand_ins={projection.collection: stand_in} if stand_in else None,
        )
        self.unreadable: set[str] = set()

    def all(self, messages: Iterable[Envelope]) -> Iterator[int]:
        """Apply `messages` in their order, batch by batch. Yields the size of each."""
        left = iter(messages)
        while batch := list(islice(left, _BATCH)):
            readable = [received for received in map(self._read, batch) if received is not None]
            self._unit_of_work.write(self._apply, readable)
            yield len(batch)

    def _read(self, envelope: Envelope) -> Received[Any] | None:
        try:
            return Received(envelope, load(self._projection.schemas[envelope.type], envelope.data))
        except InvalidInput as error:
            _log.warning("left out a message", extra={"message_id": envelope.id, "reason": error.message})
            self.unreadable.add(envelope.id)
            return None

    def _apply(self, work: Work, messages: Iterable[Received[Any]]) -> None:
        for received in messages:
            self._projection.apply(work, received)


@dataclass(frozen=True, slots=True)
class Shadow:
    """A second set of rows of a projection, in `collection`."""

    collection: Collection[dict[str, Any]]
    applying: Applying
    lease: Lease

    def apply(self, messages: Iterable[Envelope], *, progress: Progress | None = None) -> None:
        """Raises ProjectionBusy when this took so long that another one began."""
        for size in self.applying.all(messages):
            self._keep_lease()
            if progress is not None:
                progress.by(size)

    def take_the_place_of(self, live: Collection[dict[str, Any]]) -> None:
        """Become the projection in use, at once for all who use it; its own rows are gone with this. Raises
        ProjectionBusy like `apply`."""
        self._keep_lease()
        self.collection.rename(live.name, dropTarget=True)

    def _keep_lease(self) -> None:
        if not self.lease.hold():
            raise ProjectionBusy("This took too long: somebody else has begun the same. Nothing was changed.")


@contextmanager
def shadow_of(
    database: Database[dict[str, Any]], definition: ServiceDefinition, projection: Projection, purpose: Purpose
) -> Iterator[Shadow]:
    """An empty shadow of a projection of `definition`, with the same indexes, for the block. Raises ProjectionBusy."""
    lease = Lease(database, name=f"{purpose} {projection.name}", owner=new_id(), seconds=_LEASE_SECONDS)
    if not lease.hold():
        raise ProjectionBusy(
            f"Somebody else is at {projection.subscription.queue} ({purpose}). Try again in a minute: if that one has "
            "died, this is how long its place is kept."
        )
    name = f"{projection.collection}.{purpose}"
    try:
        database.drop_collection(name)  # what one that died has left
        database.create_collection(name)
        if indexes := list(definition.indexes.get(projection.collection, ())):
            database[name].create_indexes(indexes)
        yield Shadow(database[name], Applying(database, projection, stand_in=name), lease)
    finally:
        if lease.hold():
            database.drop_collection(name)
            lease.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDifference:
    """A row of a projection that is not as it should be: `missing`, `extra`, or `different` in `fields`."""

    id: str
    coalition: str
    kind: Literal["missing", "extra", "different"]
    fields: tuple[str, ...] = ()


def in_order(differences: Iterable[RowDifference]) -> tuple[RowDifference, ...]:
    """By coalition, then by id."""
    return tuple(sorted(differences, key=lambda each: (each.coalition, each.id)))


def row_differences(
    *,
    expected: Collection[dict[str, Any]],
    found: Collection[dict[str, Any]],
    untold: frozenset[str] = frozenset(),
) -> dict[Any, RowDifference]:
    """The rows of `found` that are not as in `expected`, by id. Fields that are `untold` are not compared."""
    missing = {row["_id"]: row for row in expected.find({})}
    differences = {}
    for row in found.find({}):
        known = missing.pop(row["_id"], None)
        fields = () if known is None else _different_fields(known, row, untold)
        if known is None or fields:
            differences[row["_id"]] = _difference(row, "extra" if known is None else "different", fields)
    return differences | {identity: _difference(row, "missing") for identity, row in missing.items()}


def _difference(
    row: Mapping[str, Any], kind: Literal["missing", "extra", "different"], fields: tuple[str, ...] = ()
) -> RowDifference:
    return RowDifference(id=str(row["_id"]), coalition=str(row.get("coalition", "")), kind=kind, fields=fields)


def _different_fields(one: Mapping[str, Any], other: Mapping[str, Any], untold: frozenset[str]) -> tuple[str, ...]:
    names = (one.keys() | other.keys()) - untold
    return tuple(sorted(name for name in names if one.get(name, _ABSENT) != other.get(name, _ABSENT)))


_ABSENT: Final = object()


def _publish_nothing(event: Any, *, time: datetime) -> Envelope:
    raise RuntimeError(f"a projection publishes nothing, and this one would tell of {event!r}")
