"""Every exchange, queue and argument of the broker, as data. Nothing is declared anywhere else.

A changed argument of an existing queue is refused by the broker: it means a new queue name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from . import rpc

DELIVERY_LIMIT: Final = 20
"""Deliveries of one message before the broker itself dead-letters it. A crash raises the count of innocent messages
that were in flight too, so this net hangs well below the retry ladder's own limit."""

DEFAULT_RETRY_DELAYS: Final = (1.0, 5.0, 30.0, 300.0, 3600.0)
"""Seconds. One fixed-TTL queue per delay: mixed TTLs in one queue block at its head."""


LIVE_MESSAGES: Final = 10_000
"""Messages that wait for a replica of the gateway, at most."""


@dataclass(frozen=True, slots=True)
class Exchange:
    name: str
    type: str
    durable: bool = True


@dataclass(frozen=True, slots=True)
class Queue:
    """`bindings` are routing keys on `exchange`; without an exchange the queue is reached by its name."""

    name: str
    durable: bool
    exchange: Exchange | None = None
    bindings: tuple[str, ...] = ()
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subscription:
    """`service` listens to messages of `types` under the name `subscriber`: one queue, one effect per message."""

    service: str
    subscriber: str
    types: tuple[str, ...]

    @property
    def queue(self) -> str:
        return f"{self.service}.{self.subscriber}"


MESSAGES: Final = Exchange("messages", "topic")
RPC: Final = Exchange(rpc.EXCHANGE, "topic")


def rpc_queue(service: str) -> Queue:
    """Not durable: a request outlives neither the broker nor its deadline; what must survive is in MongoDB."""
    return Queue(rpc.queue_name(service), durable=False, exchange=RPC, bindings=(rpc.routing_key(service, "*"),))


def subscriber_queue(subscription: Subscription) -> Queue:
    return Queue(
        subscription.queue,
        durable=True,
        exchange=MESSAGES,
        bindings=subscription.types,
        arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERY_LIMIT,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": dead_queue(subscription).name,
            # The pair that makes the broker's own dead-lettering lose nothing.
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def live_queue(replica: str, types: Iterable[str]) -> Queue:
    """What one replica of the gateway hears while it is connected; it is declared as exclusive to its connection. Its
    bound is for a replica that has stopped reading: the broker must not fill up because of it."""
    return Queue(
        f"gateway.live.{replica}",
        durable=False,
        exchange=MESSAGES,
        bindings=tuple(types),
        arguments={"x-max-length": LIVE_MESSAGES, "x-overflow": "drop-head"},
    )


def dead_queue(subscription: Subscription) -> Queue:
    """A letter is read and given back whenever somebody looks at it: from RabbitMQ 4 on, quorum queues would drop it
    after twenty looks unless told otherwise."""
    arguments = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
    return Queue(f"{subscription.queue}.dead", durable=True, arguments=arguments)


def retry_queue(subscription: Subscription, delay: float) -> Queue:
    """Holds a message for `delay` seconds, then hands it back to the one queue it came from."""
    return Queue(
        f"{subscription.queue}.retry.{delay:g}s",
        durable=True,
        arguments={
            "x-queue-type": "quorum",
            "x-message-ttl": int(delay * 1000),
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": subscription.queue,
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def queues_of(subscription: Subscription, delays: Iterable[float]) -> tuple[Queue, ...]:
    """The dead-letter queue and the ladder first: they must exist before anything can fail."""
    ladder = (retry_queue(subscription, delay) for delay in delays)
    return (dead_queue(subscription), *ladder, subscriber_queue(subscription))
