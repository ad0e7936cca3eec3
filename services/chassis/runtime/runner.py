"""Runs one nameko service until it is told to stop. The process was monkey-patched before this module's import."""

import gc
import importlib
import logging
import os
import signal
from typing import Any

import eventlet
from pymongo import MongoClient

from ..kernel.clock import utc_now
from ..kernel.pseudonym import Pseudonyms
from ..messaging.consumer import liveness
from ..messaging.container import ContextContainer
from ..messaging.provider import COMPOSITION_CONFIG_KEY
from ..messaging.rpc import trust
from ..messaging.subscriber import RETRY_DELAYS_CONFIG_KEY
from ..persistence.client import connect
from ..persistence.unit_of_work import UnitOfWork
from ..protocol.principal import Verifier
from .definition import ServiceDefinition
from .probes import liveness_check, serve_probes
from .settings import ProcessSettings

_log = logging.getLogger(__name__)


def serve(definition: ServiceDefinition, settings: ProcessSettings) -> None:
    """Serve until SIGTERM or SIGINT, then drain: stop taking work, finish what is in hand, exit.

    Exits with status 1 when the container died of an error, or when draining took longer than `drain_seconds`.
    """
    client = connect(settings.mongodb_uri, service=definition.name, pool_size=settings.max_workers + 10)
    unit_of_work = UnitOfWork(
        client,
        settings.database(definition.name),
        clock=utc_now,
        publishing=definition.publishing,
        policy=definition.policy,
        audit=definition.audit_rules,
        pseudonyms=Pseudonyms.from_file(settings.pseudonym_key),
    )
    trust(Verifier(settings.principal_keys))
    container = ContextContainer(_service_class(definition), _nameko_config(settings, definition.compose(unit_of_work)))
    serve_probes(
        settings.probes_host,
        settings.probes_port,
        livez=liveness_check(liveness.age),
        readyz=lambda: _ready(client),
    )
    _stop_on_signal(container, settings.drain_seconds)
    container.start()
    # What is there now stays: the collector need not look at it again in the middle of requests.
    gc.collect()
    gc.freeze()
    _log.info("serving %s", definition.name)
    _wait(container)
    client.close()
    _log.info("stopped %s", definition.name)


def _service_class(definition: ServiceDefinition) -> type:
    module, name = definition.service.split(":")
    service: type = getattr(importlib.import_module(module), name)
    return service


def _nameko_config(settings: ProcessSettings, composition: Any) -> dict[str, Any]:
    return {
        "AMQP_URI": settings.amqp_uri.reveal(),
        "HEARTBEAT": settings.heartbeat,
        "max_workers": settings.max_workers,
        COMPOSITION_CONFIG_KEY: composition,
        RETRY_DELAYS_CONFIG_KEY: settings.retry_delays,
    }


def _ready(client: MongoClient[dict[str, Any]]) -> tuple[bool, dict[str, Any]]:
    client.admin.command("ping")
    return liveness.connected, {"broker": liveness.connected, "database": True}


def _stop_on_signal(container: ContextContainer, drain_seconds: float) -> None:
    def drain() -> None:
        _log.info("draining")
        eventlet.spawn_after(drain_seconds, _give_up)
        container.stop()

    def on_signal(_number: int, _frame: Any) -> None:
        # Signal handlers run in the hub, where nothing may block: stop from a green thread.
        eventlet.spawn(drain)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)


def _give_up() -> None:
    _log.error("draining took too long; what is unfinished will be delivered again")
    # Not sys.exit: a stuck thread is the reason to be here.
    os._exit(1)


def _wait(container: ContextContainer) -> None:
    waiting = eventlet.spawn(container.wait)
    while True:
        try:
            waiting.wait()
        except InterruptedError:
            # A signal interrupted the hub's poll; the green thread that drains goes on.
            continue
        return
