"""A service for tests: answers requests on the real bus, on asyncio, from whatever answers it is given."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiormq
from aiormq.abc import DeliveredMessage
from pamqp import commands as spec

from services.chassis.kernel.errors import ServiceError
from services.chassis.protocol import rpc as wire
from services.chassis.protocol import topology

Answering = Callable[[str, dict[str, Any]], Awaitable[Any]]


@dataclass
class Responder:
    """Speaks nameko's wire for one service. `requests` keeps what arrived; `delay` (seconds) holds answers back."""

    service: str
    answering: Answering
    delay: float = 0.0
    requests: list[DeliveredMessage] = field(default_factory=list)

    async def open(self, uri: str) -> "Responder":
        queue = topology.rpc_queue(self.service)
        self._connection = await aiormq.connect(uri)
        self._channel = await self._connection.channel(publisher_confirms=False)
        await self._channel.exchange_declare(exchange=wire.EXCHANGE, exchange_type="topic", durable=True)
        await self._channel.queue_declare(queue.name, durable=queue.durable)
        for key in queue.bindings:
            await self._channel.queue_bind(queue.name, exchange=wire.EXCHANGE, routing_key=key)
        await self._channel.basic_consume(queue.name, self._answer, no_ack=True)
        return self

    def closing(self) -> "asyncio.Future[Any]":
        """Done when the connection is gone."""
        closing: asyncio.Future[Any] = self._connection.closing
        return closing

    async def close(self) -> None:
        with contextlib.suppress(aiormq.AMQPError, RuntimeError):
            await self._connection.close()

    async def _answer(self, message: DeliveredMessage) -> None:
        self.requests.append(message)
        await asyncio.sleep(self.delay)
        method = str(getattr(message.delivery, "routing_key", "")).split(".")[-1]
        try:
            body = wire.encode_result(await self.answering(method, wire.decode_request(message.body)))
        except ServiceError as error:
            body = wire.encode_error(error)
        await self.reply(message, body)

    async def reply(self, message: DeliveredMessage, body: bytes) -> None:
        asked = message.header.properties
        await self._channel.basic_publish(
            body,
            exchange=wire.EXCHANGE,
            routing_key=str(asked.reply_to),
            properties=spec.Basic.Properties(correlation_id=asked.correlation_id, content_type="application/json"),
        )


@contextlib.asynccontextmanager
async def responding(uri: str, *responders: Responder) -> AsyncIterator[None]:
    """Responders that answer inside the block."""
    for responder in responders:
        await responder.open(uri)
    try:
        yield
    finally:
        for responder in responders:
            await responder.close()
