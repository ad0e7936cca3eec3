"""Live updates as a whole: what the transports ask for."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Final

from gateway.auth.authentication import Authentication, Caller
from gateway.graphql.engine import GraphQLRequest
from gateway.graphql.errors import FormattedError, RequestRefused
from gateway.graphql.subscriptions import Subscriptions
from gateway.limits import REQUEST_POINTS, Admission, Client
from gateway.live_settings import LiveSettings
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import ServiceError, Unauthenticated
from services.chassis.protocol.envelope import Envelope

from . import metrics
from .conversation import SERVICE_RESTART
from .hub import Hub
from .log import MessageLog
from .outbox import Framing, Outbox, Subscriber
from .slots import Pace, Slots
from .viewer import Viewer

RECHECK_SECONDS: Final = 15.0
"""How long a session that was closed, or a token of an application that was revoked, keeps a silent connection."""

_LONGEST_SLEEP: Final = 3600.0
"""The clock by which tokens run out may be set meanwhile."""

BEGUN: Final = 100
BEGUN_SECONDS: Final = 10.0
"""Subscriptions that one connection may begin, and within which time: to begin one costs more than to have it."""

START_PATIENCE_SECONDS: Final = 2.0
"""How long a new subscriber waits for the broker."""

Ready = Callable[[float], Awaitable[None]]
"""`(patience)`: returns when messages are heard; raises BrokerUnavailable."""


class Connection:
    """One client's connection: what waits for it, who is told by it, and whose limits it counts against."""

    def __init__(self, slots: Slots, owner: Client) -> None:
        """Raises RateLimited."""
        slots.take(owner)
        self._slots = slots
        self.owner = owner
        self.outbox = Outbox()
        self.subscribers: dict[Subscriber, None] = {}
        self.pace = Pace("subscriptions", count=BEGUN, seconds=BEGUN_SECONDS)

    def belongs_to(self, owner: Client) -> None:
        """It has turned out whose it is. Raises RateLimited."""
        if owner != self.owner:
            self._slots.take(owner)
            self._slots.give_back(self.owner)
            self.owner = owner

    def end(self) -> None:
        for subscriber in list(self.subscribers):
            subscriber.complete()
        self._slots.give_back(self.owner)


class LiveUpdates:
    """One per process."""

    def __init__(
        self,
        settings: LiveSettings,
        *,
        subscriptions: Subscriptions,
        authentication: Authentication,
        admission: Admission,
        log: MessageLog,
        forget: Callable[[str], None],
        timeout: float,
    ) -> None:
        """`forget` makes the gateway ask again for somebody's rights; `timeout`: seconds that the services may take
        for one event."""
        self.settings = settings
        self.authentication = authentication
        self.log = log
        self.hub = Hub(missed=self._missed, forget=forget)
        self.ready: Ready = _at_once
        self._subscriptions = subscriptions
        self._admission = admission
        self._timeout = timeout
        self._connections = Slots("connections", in_all=settings.connections, of_one=settings.connections_of_one)
        self._slots = Slots("subscriptions", in_all=settings.subscriptions, of_one=settings.subscriptions_of_one)
        self._open: set[Outbox] = set()
        self._draining = False

    @contextlib.contextmanager
    def connection(self, transport: str, address: str | None) -> Iterator["Connection"]:
        """A new connection, for the block. Raises RateLimited."""
        connection = Connection(self._connections, Client.of(None, address))
        outbox = connection.outbox
        self._open.add(outbox)
        if self._draining:
            outbox.close(SERVICE_RESTART, "Service restart")
        try:
            with metrics.CONNECTIONS.labels(transport).track_inprogress():
                yield connection
        finally:
            self._open.discard(outbox)
            connection.end()

    async def subscribe(
        self,
        caller: Caller,
        request: GraphQLRequest,
        *,
        connection: "Connection",
        framing: Framing,
        after: str | None = None,
    ) -> Subscriber:
        """Begin to tell `caller` what `request` asks for, after the event `after` unless the request says where.

        Raises RequestRefused, and ServiceError: not allowed, too many (or too much), or the platform is away.
        """
        connection.pace.take()
        charge = partial(self._admission.charge, connection.owner)
        charge(REQUEST_POINTS)
        try:
            subscription = self._subscriptions.prepare(request, charge=charge)
        except RequestRefused:
            await self._admission.fine(connection.owner)
            raise
        viewer = Viewer(
            caller,
            subscription,
            subscriptions=self._subscriptions,
            authentication=self.authentication,
            timeout=self._timeout,
        )
        await viewer.ensure_allowed()
        await self.ready(START_PATIENCE_SECONDS)
        owner = connection.owner
        self._slots.take(owner)
        subscriber = Subscriber(
            connection.outbox, framing, waiting=self.settings.waiting, correlation_id=context.current().correlation_id
        )
        connection.subscribers[subscriber] = None
        subscriber.on_end.append(partial(self._on_end, subscriber, connection, owner))
        self.hub.join(subscriber, viewer, after=subscription.after or after)
        return subscriber

    def told(self, refused: RequestRefused) -> list[FormattedError]:
        """A refusal as clients see it."""
        return self._subscriptions.told(refused, context.current().correlation_id)

    async def until_refused(self, caller: Caller) -> str:
        """Return, with the reason, when what `caller` has shown is not accepted any more."""
        while caller.expires_at is not None and (left := caller.expires_at - time.time()) > 0:
            await asyncio.sleep(min(left, _LONGEST_SLEEP))
        while caller.expires_at is None:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                with context.use(CallContext(deadline=time.time() + self._timeout)):
                    await self.authentication.context_for(caller)
            except ServiceError as error:
                if error.code == Unauthenticated.code:
                    return error.message
        return "The token has expired."

    def drain(self) -> None:
        """Send all clients away, to another replica: this process ends."""
        self._draining = True
        for outbox in list(self._open):
            outbox.close(SERVICE_RESTART, "Service restart")

    def _on_end(self, subscriber: Subscriber, connection: "Connection", owner: Client) -> None:
        connection.subscribers.pop(subscriber, None)
        self.hub.leave(subscriber)
        self._slots.give_back(owner)

    async def _missed(self, viewer: Viewer, after: str) -> list[Envelope]:
        return await self.log.after(viewer.watch, after)


async def _at_once(_patience: float) -> None: ...
