"""Publishes the outbox with windowed confirms: a whole batch is under way before the first confirm is awaited, but of
one aggregate only one message at a time. Two of one aggregate in flight could arrive in the wrong order: when the
first reaches no queue, or is refused, the second may be there already."""

import logging
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: ids of what the broker has for good, and what reached no queue. What is in neither was
    not sent, since something before it about the same subject did not arrive."""

    published: list[str] = field(default_factory=list)
    unroutable: list[Envelope] = field(default_factory=list)


class ConfirmedPublisher:
    """Publishes batches and says which messages the broker has taken for good.

    `required_types` are the message types that some subscription listens to: one of these that reaches no queue means
    a topology that was never declared, and is `unroutable`. A type nobody listens to counts as published.
    """

    def __init__(self, amqp_uri: str, *, required_types: Collection[str]) -> None:
        self._amqp_uri = amqp_uri
        self._required_types = frozenset(required_types)
        self._connection: kombu.Connection | None = None
        self._window: _Window | None = None

    def publish(self, batch: Sequence[Envelope]) -> Outcome:
        """Publish `batch`, which is in commit order. Raises BrokerAway when the connection broke before all were
        confirmed."""
        try:
            return self._connected().send_all(batch)
        except (AMQPError, OSError) as error:
            self.close()
            raise BrokerAway(str(error)) from error

    def close(self) -> None:
        """Drop the connection without waiting for the broker's goodbye."""
        if self._connection is not None:
            self._connection.collect()
            self._connection = self._window = None

    def _connected(self) -> "_Window":
        if self._window is None:
            timeouts = {"read_timeout": CONFIRM_SECONDS, "write_timeout": CONFIRM_SECONDS}
            self._connection = kombu.Connection(self._amqp_uri, connect_timeout=5, transport_options=timeouts)
            self._connection.connect()
            self._window = _Window(self._connection, self._required_types)
        return self._window


class _Window:
    """One channel in confirm mode, and the messages on it that are still unconfirmed."""

    def __init__(self, connection: kombu.Connection, required_types: frozenset[str]) -> None:
        self._connection = connection
        self._required_types = required_types
        self._channel = connection.channel()
        self._sent = 0
        self._unconfirmed: dict[int, Envelope] = {}
        self._returned: set[str] = set()
        self._queued: dict[str, deque[Envelope]] = {}
        self._ready: deque[Envelope] = deque()
        self._outcome = Outcome()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)

    def send_all(self, batch: Sequence[Envelope]) -> Outcome:
        """Publish `batch` and wait for its confirms."""
        self._outcome = Outcome()
        self._returned.clear()
        self._queued = defaultdict(deque)
        for envelope in batch:
            self._queued[envelope.subject].append(envelope)
        self._ready = deque(queue.popleft() for queue in self._queued.values())
        while self._ready or self._unconfirmed:
            # Not from the callbacks: publishing reads from the socket too, and would run them inside one another.
            while self._ready:
                self._send(self._ready.popleft())
            if self._unconfirmed:
                self._connection.drain_events(timeout=CONFIRM_SECONDS)
        return self._outcome

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
        self._unconfirmed[self._sent] = envelope
        self._channel.basic_publish(message, exchange=topology.MESSAGES.name, routing_key=envelope.type, mandatory=True)

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        for envelope in self._confirmed(delivery_tag, multiple):
            if envelope.id in self._returned and envelope.type in self._required_types:
                self._outcome.unroutable.append(envelope)
                continue
            self._outcome.published.append(envelope.id)
            if queued := self._queued[envelope.subject]:
                self._ready.append(queued.popleft())

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        for envelope in self._confirmed(delivery_tag, multiple):
            _log.warning(
                "the broker refused a message, its subject waits",
                extra={"type": envelope.type, "message_id": envelope.id, "subject": envelope.subject},
            )

    def _on_return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        # The broker says so before it confirms the message.
        self._returned.add(message.properties["message_id"])

    def _confirmed(self, delivery_tag: int, multiple: bool) -> list[Envelope]:
        # With `multiple`, the confirm covers every tag up to this one.
        tags = [tag for tag in self._unconfirmed if tag <= delivery_tag] if multiple else [delivery_tag]
        return [self._unconfirmed.pop(tag) for tag in tags if tag in self._unconfirmed]
