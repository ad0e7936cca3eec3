"""Quiet: nothing is on its way any more."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import amqp
import kombu
from bson import Timestamp
from pymongo.errors import PyMongoError

from services.chassis.messaging.declaration import topology_of
from services.chassis.protocol import topology

from . import eventlog
from .stage import SETTINGS, Stage

_POLL_SECONDS: Final = 0.25
_DELAYS: Final = [float(delay) for delay in SETTINGS["RETRY_DELAYS_SECONDS"].split(",")]
DEAD: Final = [topology.dead_queue(subscription).name for subscription in eventlog.SUBSCRIPTIONS]
_QUEUES: Final = [queue.name for queue in topology_of(eventlog.SUBSCRIPTIONS, _DELAYS) if queue.name not in DEAD]


def wait_until_quiet(stage: Stage, *, seconds: float) -> str | None:
    """Until every outbox is published, every message handled (or dead) and every queue empty. None, or what was still
    on its way after `seconds`."""
    return _wait(lambda: _on_its_way(stage), seconds)


def wait_until_caught_up(stage: Stage, until: Timestamp, *, seconds: float) -> str | None:
    """Until all that was committed `until` then is published and handled, whatever was written since."""
    return _wait(lambda: _behind(stage, until), seconds)


def dead_letters(stage: Stage) -> Mapping[str, list[dict[str, Any]]]:
    """The messages (payload, properties) in the dead-letter queues that hold any, left where they are."""
    counts = _counts(stage, DEAD)
    return {queue: stage.broker.messages(queue, count) for queue, count in counts.items() if count}


def _wait(condition: Callable[[], str | None], seconds: float) -> str | None:
    deadline = time.monotonic() + seconds
    while True:
        reason: str | None = "the infrastructure does not answer"
        with suppress(PyMongoError, amqp.AMQPError, OSError):
            reason = condition()
        if reason is None or time.monotonic() > deadline:
            return reason
        time.sleep(_POLL_SECONDS)


def _on_its_way(stage: Stage) -> str | None:
    if count := eventlog.pending(stage):
        return f"{count} messages in the outboxes"
    if queues := {name: count for name, count in _counts(stage, _QUEUES).items() if count}:
        return f"messages in {queues}"
    dead = _dead_ids(stage)
    missing = {queue: ids - dead for queue, ids in eventlog.unhandled(stage).items() if ids - dead}
    return f"messages that nobody handled: {_sizes(missing)}" if missing else None


def _behind(stage: Stage, until: Timestamp) -> str | None:
    if count := eventlog.pending(stage, until=until):
        return f"{count} messages in the outboxes"
    dead = _dead_ids(stage)
    missing = {queue: ids - dead for queue, ids in eventlog.unhandled(stage, until=until).items() if ids - dead}
    return f"messages that nobody handled: {_sizes(missing)}" if missing else None


def _dead_ids(stage: Stage) -> set[str]:
    letters = dead_letters(stage).values()
    return {str(letter["properties"].get("headers", {}).get("ce-id")) for queue in letters for letter in queue}


def _counts(stage: Stage, queues: list[str]) -> dict[str, int]:
    """Messages in each queue that no consumer has been given, as the broker counts them now."""
    with kombu.Connection(stage.broker.amqp_uri, connect_timeout=5) as connection:
        channel = connection.default_channel
        return {name: channel.queue_declare(name, passive=True).message_count for name in queues}


def _sizes(ids: Mapping[str, set[str]]) -> dict[str, int]:
    return {queue: len(found) for queue, found in ids.items()}
