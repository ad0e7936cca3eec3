"""One live connection to the broker: to call services, or to hear what they publish."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Self

import aiormq
from aiormq.abc import DeliveredMessage
from pamqp import commands as spec
from yarl import URL

from services.chassis.kernel.ids import new_id
from services.chassis.protocol import rpc as wire
from services.chassis.protocol import topology

HEARTBEAT_SECONDS: Final = 5
"""aiormq gives a silent connection up after three of these and a bit: 18 s."""

CLOSE_SECONDS: Final = 2.0

Receive = Callable[[DeliveredMessage], Coroutine[Any, Any, None]]
Returned = Callable[[DeliveredMessage], None]


class LinkLost(Exception):
    """The connection went away before the broker had the message for certain."""


class _Channel(aiormq.Channel):
    """aiormq hands returned messages on only with confirms, which a request does not need: its reply is one."""

    on_returned: Returned

    async def _on_return_frame(self, frame: spec.Basic.Return) -> None:
        header: Any = await self._get_frame()
        self.on_returned(await self._read_content(frame, header))


class Link:
    """A connection, its one channel, and a queue that dies with it."""

    def __init__(self, connection: Any, channel: _Channel, queue: str) -> None:
        self._connection = connection
        self._channel = channel
        self._cancelled = asyncio.Event()
        self.queue = queue

    async def lost(self) -> None:
        """Return when nothing can be sent or received any more."""
        closings = {self._connection.closing, self._channel.closing, asyncio.ensure_future(self._cancelled.wait())}
        try:
            await asyncio.wait(closings, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for closing in closings:
                closing.cancel()

    async def close(self) -> None:
        await _close(self._connection)

    async def _listen(
        self, exchange: topology.Exchange, keys: Sequence[str], on_message: Receive, arguments: Any = None
    ) -> None:
        """Hear what is sent to `exchange` with one of these routing keys, from now on."""
        channel = self._channel
        await channel.exchange_declare(exchange=exchange.name, exchange_type=exchange.type, durable=exchange.durable)
        await channel.queue_declare(self.queue, exclusive=True, auto_delete=True, arguments=arguments)
        for key in keys:
            await channel.queue_bind(self.queue, exchange=exchange.name, routing_key=key)
        # Somebody deleted the queue: nothing would arrive from now on.
        channel.on_consumer_cancel_callbacks.add(lambda _frame: self._cancelled.set())
        await channel.basic_consume(self.queue, on_message, no_ack=True)


class RpcLink(Link):
    """A link with a reply queue."""

    @classmethod
    async def open(cls, uri: str, *, on_reply: Receive, on_returned: Returned) -> Self:
        """Connect, and listen for replies. Raises aiormq's AMQPError or OSError."""
        connection = await _connect(uri, "gateway")
        try:
            link = cls(connection, await _open_channel(connection, on_returned), f"rpc.reply-gateway-{new_id()}")
            await link._listen(topology.RPC, [link.queue], on_reply)
        except BaseException:
            await _close(connection)
            raise
        return link

    @property
    def reply_to(self) -> str:
        return self.queue

    async def publish(self, body: bytes, *, routing_key: str, properties: spec.Basic.Properties) -> None:
        """Hand a request to the broker. Raises LinkLost."""
        try:
            await self._channel.basic_publish(
                body, exchange=wire.EXCHANGE, routing_key=routing_key, properties=properties, mandatory=True
            )
        except (aiormq.AMQPError, OSError, RuntimeError) as error:
            raise LinkLost from error
        except asyncio.CancelledError as error:
            # aiormq cancels who publishes on a channel that closes; that is not somebody cancelling this task.
            if _is_cancelled(asyncio.current_task()):
                raise
            raise LinkLost from error


class MessageLink(Link):
    """A link with a queue of its own for the services' messages."""

    @classmethod
    async def open(cls, uri: str, *, types: Sequence[str], on_message: Receive) -> Self:
        """Connect, and hear messages of these types. Raises aiormq's AMQPError or OSError."""
        connection = await _connect(uri, "gateway live updates")
        try:
            queue = topology.live_queue(new_id(), types)
            link = cls(connection, await _open_channel(connection, _never_returned), queue.name)
            await link._listen(topology.MESSAGES, queue.bindings, on_message, queue.arguments)
        except BaseException:
            await _close(connection)
            raise
        return link


def _never_returned(_message: DeliveredMessage) -> None:
    """Nothing is sent through this link."""


async def _connect(uri: str, name: str) -> Any:
    return await aiormq.connect(with_heartbeat(uri), client_properties={"connection_name": name})


async def _open_channel(connection: Any, on_returned: Returned) -> _Channel:
    channel = _Channel(connection, 1, publisher_confirms=False)
    channel.on_returned = on_returned
    connection.channels[channel.number] = channel
    await channel.open()
    return channel


async def _close(connection: Any) -> None:
    with contextlib.suppress(aiormq.AMQPError, OSError, RuntimeError, TimeoutError):
        async with asyncio.timeout(CLOSE_SECONDS):
            await connection.close()


def _is_cancelled(task: "asyncio.Task[Any] | None") -> bool:
    return task is not None and task.cancelling() > 0


def with_heartbeat(uri: str) -> URL:
    """`uri` with our heartbeat unless it has its own: aiormq's default finds a dead connection after three minutes."""
    url = URL(uri)
    return url if "heartbeat" in url.query else url.update_query(heartbeat=HEARTBEAT_SECONDS)
