"""Metrics of services and relays, as Prometheus scrapes them. `docs/operations.md` tells what to make of them.

Every label has few values, all of them out of the code: a service, a method, a queue, an outcome. Never what somebody
sends (an id, a coalition, a text of an error).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeVar

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ..kernel.errors import InternalError, ServiceError

_log = logging.getLogger(__name__)

T = TypeVar("T")

NAMESPACE: Final = "iccar"
CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
DURATION_BUCKETS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds. From a read out of memory to longer than any caller waits."""

OK: Final = "OK"
ABORTED: Final = "ABORTED"
"""The outcome of a call whose worker was killed before it had an answer."""

HANDLED: Final = "handled"
RETRIED: Final = "retried"
DEAD: Final = "dead"
RETURNED: Final = "returned"
"""Back in its own queue, since the broker did not take it elsewhere."""


def new_registry() -> CollectorRegistry:
    """A registry that tells of memory, processor and files of this process."""
    # Each counter would come with a second series that says when it was made.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry


REGISTRY: Final = new_registry()
"""Of this process, a service's or a relay's."""

_counter = partial(Counter, namespace=NAMESPACE, registry=REGISTRY)
_gauge = partial(Gauge, namespace=NAMESPACE, registry=REGISTRY)
_histogram = partial(Histogram, namespace=NAMESPACE, registry=REGISTRY, buckets=DURATION_BUCKETS)

LAST_TICK_AGE: Final = _gauge("last_tick_age_seconds", "Since the process' loop last went round; at 30 s /livez fails.")

RPC_REQUESTS: Final = _counter(
    "rpc_requests_total",
    "Requests that a worker took, by what became of them: OK or the code of an error.",
    ("service", "method", "outcome"),
)
RPC_DURATION: Final = _histogram(
    "rpc_request_duration_seconds",
    "From the start of a worker until its answer is sent.",
    ("service", "method"),
)
RPC_IN_FLIGHT: Final = _gauge("rpc_requests_in_flight", "Requests at work now.", ("service",))
RPC_SHED: Final = _counter(
    "rpc_requests_shed_total",
    "Requests refused at once with RATE_LIMITED, since too many waited already.",
    ("service",),
)

SUBSCRIBER_MESSAGES: Final = _counter(
    "subscriber_messages_total",
    "Deliveries of messages, by what became of them: handled, retried (in a later queue), dead (put aside), returned.",
    ("service", "queue", "outcome"),
)

OUTBOX_PUBLISHED: Final = _counter(
    "outbox_published_total",
    "Messages that the broker confirmed to this relay; one may be published more than once.",
    ("service",),
)
OUTBOX_PARKED: Final = _counter(
    "outbox_parked_total",
    "Messages that the broker returned to this relay since no queue is bound for them; each try counts.",
    ("service",),
)


def exposition(registry: CollectorRegistry = REGISTRY) -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(registry)


class RpcCall:
    """What becomes of one call; whoever answers it says so."""

    def __init__(self) -> None:
        self._outcome = ABORTED

    @property
    def outcome(self) -> str:
        return self._outcome

    def ended(self, result: Any, exc_info: Any) -> None:
        """With the result of the method, which is a ServiceError if it refused, or with an exception's `exc_info`."""
        if isinstance(result, ServiceError):
            self._outcome = result.code
        else:
            self._outcome = OK if exc_info is None else InternalError.code


@contextmanager
def measured_call(service: str, method: str) -> Iterator[RpcCall]:
    """Count and time the call that is answered inside the block."""
    call = RpcCall()
    started = time.perf_counter()
    with RPC_IN_FLIGHT.labels(service).track_inprogress():
        try:
            yield call
        finally:
            RPC_DURATION.labels(service, method).observe(time.perf_counter() - started)
            RPC_REQUESTS.labels(service, method, call.outcome).inc()


def expect_calls(service: str) -> None:
    """Show the series of `service` from the start: an alert on an increase needs the zero before it."""
    RPC_IN_FLIGHT.labels(service)
    RPC_SHED.labels(service)


def expect_messages(service: str, queue: str) -> None:
    for outcome in (HANDLED, RETRIED, DEAD, RETURNED):
        SUBSCRIBER_MESSAGES.labels(service, queue, outcome)


def expect_publishing(service: str) -> None:
    OUTBOX_PUBLISHED.labels(service)
    OUTBOX_PARKED.labels(service)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxReading:
    """What a relay could read when it was asked; None is what it could not, or what another relay tells.

    `complete`: all that this relay has to tell could be read. `in_charge`: it holds the lease, or nobody does, so that
    somebody counts at any time. `oldest_age` is in seconds, 0 when nothing is pending; parked rows are pending too.
    """

    complete: bool
    in_charge: bool = False
    lease_held: bool | None = None
    lease_epoch: int | None = None
    oldest_age: float | None = None
    parked: int | None = None
    pending: int | None = None


_OUTBOX_HELP: Final = {
    "outbox_read_success": "Whether this relay could read its outbox for this scrape.",
    "outbox_lease_held": "Whether this relay is the one that works.",
    "outbox_lease_epoch": "How often the lease has changed hands.",
    "outbox_oldest_pending_age_seconds": "Age of the oldest message that is not published; 0 when there is none.",
    "outbox_parked_messages": "Pending messages that reached no queue and wait for their next try.",
    "outbox_pending_messages": "Messages that are not published, the parked ones among them.",
}
_UNKNOWN: Final[Mapping[str, int]] = {}
_DEAD_LETTERS_HELP: Final = "Messages in the dead-letter queue, those that the broker itself gave up on among them."


class RelayCollector(Collector):
    """Reads the outbox and the depth of the dead-letter queues while it is scraped, and only then.

    What cannot be read has no sample: the scrape itself succeeds, in the time that `read_outbox` and `read_depths`
    (queue → messages) allow themselves.
    """

    def __init__(
        self,
        service: str,
        *,
        read_outbox: Callable[[], OutboxReading],
        read_depths: Callable[[], Mapping[str, int]],
    ) -> None:
        self._service = service
        self._read_outbox = read_outbox
        self._read_depths = read_depths
        # However many scrape at once, the relay's own work never waits for a connection.
        self._one_at_a_time = threading.Lock()

    def describe(self) -> Iterable[GaugeMetricFamily]:
        yield from (_outbox_gauge(name) for name in _OUTBOX_HELP)
        yield _dead_letters_gauge()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        with self._one_at_a_time:
            reading = _attempted(self._read_outbox, OutboxReading(complete=False))
            depths = _attempted(self._read_depths, _UNKNOWN) if reading.in_charge else _UNKNOWN
        yield from self._outbox(reading)
        letters = _dead_letters_gauge()
        for queue, depth in depths.items():
            letters.add_metric((self._service, queue), depth)
        yield letters

    def _outbox(self, reading: OutboxReading) -> Iterator[GaugeMetricFamily]:
        values = {
            "outbox_read_success": reading.complete,
            "outbox_lease_held": reading.lease_held,
            "outbox_lease_epoch": reading.lease_epoch,
            "outbox_oldest_pending_age_seconds": reading.oldest_age,
            "outbox_parked_messages": reading.parked,
            "outbox_pending_messages": reading.pending,
        }
        for name, value in values.items():
            gauge = _outbox_gauge(name)
            if value is not None:
                gauge.add_metric((self._service,), value)
            yield gauge


def _outbox_gauge(name: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{NAMESPACE}_{name}", _OUTBOX_HELP[name], labels=("service",))


def _dead_letters_gauge() -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{NAMESPACE}_dead_letters", _DEAD_LETTERS_HELP, labels=("service", "queue"))


def _attempted(read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except Exception as error:
        _log.warning("could not be read for the metrics", extra={"error": f"{type(error).__name__}: {error}"})
        return otherwise
