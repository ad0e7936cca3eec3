"""The consumer that all entrypoints of a service share: raw messages, quick reconnection, a tick for the probe."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import kombu
from amqp.exceptions import AMQPError
from nameko.messaging import QueueConsumer

_log = logging.getLogger(__name__)

_RECONNECT = {"interval_start": 0.2, "interval_step": 0.4, "interval_max": 3.0}
"""Seconds. Kombu's default grows to 30: a service would stay away long after the broker is back."""


class Liveness:
    """When the consumer's loop last went round (`age`), and whether it is connected.

    A middlebox that acknowledges and forwards nothing makes kombu wait for ever in `channel.close()` while the process
    looks alive: the age of the tick is what tells.
    """

    def __init__(self) -> None:
        self._ticked_at = time.monotonic()
        self.connected = False

    def tick(self) -> None:
        self._ticked_at = time.monotonic()

    def age(self) -> float:
        """Seconds since the last tick."""
        return time.monotonic() - self._ticked_at


liveness = Liveness()
"""Of this process: it has one consumer."""


class PrefetchingConsumer(kombu.Consumer):
    """Sets its prefetch right before it consumes: RabbitMQ applies a channel's last `qos` to the consumers after it."""

    def consume(self, no_ack: bool | None = None) -> None:
        # A body is bytes until an entrypoint decodes it: py-amqp would make a text of some and not of others.
        self.channel.auto_decode = False
        self.qos(prefetch_count=self.prefetch_count)
        super().consume(no_ack)


class TickingQueueConsumer(QueueConsumer):
    """Differs from nameko's: bodies are decoded by the entrypoints (kombu would ack what it cannot decode), the
    reconnection is quick, and each turn of the loop ticks."""

    def get_consumers(self, consumer_cls: Any, channel: Any) -> Any:
        for provider in self._providers:
            self._consumers[provider] = PrefetchingConsumer(
                channel,
                queues=[provider.queue],
                on_message=partial(self.receive, provider),
                prefetch_count=getattr(provider, "prefetch_count", self.prefetch_count),
            )
        return self._consumers.values()

    def receive(self, provider: Any, message: Any) -> None:
        # A thread of its own: spawning a worker waits when all are busy, and the loop must go on ticking.
        self.container.spawn_managed_thread(partial(self._receive, provider, message))

    def _receive(self, provider: Any, message: Any) -> None:
        try:
            provider.receive(message)
        except Exception:
            # It must not reach the container: it would end the process, and the message would end the next one.
            _log.exception("dropped a message that could not even be received", extra={"queue": provider.queue.name})
            self.reject_message(message)

    @contextmanager
    def establish_connection(self) -> Iterator[kombu.Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(self.on_connection_error, **_RECONNECT)
            yield connection

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        # Trying to connect is a sign of life: restarting the process would not bring the broker back.
        liveness.connected = False
        liveness.tick()
        super().on_connection_error(exc, interval)

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        liveness.connected = True
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def on_iteration(self) -> None:
        liveness.tick()
        super().on_iteration()

    def on_consume_end(self, connection: Any, channel: Any) -> None:
        liveness.connected = False

    def ack_message(self, message: Any) -> None:
        self._settle(message, message.ack)

    def requeue_message(self, message: Any) -> None:
        self._settle(message, message.requeue)

    def reject_message(self, message: Any) -> None:
        """Drop a message that no replica could ever handle."""
        self._settle(message, message.reject)

    def _settle(self, message: Any, say: Callable[[], None]) -> None:
        """Tell the broker what becomes of a delivery, if its connection is still there. If not, the broker delivers the
        message again: nothing is lost, and nothing may end the process."""
        if message.channel.connection:
            try:
                say()
            except (AMQPError, OSError) as error:
                # nameko's own methods let a connection that is reset at this moment end the process.
                _log.info("a delivery could not be settled", extra={"error": str(error)})
