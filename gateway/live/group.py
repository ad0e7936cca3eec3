"""Subscribers who are shown the same: each event is shown once to all of them, however many they are."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from services.chassis.kernel.errors import InternalError, ServiceError, Unavailable
from services.chassis.protocol.envelope import Envelope
from services.chassis.protocol.rpc import MASKED_MESSAGE

from .outbox import Subscriber
from .viewer import Viewer

T = TypeVar("T")

Missed = Callable[[], Awaitable[list[Envelope]]]

_log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 20.0
"""How long an event waits for a service that is away, and all later ones behind it."""

FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 2.0

BACKLOG: Final = 2_000
"""Events that may wait for a group: more than what is repeated after a reconnection, which comes at once."""

_EVERYBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Event:
    """A message as the hub counts it."""

    number: int
    message: Envelope


class Group:
    """Shows events in their order. It has a task only while there is something to show."""

    def __init__(self, viewer: Viewer, turns: asyncio.Semaphore) -> None:
        """`turns` bounds how many groups are at work at the same time."""
        self._viewer = viewer
        self._turns = turns
        self._waiting: deque[Event | None] = deque()
        self._task: asyncio.Task[None] | None = None
        self.subscribers: dict[Subscriber, None] = {}

    @property
    def viewer(self) -> Viewer:
        return self._viewer

    def offer(self, event: Event) -> None:
        """Show an event that may concern them."""
        if self._viewer.watch.concerns(event.message):
            self._add(event)

    def recheck(self) -> None:
        """Look whether they may still be told anything at all: a right was taken away."""
        self._add(None)

    def catch_up(self, subscriber: Subscriber, missed: Missed, then: Callable[[Subscriber], None]) -> None:
        """Show its only subscriber what it has missed, then what has been offered meanwhile, then call `then`.

        `missed` may raise ServiceError.
        """
        self._task = asyncio.create_task(self._catch_up(subscriber, missed, then))

    def remove(self, subscriber: Subscriber) -> None:
        self.subscribers.pop(subscriber, None)
        if not self.subscribers:
            self._waiting.clear()
            if self._task is not None and self._task is not asyncio.current_task():
                self._task.cancel()

    def fail(self, error: ServiceError, *, silently: bool = False) -> None:
        """End all of them. `silently`: what waits for them is not written any more."""
        for subscriber in list(self.subscribers):
            subscriber.fail(error.code, error.message, silently=silently)

    def _add(self, item: Event | None) -> None:
        if len(self._waiting) >= BACKLOG:
            self.fail(_overrun())
            return
        self._waiting.append(item)
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    async def _work(self) -> None:
        try:
            await self._show_waiting(frozenset())
        finally:
            self._task = None

    async def _catch_up(self, subscriber: Subscriber, missed: Missed, then: Callable[[Subscriber], None]) -> None:
        try:
            told = set()
            for message in await self._patiently(missed):
                told.add(message.id)
                if self._viewer.watch.concerns(message):
                    await subscriber.room()
                    await self._show(message, _EVERYBODY)
            await self._show_waiting(told)
            if self.subscribers:
                then(subscriber)
        except ServiceError as error:
            self.fail(error)
        except Exception as error:
            self._give_up(error)
        finally:
            self._task = None

    async def _show_waiting(self, but: "frozenset[str] | set[str]") -> None:
        while self._waiting and self.subscribers:
            event = self._waiting.popleft()
            if event is None:
                await self._guarded(self._viewer.ensure_allowed)
            elif event.message.id not in but:
                await self._show(event.message, event.number)

    async def _show(self, message: Envelope, number: int) -> None:
        payload = await self._guarded(lambda: self._viewer.show(message))
        if payload is None:
            return
        for subscriber in list(self.subscribers):
            # Who came later than the event was not there when it happened.
            if number == _EVERYBODY or number > subscriber.joined:
                subscriber.tell(payload, message)

    async def _guarded(self, act: Callable[[], Awaitable[T]]) -> T | None:
        """What `act` gives. When it fails, all subscribers end with its reason, and it gives None."""
        try:
            return await self._patiently(act)
        except ServiceError as error:
            if error.expected or error.retryable:
                # Whoever may not see a thing any more does not get what still waits for them either.
                self.fail(error, silently=not error.retryable)
            else:
                self._give_up(error)
        except Exception as error:
            self._give_up(error)
        return None

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        until, pause = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS
        while True:
            try:
                async with self._turns:
                    return await act()
            except ServiceError as error:
                if not error.retryable or time.monotonic() + pause > until:
                    raise
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)

    def _give_up(self, error: Exception) -> None:
        _log.error("a live update failed", exc_info=error)
        self.fail(InternalError(MASKED_MESSAGE))


def _overrun() -> ServiceError:
    return Unavailable("Events come faster than the platform can show them. Please subscribe again.")
