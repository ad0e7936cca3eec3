"""Runs the relay of one service: plain Python, no green threads, a process of its own."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Collection
from typing import Any, Final

from pymongo.database import Database

from ..kernel.clock import utc_now
from ..messaging.depths import QueueDepths
from ..messaging.relay import Relay
from ..messaging.relay_publisher import ConfirmedPublisher
from ..observability import metrics
from ..persistence.audit.sealer import start_sealing
from ..persistence.client import connect
from ..persistence.lease import Lease
from ..persistence.outbox import Outbox
from ..persistence.outbox_reading import read_outbox
from ..persistence.wakeup import watch_outbox
from ..protocol import topology
from .definition import ServiceDefinition
from .probes import liveness_check, serve_probes
from .settings import ProcessSettings

_log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 3.0
"""How long the others wait for a relay that died. Longer than a turn, so that a healthy one never loses it."""


class _Ticker:
    def __init__(self) -> None:
        self._at = time.monotonic()

    def tick(self) -> None:
        self._at = time.monotonic()

    def age(self) -> float:
        return time.monotonic() - self._at


def run_relay(definition: ServiceDefinition, settings: ProcessSettings, *, required_types: Collection[str]) -> None:
    """Relay until SIGTERM or SIGINT. `required_types` are the message types that some service listens to."""
    name = f"{definition.name}-relay"
    client = connect(settings.mongodb_uri, service=name, pool_size=5)
    database = client[settings.database(definition.name)]
    ticker = _Ticker()
    owner = f"{socket.gethostname()}-{os.getpid()}"
    relay = Relay(
        outbox=Outbox(database),
        publisher=ConfirmedPublisher(settings.amqp_uri.reveal(), required_types=required_types),
        lease=Lease(database, name="outbox", owner=owner, seconds=LEASE_SECONDS),
        clock=utc_now,
        tick=ticker.tick,
    )
    _stop_on_signal(relay)
    _measure(definition, settings, database, owner)
    threading.Thread(
        target=watch_outbox, args=(database,), kwargs={"wake": relay.wake, "stop": relay.stop}, daemon=True
    ).start()
    serve_probes(
        settings.probes_host,
        settings.probes_port,
        livez=liveness_check(ticker.age),
        readyz=lambda: (bool(client.admin.command("ping")), {"database": True}),
    )
    sealing = start_sealing(database, owner=owner, stop=relay.stop)
    _log.info("relaying %s", definition.name)
    relay.run()
    sealing.join(timeout=5)
    client.close()
    _log.info("stopped %s", name)


def _measure(
    definition: ServiceDefinition, settings: ProcessSettings, database: Database[dict[str, Any]], owner: str
) -> None:
    dead = [topology.dead_queue(subscription).name for subscription in definition.subscriptions]
    depths = QueueDepths(settings.amqp_uri.reveal(), dead)
    metrics.expect_publishing(definition.name)
    metrics.REGISTRY.register(
        metrics.RelayCollector(
            definition.name, read_outbox=lambda: read_outbox(database, owner=owner), read_depths=depths.read
        )
    )


def _stop_on_signal(relay: Relay) -> None:
    def on_signal(_number: int, _frame: Any) -> None:
        relay.stop.set()
        relay.wake.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
