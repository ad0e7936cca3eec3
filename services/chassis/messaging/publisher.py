"""One publishing connection per process, used by one green thread at a time."""

import logging
from collections.abc import Mapping
from typing import Any

import eventlet
import kombu
from amqp import Message
from eventlet.semaphore import Semaphore
from nameko.constants import AMQP_URI_CONFIG_KEY
from nameko.extensions import SharedExtension

_log = logging.getLogger(__name__)

_TRANSPORT = {"connect_timeout": 5, "read_timeout": 10, "write_timeout": 5}

TRANSIENT = 1
PERSISTENT = 2
HEARTBEAT_SECONDS = 4
"""A silent connection is given up after two of these."""


class Unroutable(Exception):
    """A mandatory message reached no queue."""


class Publisher(SharedExtension):
    """Publishes replies (fire and forget) and retries or dead letters (confirmed, mandatory).

    Two green threads writing on one channel corrupt it, hence the semaphore. A broken connection is replaced once per
    publish; a second failure is the caller's to handle.
    """

    def setup(self) -> None:
        self._semaphore = Semaphore()
        self._channels: dict[bool, Any] = {}
        self._connections: list[kombu.Connection] = []

    def start(self) -> None:
        self.container.spawn_managed_thread(self._keep_watch)

    def stop(self) -> None:
        self._disconnect()

    def reply(self, body: bytes, *, exchange: str, routing_key: str, correlation_id: str) -> None:
        """Transient and unconfirmed: a lost reply is a deadline at the caller, who asks again."""
        properties = {
            "content_type": "application/json",
            "content_encoding": "utf-8",
            "correlation_id": correlation_id,
            "delivery_mode": TRANSIENT,
        }
        self._publish(body, properties, exchange=exchange, routing_key=routing_key, confirmed=False)

    def hand_over(self, body: bytes, *, queue: str, properties: Mapping[str, Any]) -> None:
        """Put a message into `queue` for good: returns once the broker has it.

        Raises Unroutable when there is no such queue, and amqp's errors when the broker is away.
        """
        self._publish(
            body,
            {**properties, "delivery_mode": PERSISTENT},
            exchange="",
            routing_key=queue,
            confirmed=True,
        )

    def _keep_watch(self) -> None:
        """Notice a connection that a middlebox has forgotten: unconfirmed replies would vanish in it for ever."""
        while True:
            eventlet.sleep(HEARTBEAT_SECONDS / 2)
            with self._semaphore:
                if not all(_is_alive(connection) for connection in self._connections):
                    _log.warning("the publishing connection is silent; the next answer takes a new one")
                    self._disconnect()

    def _publish(self, body: bytes, properties: dict[str, Any], *, confirmed: bool, **target: str) -> None:
        with self._semaphore:
            try:
                self._send(body, properties, confirmed=confirmed, **target)
            except Unroutable:
                raise
            except Exception as error:
                _log.info("publishing again on a new connection", extra={"error": str(error)})
                self._disconnect()
                self._send(body, properties, confirmed=confirmed, **target)

    def _send(self, body: bytes, properties: dict[str, Any], *, confirmed: bool, **target: str) -> None:
        channel = self._channel(confirmed=confirmed)
        message = Message(body, **properties)
        if not confirmed:
            channel.basic_publish(message, **target)
            return
        returned: list[str] = []
        channel.events["basic_return"] = {lambda error, *_: returned.append(str(error))}
        channel.basic_publish_confirm(message, mandatory=True, confirm_timeout=10, **target)
        if returned:
            raise Unroutable(returned[0])

    def _channel(self, *, confirmed: bool) -> Any:
        if confirmed not in self._channels:
            connection = kombu.Connection(
                self.container.config[AMQP_URI_CONFIG_KEY],
                transport_options=_TRANSPORT,
                connect_timeout=5,
                heartbeat=HEARTBEAT_SECONDS,
            )
            self._connections.append(connection)
            self._channels[confirmed] = connection.channel()
        return self._channels[confirmed]

    def _disconnect(self) -> None:
        connections, self._connections, self._channels = self._connections, [], {}
        for connection in connections:
            # Not `close()`: it waits for the broker's answer, for ever if a middlebox swallows it.
            connection.collect()


def _is_alive(connection: kombu.Connection) -> bool:
    """Read what has arrived, heartbeats above all, and send our own when it is due."""
    try:
        connection.drain_events(timeout=0.01)
    except TimeoutError:
        pass  # nothing had arrived, which is what the heartbeat's own count is for
    except (OSError, *connection.connection_errors):
        return False
    try:
        connection.heartbeat_check()
    except (OSError, *connection.connection_errors):
        return False
    return True
