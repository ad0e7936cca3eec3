"""Turns the topology (`protocol.topology`) into kombu's objects and declares it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import kombu
from amqp.exceptions import PreconditionFailed

from ..protocol import topology
from ..protocol.topology import Queue, Subscription


class TopologyConflict(Exception):
    """A queue or exchange exists with other arguments. The message names it and says what to do."""


def exchange(declared: topology.Exchange) -> kombu.Exchange:
    return kombu.Exchange(declared.name, type=declared.type, durable=declared.durable)


def queue(declared: Queue) -> kombu.Queue:
    """A kombu queue that declares itself, its exchange and its bindings."""
    target = exchange(declared.exchange) if declared.exchange else None
    return kombu.Queue(
        declared.name,
        durable=declared.durable,
        queue_arguments=declared.arguments or None,
        bindings=[kombu.binding(target, routing_key=key) for key in declared.bindings],
    )


def declare(amqp_uri: str, queues: Iterable[Queue]) -> list[str]:
    """Declare the exchanges and `queues`; harmless when all exist as they should. Returns the queues' names.

    Raises TopologyConflict when one exists with other arguments, OSError when the broker cannot be reached.
    """
    names = []
    with kombu.Connection(amqp_uri, connect_timeout=5) as connection:
        for each in (topology.MESSAGES, topology.RPC):
            with _conflicts_named(each.name):
                exchange(each)(connection.default_channel).declare()
        for declared in queues:
            with _conflicts_named(declared.name):
                queue(declared)(connection.default_channel).declare()
            names.append(declared.name)
    return names


def topology_of(subscriptions: Iterable[Subscription], delays: Iterable[float]) -> list[Queue]:
    """Every queue that `subscriptions` need, in the order in which they must be declared."""
    ladder = tuple(delays)
    return [each for subscription in subscriptions for each in topology.queues_of(subscription, ladder)]


@contextmanager
def _conflicts_named(name: str) -> Iterator[None]:
    try:
        yield
    except PreconditionFailed as error:
        raise TopologyConflict(
            f"{name} exists with other arguments ({error.reply_text}). A changed argument needs a new queue name; "
            "drain and delete the old one first."
        ) from error
