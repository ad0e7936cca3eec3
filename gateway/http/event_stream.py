"""`/graphql/stream`: subscriptions as server-sent events, in the protocol of graphql-sse (distinct connections).

A browser's own EventSource works, too: each event has its id, which EventSource sends back when it reconnects.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.auth.authentication import Caller
from gateway.door import DoorSettings
from gateway.graphql.engine import GraphQLRequest
from gateway.graphql.errors import FormattedError, RequestRefused
from gateway.limits import Client
from gateway.live.outbox import Subscriber
from gateway.live.updates import Connection, LiveUpdates
from services.chassis.kernel.errors import RateLimited, ServiceError, Unauthenticated

from . import parameters
from .access import access_of
from .endpoint import not_authenticated, problem_response
from .negotiation import JSON
from .problems import HttpProblem
from .websocket import formatted

MEDIA_TYPE: Final = "text/event-stream"
COMPLETE: Final = "event: complete\ndata:\n\n"
COMMENT: Final = ":\n\n"
LAST_EVENT_ID: Final = "last-event-id"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # Proxies of nginx' kind hold answers back otherwise.
    (b"x-accel-buffering", b"no"),
]


class StreamFraming:
    """How a subscription is written."""

    def next(self, payload: str, event_id: str) -> str:
        return f"id: {event_id}\nevent: next\ndata: {payload}\n\n"

    def failed(self, errors: list[FormattedError]) -> str:
        return f"event: next\ndata: {orjson.dumps({'errors': errors}).decode()}\n\n{COMPLETE}"


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who asks for what; `owner` is whose limits count."""

    caller: Caller
    owner: Client
    address: str | None
    request: GraphQLRequest
    last_event: str | None


class EventStreamEndpoint:
    """An ASGI application: one request, one subscription, one answer that lasts."""

    def __init__(self, live: LiveUpdates, *, settings: DoorSettings) -> None:
        self._live = live
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asking = await self._asking(Request(scope, receive))
            with self._live.connection("sse", asking.address) as connection:
                connection.belongs_to(asking.owner)
                await self._stream(asking, connection, scope, receive, send)
            return
        except HttpProblem as error:
            problem = error
        except RateLimited as error:
            problem = HttpProblem(429, error.code, error.message, headers={"Retry-After": "10"})
        access_of(scope).errors = 1
        await problem_response(problem, JSON)(scope, receive, send)

    async def _asking(self, request: Request) -> _Asking:
        """Raises HttpProblem."""
        if MEDIA_TYPE not in request.headers.get("accept", ""):
            raise HttpProblem(406, "NOT_ACCEPTABLE", f"Answers are {MEDIA_TYPE}.")
        address = request.client.host if request.client else None
        limits = self._settings.limits
        body = await parameters.body_of(request, limits=limits, seconds=self._settings.http.body_seconds)
        authentication = self._live.authentication
        try:
            caller = await authentication.caller_of(request)
            principal = (await authentication.context_for(caller)).principal
        except ServiceError as error:
            raise not_authenticated(error) from error
        return _Asking(
            caller,
            Client.of(principal, address),
            address,
            parameters.read(request, body, limits=limits),
            request.headers.get(LAST_EVENT_ID) or None,
        )

    async def _stream(
        self, asking: _Asking, connection: Connection, scope: Scope, receive: Receive, send: Send
    ) -> None:
        access = access_of(scope)
        access.streamed, access.operation = True, asking.request.operation_name
        subscriber = await self._subscribe(asking, connection)
        # Only now: whoever has seen the answer begin is told whatever happens from then on.
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        access.errors = int(subscriber is None)
        ends = [_until_gone(receive), self._write(connection, subscriber, send)]
        if subscriber is not None and asking.caller.credential is not None:
            ends.append(self._until_refused(asking.caller, subscriber))
        tasks = [asyncio.ensure_future(end) for end in ends]
        try:
            await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _subscribe(self, asking: _Asking, connection: Connection) -> Subscriber | None:
        """None: refused, and the answer that says so is in the outbox."""
        framing = StreamFraming()
        try:
            return await self._live.subscribe(
                asking.caller, asking.request, connection=connection, framing=framing, after=asking.last_event
            )
        except RequestRefused as refused:
            errors = self._live.told(refused)
        except ServiceError as error:
            errors = [formatted(error)]
        connection.outbox.put(framing.failed(errors))
        return None

    async def _write(self, connection: Connection, subscriber: Subscriber | None, send: Send) -> None:
        """Until the subscription is over, or the gateway. In the latter case the answer just ends, without the event
        that says so: clients subscribe again, at another replica."""
        outbox = connection.outbox
        while outbox.closed is None and (len(outbox) or (subscriber is not None and subscriber.ended is None)):
            try:
                async with asyncio.timeout(self._live.settings.comment_seconds):
                    items = await outbox.take()
            except TimeoutError:
                await _send(send, COMMENT)
                continue
            frames = [(item, item if isinstance(item, str) else item.frame()) for item in items]
            await _send(send, "".join(frame for _, frame in frames if frame is not None))
            for item, frame in frames:
                if frame is not None and not isinstance(item, str):
                    item.written()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _until_refused(self, caller: Caller, subscriber: Subscriber) -> None:
        reason = await self._live.until_refused(caller)
        subscriber.fail(Unauthenticated.code, reason, silently=True)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, text: str) -> None:
    if text:
        await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
