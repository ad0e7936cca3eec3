"""How many messages wait in some queues, asked now and then on a connection that is kept."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import kombu
from amqp.exceptions import NotFound

from .connection import BrokerUnreachable, named_faults

_SECONDS: Final = 1.0


class QueueDepths:
    """Not for two threads at once. Each wait on the broker is at most a second."""

    def __init__(self, amqp_uri: str, queues: Iterable[str]) -> None:
        self._amqp_uri = amqp_uri
        self._queues = tuple(queues)
        self._connection: kombu.Connection | None = None

    def read(self) -> Mapping[str, int]:
        """Queue → messages that are ready. A queue that is not declared (yet) is left out.

        Raises BrokerUnreachable; the next call connects again.
        """
        if not self._queues:
            return {}
        try:
            with named_faults(self._amqp_uri):
                connection = self._connected()
                depths = {queue: _depth(connection, queue) for queue in self._queues}
        except BrokerUnreachable:
            self.close()
            raise
        return {queue: depth for queue, depth in depths.items() if depth is not None}

    def close(self) -> None:
        """Drop the connection without waiting for the broker's goodbye."""
        if self._connection is not None:
            self._connection.collect()
            self._connection = None

    def _connected(self) -> kombu.Connection:
        if self._connection is None:
            timeouts = {"read_timeout": _SECONDS, "write_timeout": _SECONDS}
            self._connection = kombu.Connection(self._amqp_uri, connect_timeout=_SECONDS, transport_options=timeouts)
            # Kombu's own `connect` waits two seconds before it tries again.
            self._connection.ensure_connection(max_retries=1, interval_start=0)
        return self._connection


def _depth(connection: kombu.Connection, queue: str) -> int | None:
    # A channel for each: the broker closes the channel that asks for a queue that is not there.
    channel: Any = connection.channel()
    try:
        found = channel.queue_declare(queue, passive=True)
    except NotFound:
        return None
    channel.close()
    return int(found.message_count)
