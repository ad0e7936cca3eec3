"""The relay: carries a service's outbox to the broker, in order, at least once. Several may run; one works."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

from ..kernel.clock import Clock
from ..observability import metrics
from ..protocol.envelope import Envelope
from .relay_publisher import BrokerAway, Outcome

_log = logging.getLogger(__name__)

BATCH: Final = 200
POLL_SECONDS: Final = 1.0
"""The net under the change stream: how long a missed wake-up can delay a message."""


class PendingMessages(Protocol):
    def pending(self, limit: int) -> list[Envelope]: ...
    def mark_published(self, ids: Sequence[str], at: datetime) -> None: ...
    def park(self, ids: Sequence[str], reason: str) -> None: ...


class Leadership(Protocol):
    def hold(self) -> bool: ...
    def release(self) -> None: ...


class BatchPublisher(Protocol):
    def publish(self, batch: Sequence[Envelope]) -> Outcome: ...
    def close(self) -> None: ...


class Relay:
    """Publishes what is pending whenever woken, as long as it holds the lease."""

    def __init__(
        self,
        *,
        outbox: PendingMessages,
        publisher: BatchPublisher,
        lease: Leadership,
        clock: Clock,
        tick: Callable[[], None],
    ) -> None:
        self._outbox = outbox
        self._publisher = publisher
        self._lease = lease
        self._clock = clock
        self._tick = tick
        self.wake = threading.Event()
        self.stop = threading.Event()

    def run(self) -> None:
        """Until `stop` is set; then gives the lease back."""
        while not self.stop.is_set():
            self._turn()
            self.wake.wait(POLL_SECONDS)
            self.wake.clear()
        self._publisher.close()
        self._lease.release()

    def _turn(self) -> None:
        self._tick()
        try:
            while self._lease.hold() and self._drain_batch() and not self.stop.is_set():
                self._tick()
        except BrokerAway as error:
            _log.warning("the broker is away, the outbox waits", extra={"error": str(error)})
        except Exception:
            # Whatever it was (a failover, say), the rows are still pending: the next turn looks again.
            _log.exception("a turn of the relay failed")

    def _drain_batch(self) -> bool:
        """Publish one batch. True when there may be more to publish at once."""
        batch = self._outbox.pending(BATCH)
        if not batch:
            return False
        outcome = self._publisher.publish(batch)
        _count(batch[0].source, outcome)
        if outcome.published:
            self._outbox.mark_published(outcome.published, self._clock())
        if outcome.unroutable:
            self._park(outcome.unroutable)
        return len(batch) == BATCH and bool(outcome.published or outcome.unroutable)

    def _park(self, unroutable: Sequence[Envelope]) -> None:
        """Set aside what reached no queue, so that other aggregates go on. The ERROR line is the alarm."""
        for name in sorted({envelope.type for envelope in unroutable}):
            ids = [envelope.id for envelope in unroutable if envelope.type == name]
            self._outbox.park(ids, f"no queue is bound for {name}")
            _log.error(
                "parked %d messages that have subscribers but reached no queue: declare the topology",
                len(ids),
                extra={"type": name, "message_ids": ids},
            )


def _count(service: str, outcome: Outcome) -> None:
    metrics.OUTBOX_PUBLISHED.labels(service).inc(len(outcome.published))
    metrics.OUTBOX_PARKED.labels(service).inc(len(outcome.unroutable))
