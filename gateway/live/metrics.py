"""What the metrics say of live updates."""

from functools import partial
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from services.chassis.observability.metrics import DURATION_BUCKETS, NAMESPACE

_gauge = partial(Gauge, namespace=NAMESPACE, registry=None)
_counter = partial(Counter, namespace=NAMESPACE, registry=None)

CONNECTIONS: Final = _gauge("live_connections", "Connections for live updates that are open now.", ("transport",))
SUBSCRIPTIONS: Final = _gauge("live_subscriptions", "Subscriptions that are open now.")
GROUPS: Final = _gauge("live_groups", "Groups of subscribers who are shown the same.")
ENDED: Final = _counter(
    "live_subscriptions_ended_total",
    "Subscriptions that ended, by the code of their error (`completed`: the client wanted no more).",
    ("reason",),
)
LATENCY: Final = Histogram(
    "live_latency_seconds",
    "From the change, as its message dates it, until it was written to a connection: once for each event told.",
    namespace=NAMESPACE,
    registry=None,
    buckets=DURATION_BUCKETS,
)

COLLECTORS: Final = (CONNECTIONS, SUBSCRIPTIONS, GROUPS, ENDED, LATENCY)

for _transport in ("websocket", "sse"):
    CONNECTIONS.labels(_transport)
