"""Rebuilds a projection from the event log while its service goes on working with it.

A second set of rows is built beside the one in use, takes its place at once, and then catches up with whatever was
applied to the old rows in the meantime. That a message is applied twice, or by the subscriber and here, does no harm:
rows ignore what is not newer than they are (`sequence`). Whatever else follows from a message has followed when its
subscriber got it, or will when it gets it: only the rows are made anew.

Whatever goes wrong before the new rows take their place leaves the old ones as they were. A process that is killed
right afterwards may leave out what came in that moment: run it again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from ..persistence.event_log import EventLog
from .definition import Projection, ServiceDefinition
from .shadow import Applying, Progress, RowDifference, in_order, row_differences, shadow_of

Databases = Callable[[str], Database[dict[str, Any]]]
"""The database of a service by its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """`messages` were read, of which the projection's schema refused the `unreadable` (ids); they made `rows`.
    `changes` are what was wrong with the rows before, or on its way to them at this moment."""

    messages: int
    unreadable: tuple[str, ...]
    rows: int
    changes: tuple[RowDifference, ...]


def rebuild(
    definition: ServiceDefinition,
    projection: Projection,
    definitions: Sequence[ServiceDefinition],
    database: Databases,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Rebuilt:
    """Rebuild a projection of `definition`, or with `dry_run` only say what that would change.

    `definitions` are those of all services, the owners of the messages among them. Raises ProjectionBusy when somebody
    else does the same at this moment.
    """
    own = database(definition.name)
    live = own[projection.collection]
    log = EventLog(database(owner_of(projection, definitions).name))
    types = tuple(projection.schemas)
    with shadow_of(own, definition, projection, "rebuild") as shadow:
        beginning, messages = log.position(), log.count(types)
        if progress is not None:
            progress.expect(messages)
        shadow.apply(log.messages(types), progress=progress)
        # Again what came since: the longer the first reading took, the more would be set back for a moment.
        swap = log.position()
        shadow.apply(log.messages(types, since=beginning))
        changes = row_differences(expected=shadow.collection, found=live)
        rows = shadow.collection.count_documents({})
        if not dry_run:
            shadow.take_the_place_of(live)
            for _ in Applying(own, projection).all(log.messages(types, since=swap)):
                pass
    return Rebuilt(
        messages=messages,
        unreadable=tuple(sorted(shadow.applying.unreadable)),
        rows=rows,
        changes=in_order(changes.values()),
    )


def owner_of(projection: Projection, definitions: Sequence[ServiceDefinition]) -> ServiceDefinition:
    """Who publishes what is projected. Raises LookupError when that is nobody, or several services."""
    published = {message.name: definition for definition in definitions for message in definition.published}
    owners = {published[name].name: published[name] for name in projection.schemas}
    if len(owners) != 1:
        raise LookupError(f"{projection.subscription.queue} listens to several services: {', '.join(sorted(owners))}")
    return next(iter(owners.values()))
