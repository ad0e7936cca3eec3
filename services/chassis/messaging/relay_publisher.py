"""Publishes the outbox with windowed confirms: a whole batch is under way before the first confirm is awaited."""

import logging
from collections.abc import Collection, Sequence
from typing import Any, Final

import kombu
from amqp import Message
from amqp.exceptions import AMQPError

from ..protocol import topology
from ..protocol.envelope import Envelope, to_amqp

_log = logging.getLogger(__name__)

CONFIRM_SECONDS: Final = 10.0
PERSISTENT: Final = 2


class BrokerAway(Exception):
    """The batch was not confirmed. It will be published again; subscribers know what they have handled."""


class ConfirmedPublisher:
    """Publishes batches and says which messages the broker has taken for good.

    `required_types` are the message types that some subscription listens to: one of these that reaches no queue means
    a topology that was never declared, and is not counted as published. A type nobody listens to is.
    """

    def __init__(self, amqp_uri: str, *, required_types: Collection[str]) -> None:
        self._amqp_uri = amqp_uri
        self._required_types = frozenset(required_types)
        self._connection: kombu.Connection | None = None
        self._window: _Window | None = None

    def publish(self, batch: Sequence[Envelope]) -> list[str]:
        """The ids of the messages now safe with the broker, in order; it stops before the first one that is not.

        Raises BrokerAway when the connection broke before all were confirmed.
        """
        try:
            return self._publish(batch)
        except (AMQPError, OSError) as error:
            self.close()
            raise BrokerAway(str(error)) from error

    def close(self) -> None:
        """Drop the connection without waiting for the broker's goodbye."""
        if self._connection is not None:
            self._connection.collect()
            self._connection = self._window = None

    def _publish(self, batch: Sequence[Envelope]) -> list[str]:
        window = self._connected()
        returned = window.send_all(batch)
        published = []
        for envelope in batch:
            if envelope.id in returned and envelope.type in self._required_types:
                _log.error(
                    "no queue is bound for a message that has subscribers: declare the topology",
                    extra={"type": envelope.type, "message_id": envelope.id},
                )
                break
            published.append(envelope.id)
        return published

    def _connected(self) -> "_Window":
        if self._window is None:
            timeouts = {"read_timeout": CONFIRM_SECONDS, "write_timeout": CONFIRM_SECONDS}
            self._connection = kombu.Connection(self._amqp_uri, connect_timeout=5, transport_options=timeouts)
            self._connection.connect()
            self._window = _Window(self._connection)
        return self._window


class _Window:
    """One channel in confirm mode, and the messages on it that are still unconfirmed."""

    def __init__(self, connection: kombu.Connection) -> None:
        self._connection = connection
        self._channel = connection.channel()
        self._unconfirmed: dict[int, str] = {}
        self._returned: set[str] = set()
        self._sent = 0
        self._refused = False
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)

    def send_all(self, batch: Sequence[Envelope]) -> set[str]:
        """Publish `batch` and wait for its confirms. Returns the ids of the messages that reached no queue."""
        self._returned.clear()
        for envelope in batch:
            self._send(envelope)
        while self._unconfirmed:
            self._connection.drain_events(timeout=CONFIRM_SECONDS)
        if self._refused:
            raise AMQPError("the broker refused a message")
        return set(self._returned)

    def _send(self, envelope: Envelope) -> None:
        encoded = to_amqp(envelope)
        message = Message(
            encoded.body,
            application_headers=dict(encoded.headers),
            content_type=encoded.content_type,
            message_id=envelope.id,
            delivery_mode=PERSISTENT,
        )
        self._sent += 1
        self._unconfirmed[self._sent] = envelope.id
        self._channel.basic_publish(message, exchange=topology.MESSAGES.name, routing_key=envelope.type, mandatory=True)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        # With `multiple`, the confirm covers every tag up to this one.
        tags = [tag for tag in self._unconfirmed if tag <= delivery_tag] if multiple else [delivery_tag]
        for tag in tags:
            self._unconfirmed.pop(tag, None)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        self._refused = True
        self._on_ack(delivery_tag, multiple)

    def _on_return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._returned.add(message.properties["message_id"])
