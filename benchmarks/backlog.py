"""How fast a backlog drains: outbox → bus → inbox and effect, for many aggregates and for a single hot one.

The backlog is written while the benchmark itself holds the relay's lease. It gives the lease back right before the last
row, whose commit wakes the relay: the clock starts there.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from services.chassis.kernel.clock import utc_now
from services.chassis.kernel.ids import new_id
from services.chassis.persistence import inbox, outbox
from services.chassis.persistence.lease import Lease
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from tests.support.processes import eventually, running
from tests.support.recorder.definition import ThingRecorded, publishing

from . import raw
from .bed import Bed
from .figures import PER_SECOND, Pair

MANY: Final = "backlog, each event of another aggregate"
HOT: Final = "backlog, all events of one aggregate"
THREADS: Final = {MANY: 8, HOT: 1}
"""Raw transactions at once: more than one on the same document would only get in each other's way."""

MESSAGES: Final = "raw messages (confirmed one by one, consumed)"
FEWEST: Final = 500
MOST: Final = 50_000
_ROWS_PER_TRANSACTION: Final = 200
_LONGEST_SECONDS: Final = 600.0


@contextmanager
def rounds(bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round: per shape about as many events as drained in so many seconds of the round
    before. The first round has few, and tells how fast the next will be."""
    with running(bed.process("serve")):
        rates: dict[str, float] = {}

        def one_round(seconds: float) -> list[Pair]:
            return [pair for shape in (MANY, HOT) for pair in _shape(bed, shape, seconds, rates)]

        yield one_round


def _shape(bed: Bed, shape: str, seconds: float, rates: dict[str, float]) -> Iterator[Pair]:
    count = min(MOST, max(FEWEST, int(rates.get(shape, 0) * seconds)))
    hot = new_id()
    names = [hot if shape == HOT else new_id() for _ in range(count)]
    to_bus, to_inbox = _drain(bed, names)
    rates[shape] = to_inbox
    messages = raw.messages_per_second(bed.amqp_uri, names)
    threads = THREADS[shape]
    transactions = raw.transactions_per_second(bed.raw, names, threads=threads)
    plural = "thread" if threads == 1 else "threads"
    for figure, measured, baseline, value in (
        ("outbox → confirmed by the broker", to_bus, MESSAGES, messages),
        ("outbox → bus → inbox and effect", to_inbox, MESSAGES, messages),
        ("outbox → bus → inbox and effect", to_inbox, f"raw transactions ({threads} {plural})", transactions),
    ):
        yield Pair(group=shape, figure=figure, unit=PER_SECOND, measured=measured, baseline=baseline, raw=value)


def _drain(bed: Bed, names: Sequence[str]) -> tuple[float, float]:
    """Events per second confirmed by the broker, and with their effect committed."""
    lease = Lease(bed.recorder, name="outbox", owner="benchmark", seconds=_LONGEST_SECONDS)
    eventually(lease.hold)
    before = _effects(bed)
    with running(bed.process("relay")):
        _write(bed, names[:-1])
        lease.release()
        started, started_at = time.monotonic(), datetime.now(UTC)
        _write(bed, names[-1:])
        _wait_for_effects(bed, before + len(names))
        seconds = time.monotonic() - started
        eventually(lambda: bed.recorder[outbox.COLLECTION].find_one({"published_at": None}) is None)
    _check_every_effect_happened_once(bed)
    seconds_to_bus = (_last_published_at(bed) - started_at).total_seconds()
    return len(names) / seconds_to_bus, len(names) / seconds


def _write(bed: Bed, names: Sequence[str]) -> None:
    unit_of_work = UnitOfWork(bed.recorder.client, bed.recorder.name, clock=utc_now, publishing=publishing)
    for first in range(0, len(names), _ROWS_PER_TRANSACTION):
        unit_of_work.write(_publish, names[first : first + _ROWS_PER_TRANSACTION])


def _publish(work: Work, names: Sequence[str]) -> None:
    for name in names:
        work.publish(ThingRecorded(name))


def _wait_for_effects(bed: Bed, count: int) -> None:
    """The estimate costs nothing, so it may be asked often; but it counts what is not committed yet."""
    rows = bed.recorder[inbox.COLLECTION]
    eventually(lambda: rows.estimated_document_count() >= count, seconds=_LONGEST_SECONDS)
    eventually(lambda: _effects(bed) == count, seconds=_LONGEST_SECONDS)


def _effects(bed: Bed) -> int:
    return bed.recorder[inbox.COLLECTION].count_documents({})


def _check_every_effect_happened_once(bed: Bed) -> None:
    """A drain that loses or doubles something is no figure."""
    (tallied,) = bed.recorder["tally"].aggregate([{"$group": {"_id": None, "count": {"$sum": "$count"}}}])
    written = bed.recorder[outbox.COLLECTION].count_documents({})
    if not tallied["count"] == _effects(bed) == written:
        raise RuntimeError(f"{written} events, {_effects(bed)} inbox rows, {tallied['count']} effects")


def _last_published_at(bed: Bed) -> datetime:
    last = bed.recorder[outbox.COLLECTION].find_one({"published_at": outbox.HAS_DATE}, sort=[("published_at", -1)])
    assert last is not None
    at: datetime = last["published_at"]
    return at
