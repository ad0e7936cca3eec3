"""Metrics of the gateway for Prometheus, on a port of their own: what is public is served elsewhere."""

from functools import partial
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from gateway.live.metrics import COLLECTORS
from services.chassis.observability.metrics import DURATION_BUCKETS, NAMESPACE, new_registry

REGISTRY: Final = new_registry()

for _collector in COLLECTORS:
    REGISTRY.register(_collector)

_counter = partial(Counter, namespace=NAMESPACE, registry=REGISTRY)

HTTP_REQUESTS: Final = _counter(
    "http_requests_total",
    "Requests by the status of their answer (499: the client went away), without probes and the files of GraphiQL.",
    ("status",),
)
HTTP_DURATION: Final = Histogram(
    "http_request_duration_seconds",
    "From the arrival of the same requests until their answer is sent.",
    namespace=NAMESPACE,
    registry=REGISTRY,
    buckets=DURATION_BUCKETS,
)
HTTP_IN_FLIGHT: Final = Gauge(
    "http_requests_in_flight", "Requests at work now, probes among them.", namespace=NAMESPACE, registry=REGISTRY
)
OPERATIONS: Final = _counter(
    "graphql_operations_total",
    "GraphQL operations by type (none: refused before it was known) and outcome (error: at least one in `errors`).",
    ("type", "outcome"),
)

_TYPES: Final = ("query", "mutation", "subscription")

for _type in (*_TYPES, "none"):
    for _outcome in ("ok", "error"):
        OPERATIONS.labels(_type, _outcome)


class MetricsPortUnusable(Exception):
    """The message is for whoever set the port."""


def serve_metrics(host: str, port: int) -> None:
    """Answer `GET /metrics` on `host:port` (0: not at all) from a thread, so also when the event loop is stuck.

    Raises MetricsPortUnusable.
    """
    if port == 0:
        return
    try:
        start_http_server(port, host, REGISTRY)
    except OSError as error:
        raise MetricsPortUnusable(f"Metrics cannot be served on {host}:{port}: {error.strerror}.") from error


def count_request(*, status: int, seconds: float) -> None:
    HTTP_REQUESTS.labels(str(status)).inc()
    HTTP_DURATION.observe(seconds)


def count_operation(label: str | None, *, errors: int) -> None:
    """`label` begins with the type of an operation that was executed; a client may have made up any other."""
    if label is None and not errors:
        return  # a page, not an operation
    kind = (label or "").partition(" ")[0]
    OPERATIONS.labels(kind if kind in _TYPES else "none", "error" if errors else "ok").inc()
