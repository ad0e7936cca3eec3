"""`/graphql` over WebSocket: subscriptions, in the protocol graphql-transport-ws."""

import asyncio
import logging
import time
from collections.abc import Mapping
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.auth.authentication import Caller
from gateway.graphql.errors import FormattedError, RequestRefused, masked, simple
from gateway.limits import Client
from gateway.live import conversation as protocol
from gateway.live.conversation import Complete, Conversation, Init, SocketFraming, Subscribe, Violation
from gateway.live.outbox import Subscriber, Told
from gateway.live.updates import Connection, LiveUpdates
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import RateLimited, ServiceError

_log = logging.getLogger("gateway.access")

MAX_UNREAD: Final = 1_000
"""Frames that may wait for a connection: more is a client that sends and does not read."""

LONGEST_AUTHORIZATION: Final = 10_000


class WebSocketEndpoint:
    """One coroutine reads, another one writes; both end with the connection."""

    def __init__(self, live: LiveUpdates, *, timeout: float) -> None:
        """`timeout`: seconds that the services may take for one message of a client."""
        self._live = live
        self._timeout = timeout

    async def answer(self, websocket: WebSocket) -> None:
        if protocol.SUBPROTOCOL not in websocket.scope["subprotocols"]:
            await _refuse(websocket, protocol.WRONG_SUBPROTOCOL, f"Speak {protocol.SUBPROTOCOL}")
            return
        address = websocket.client.host if websocket.client else None
        try:
            with self._live.connection("websocket", address) as connection:
                await websocket.accept(protocol.SUBPROTOCOL)
                await _Socket(websocket, connection, self._live, address, self._timeout).run()
        except RateLimited as error:
            await _refuse(websocket, protocol.TRY_AGAIN_LATER, error.message)


class _Socket:
    """One connection from its acceptance to its end."""

    def __init__(
        self, websocket: WebSocket, connection: Connection, live: LiveUpdates, address: str | None, timeout: float
    ) -> None:
        self._websocket = websocket
        self._connection = connection
        self._outbox = connection.outbox
        self._live = live
        self._address = address
        self._timeout = timeout
        self._conversation = Conversation()
        self._caller = Caller()
        self._running: dict[str, Subscriber] = {}
        self._watching: asyncio.Task[None] | None = None
        self._written = 0

    async def run(self) -> None:
        started = time.perf_counter()
        timer = asyncio.get_running_loop().call_later(self._live.settings.init_seconds, self._close_unless_acknowledged)
        writer = asyncio.create_task(self._write())
        code = protocol.INTERNAL
        try:
            code = await self._read()
        finally:
            timer.cancel()
            for task in (writer, self._watching):
                if task is not None:
                    task.cancel()
            self._log_end(code, time.perf_counter() - started)

    async def _read(self) -> int:
        """Until the connection is over. Returns the code with which it was closed."""
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return int(message.get("code") or 1005)
            if self._outbox.closed is not None:
                continue
            try:
                with context.use(CallContext(deadline=time.time() + self._timeout)):
                    await self._act(message.get("text"))
            except Violation as violation:
                self._outbox.close(violation.code, _reason(violation.reason))
            except Exception:
                _log.exception("a WebSocket failed")
                self._outbox.close(protocol.INTERNAL, "Internal error")

    async def _act(self, text: str | None) -> None:
        match self._conversation.receive(text):
            case Init(payload):
                await self._init(payload)
            case Subscribe(id, request):
                await self._subscribe(Subscribe(id, request))
            case Complete(id):
                if (subscriber := self._running.pop(id, None)) is not None:
                    subscriber.complete()
            case protocol.Answer(frame):
                self._put(frame)
            case None:
                pass

    async def _init(self, payload: Mapping[str, Any]) -> None:
        try:
            self._caller = await self._live.authentication.caller_of_socket(
                self._websocket.headers, _authorization(payload), address=self._address
            )
            principal = (await self._live.authentication.context_for(self._caller)).principal
            self._connection.belongs_to(Client.of(principal, self._address))
        except ServiceError as error:
            code = protocol.TRY_AGAIN_LATER if error.retryable else protocol.FORBIDDEN
            self._outbox.close(code, _reason(error.message))
            return
        self._watch_the_credential()
        self._conversation.acknowledge()
        self._put(protocol.ACKNOWLEDGED)

    async def _subscribe(self, asked: Subscribe) -> None:
        framing = SocketFraming(asked.id)
        try:
            subscriber = await self._live.subscribe(
                self._caller, asked.request, connection=self._connection, framing=framing
            )
        except RequestRefused as refused:
            errors = self._live.told(refused)
        except ServiceError as error:
            errors = [formatted(error)]
        else:
            self._running[asked.id] = subscriber
            subscriber.on_end.append(lambda: self._forget(asked.id, subscriber))
            return
        self._conversation.ended(asked.id)
        self._put(framing.failed(errors))

    def _forget(self, id: str, subscriber: Subscriber) -> None:
        # The client may have begun another operation under this id in the meantime.
        if self._running.get(id, subscriber) is subscriber:
            self._running.pop(id, None)
            self._conversation.ended(id)

    def _put(self, frame: str) -> None:
        if len(self._outbox) >= MAX_UNREAD:
            self._outbox.close(protocol.BAD_MESSAGE, "Read what you asked for")
        self._outbox.put(frame)

    def _watch_the_credential(self) -> None:
        if self._caller.credential is not None:
            self._watching = asyncio.create_task(self._close_when_refused())

    async def _close_when_refused(self) -> None:
        self._outbox.close(protocol.FORBIDDEN, _reason(await self._live.until_refused(self._caller)))

    def _close_unless_acknowledged(self) -> None:
        if not self._conversation.is_acknowledged:
            self._outbox.close(protocol.INIT_TIMEOUT, "Connection initialisation timeout")

    async def _write(self) -> None:
        try:
            while self._outbox.closed is None:
                for item in await self._outbox.take():
                    await self._write_one(item)
            await self._websocket.close(self._outbox.closed.code, self._outbox.closed.reason)
        except (WebSocketDisconnect, OSError, RuntimeError):
            # The client is gone: the reader is told so, too.
            return

    async def _write_one(self, item: Told | str) -> None:
        frame = item if isinstance(item, str) else item.frame()
        if frame is None or self._outbox.closed is not None:
            return
        await self._websocket.send({"type": "websocket.send", "text": frame})
        self._written += 1
        if not isinstance(item, str):
            item.written()

    def _log_end(self, code: int, seconds: float) -> None:
        _log.info(
            "WS %s %s",
            self._websocket.url.path,
            code,
            extra={"status": code, "milliseconds": round(seconds * 1000, 1), "frames": self._written},
        )


def formatted(error: ServiceError) -> FormattedError:
    """As a client sees it; what is not for clients is masked, and logged."""
    correlation_id = context.current().correlation_id
    if not (error.expected or error.retryable):
        _log.error("a subscription failed", exc_info=error)
        return masked(correlation_id)
    told = simple(error.code, error.message, correlation_id)
    if error.violations:
        told["extensions"]["violations"] = [violation.as_dict() for violation in error.violations]
    return told


def _authorization(payload: Mapping[str, Any]) -> str | None:
    """What the first message shows, as an Authorization header would."""
    found = payload.get("authorization", payload.get("Authorization"))
    if found is not None and (not isinstance(found, str) or len(found) > LONGEST_AUTHORIZATION):
        raise Violation(protocol.BAD_MESSAGE, "`authorization` is a text")
    return found


def _reason(message: str) -> str:
    """A reason of a close frame has 123 bytes at most."""
    return message.encode()[:120].decode(errors="ignore")


async def _refuse(websocket: WebSocket, code: int, reason: str) -> None:
    """Only a connection that was accepted can be closed with a code of its own."""
    await websocket.accept()
    await websocket.close(code, _reason(reason))
