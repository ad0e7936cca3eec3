"""Calls to the services: a request out, a reply back, or an error in time."""

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from typing import Any, Final

from aiormq.abc import DeliveredMessage
from pamqp import commands as spec

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import DeadlineExceeded, InternalError, Unavailable
from services.chassis.kernel.ids import new_id
from services.chassis.protocol import headers
from services.chassis.protocol import rpc as wire

from .link import LinkLost, RpcLink
from .supervisor import BrokerUnavailable, Supervisor

_log = logging.getLogger(__name__)

READS: Final = ("get_", "list_")
"""Methods that may be asked twice: they change nothing."""

RECONNECT_PATIENCE_SECONDS: Final = 2.0
"""How long a call waits for a broker that is away. A broken connection is back in a tenth of that, a broken broker
is not back in ten times that: more patience would only pile up requests."""


class ConnectionLost(BrokerUnavailable):
    """The connection broke while an answer was awaited: the request may or may not have been carried out."""


class ServiceUnavailable(Unavailable):
    """Nobody listens to this service's queue."""

    def __init__(self, service: str) -> None:
        super().__init__(f"The {service} service cannot be reached at the moment. Please try again.")


class RpcClient:
    """Speaks nameko's wire. One per process; `start` and `stop` it with the event loop running."""

    def __init__(self, uri: str, *, timeout: float) -> None:
        """`timeout` (seconds) holds for calls without a deadline of their own."""
        self._timeout = timeout
        self._pending: dict[str, asyncio.Future[wire.Reply]] = {}
        self._supervisor = Supervisor(
            lambda: RpcLink.open(uri, on_reply=self._on_reply, on_returned=self._on_returned), on_lost=self._on_lost
        )

    @property
    def is_connected(self) -> bool:
        return self._supervisor.is_connected

    @property
    def pending_count(self) -> int:
        """Calls that wait for a reply."""
        return len(self._pending)

    def start(self) -> None:
        self._supervisor.start()

    async def stop(self) -> None:
        await self._supervisor.stop()

    async def call(self, service: str, method: str, arguments: dict[str, Any]) -> Any:
        """The result of `service.method(**arguments)`, in the context of the running call.

        Raises RemoteError when the service refused or failed, DeadlineExceeded when the context's deadline passed,
        and Unavailable when the broker or the service is away. Reads that lose their connection are asked once more.
        """
        call = self._with_deadline(context.current())
        left = call.seconds_left() or 0.0
        if left <= 0:
            raise deadline_exceeded(service)
        try:
            async with asyncio.timeout(left):
                reply = await self._ask(_Request(service, method, wire.encode_request(arguments), call))
        except TimeoutError:
            raise deadline_exceeded(service) from None
        if reply.error is not None:
            raise reply.error
        return reply.result

    def _with_deadline(self, call: CallContext) -> CallContext:
        return call if call.deadline is not None else replace(call, deadline=time.time() + self._timeout)

    async def _ask(self, request: "_Request") -> wire.Reply:
        try:
            return await self._exchange(request)
        except ConnectionLost:
            if not request.method.startswith(READS):
                raise
        return await self._exchange(request)

    async def _exchange(self, request: "_Request") -> wire.Reply:
        link = await self._supervisor.link(RECONNECT_PATIENCE_SECONDS)
        request_id = new_id()
        reply: asyncio.Future[wire.Reply] = asyncio.get_running_loop().create_future()
        reply.add_done_callback(_see_exception)
        self._pending[request_id] = reply
        try:
            await link.publish(
                request.body,
                routing_key=wire.routing_key(request.service, request.method),
                properties=_properties(request_id, link.reply_to, request.call),
            )
            return await reply
        except LinkLost as error:
            raise ConnectionLost from error
        finally:
            # Whatever happened: nobody waits for this reply any more.
            del self._pending[request_id]

    async def _on_reply(self, message: DeliveredMessage) -> None:
        pending = self._pending.get(message.header.properties.correlation_id or "")
        if pending is None or pending.done():
            _log.debug("dropped a reply that nobody waits for")
            return
        try:
            pending.set_result(wire.decode_reply(message.body))
        except wire.MalformedMessage as error:
            pending.set_exception(InternalError(f"a reply is malformed: {error}"))

    def _on_returned(self, message: DeliveredMessage) -> None:
        """The broker had no queue for a request."""
        pending = self._pending.get(message.header.properties.correlation_id or "")
        if pending is not None and not pending.done():
            service = str(getattr(message.delivery, "routing_key", "")).split(".")[0]
            pending.set_exception(ServiceUnavailable(service))

    def _on_lost(self) -> None:
        for pending in self._pending.values():
            if not pending.done():
                pending.set_exception(ConnectionLost())


@dataclass(frozen=True, slots=True)
class _Request:
    service: str
    method: str
    body: bytes
    call: CallContext


def _properties(request_id: str, reply_to: str, call: CallContext) -> spec.Basic.Properties:
    return spec.Basic.Properties(
        message_id=request_id,
        correlation_id=request_id,
        reply_to=reply_to,
        content_type=wire.CONTENT_TYPE,
        content_encoding=wire.CONTENT_ENCODING,
        headers=dict(headers.to_headers(call)),
        # The broker drops a request that nobody waits for any more.
        expiration=str(max(1, int((call.seconds_left() or 0.0) * 1000))),
        delivery_mode=1,
    )


def _see_exception(reply: "asyncio.Future[wire.Reply]") -> None:
    """Mark an exception as seen: whoever waited may be gone already, and asyncio would report it as forgotten."""
    if not reply.cancelled():
        reply.exception()


def deadline_exceeded(service: str) -> DeadlineExceeded:
    return DeadlineExceeded(f"The {service} service did not answer in time. Please try again.")
