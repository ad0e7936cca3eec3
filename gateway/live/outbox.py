"""What waits to be written to one connection, in order, and who is told by it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from gateway.graphql.errors import FormattedError, simple
from services.chassis.protocol.envelope import Envelope

from . import metrics

TOO_SLOW: Final = "TOO_SLOW"
COMPLETED: Final = "completed"
RESUME_AFTER: Final = "resumeAfter"
"""In an error's extensions: the id of the last event before it, after which a new subscription goes on."""


class Framing(Protocol):
    """How one subscription is written in the words of a transport."""

    def next(self, payload: str, event_id: str) -> str:
        """An answer, given as JSON."""

    def failed(self, errors: list[FormattedError]) -> str:
        """The end, with its reason."""


@dataclass(frozen=True, slots=True)
class Close:
    """The end of the connection; `code` is one of WebSocket's."""

    code: int
    reason: str


class Outbox:
    """Of one connection. Whoever writes takes what is there and waits when there is nothing."""

    def __init__(self) -> None:
        self._waiting: deque[Told | str] = deque()
        self._filled = asyncio.Event()
        self.closed: Close | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, item: "Told | str") -> None:
        """Add an event for a subscriber, or a whole frame. After the close nothing is added."""
        if self.closed is None:
            self._waiting.append(item)
            self._filled.set()

    def close(self, code: int, reason: str) -> None:
        """End the connection; what still waits is not written any more."""
        if self.closed is None:
            self.closed = Close(code, reason)
            self._waiting.clear()
            self._filled.set()

    async def take(self) -> "list[Told | str]":
        """Everything that waits, as soon as there is something; nothing once it is closed."""
        await self._filled.wait()
        taken = list(self._waiting)
        self._waiting.clear()
        if self.closed is None:
            self._filled.clear()
        return taken


class Subscriber:
    """One subscription of one connection. It never loses an event without saying so: when too many wait, it ends with
    an error that names the last one before the gap."""

    def __init__(self, outbox: Outbox, framing: Framing, *, waiting: int, correlation_id: str) -> None:
        """`waiting`: how many events may wait for the connection to take them."""
        self._outbox = outbox
        self._limit = waiting
        self._waiting = 0
        self._roomy = asyncio.Event()
        self._roomy.set()
        self._correlation_id = correlation_id
        self.framing = framing
        self.joined = 0
        self.last_event: str | None = None
        self.ended: str | None = None
        self.silenced = False
        self.on_end: list[Callable[[], None]] = []

    def tell(self, payload: str, message: Envelope) -> None:
        """Have `payload` (JSON) written, which is about `message`."""
        if self.ended is not None:
            return
        if self._waiting >= self._limit:
            self.fail(TOO_SLOW, f"Events come faster than you read them, and {self._limit} are waiting.")
            return
        self._waiting += 1
        if self._waiting >= self._limit:
            self._roomy.clear()
        self.last_event = message.id
        self._outbox.put(Told(self, payload, message))

    async def room(self) -> None:
        """Return when one more event may wait."""
        await self._roomy.wait()

    def fail(self, code: str, message: str, *, silently: bool = False, **extensions: Any) -> None:
        """End with an error. `silently`: of what still waits, nothing is written."""
        if self.ended is None:
            error = simple(code, message, self._correlation_id)
            if self.last_event is not None:
                error["extensions"][RESUME_AFTER] = self.last_event
            error["extensions"] |= extensions
            self.silenced = silently
            self._outbox.put(self.framing.failed([error]))
            self._end(code)

    def complete(self) -> None:
        """End because the client wants no more, or is gone: nothing more is written."""
        if self.ended is None:
            self.silenced = True
            self._end(COMPLETED)

    def written(self) -> None:
        self._waiting -= 1
        self._roomy.set()

    def _end(self, reason: str) -> None:
        self.ended = reason
        self._roomy.set()
        metrics.ENDED.labels(reason).inc()
        for act in self.on_end:
            act()


@dataclass(slots=True)
class Told:
    """An event on its way to a subscriber. The payload is shared by all who are shown the same."""

    subscriber: Subscriber
    payload: str
    message: Envelope

    def frame(self) -> str | None:
        """None: it must not be written any more."""
        if self.subscriber.silenced:
            return None
        return self.subscriber.framing.next(self.payload, self.message.id)

    def written(self) -> None:
        self.subscriber.written()
        metrics.LATENCY.observe(max(0.0, time.time() - self.message.time.timestamp()))
