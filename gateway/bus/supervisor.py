"""Keeps one link to the broker alive: aiormq is the fastest client, but does not reconnect."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, Generic, Protocol, TypeVar

from services.chassis.kernel.errors import Unavailable

_log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 5.0
STOP_SECONDS: Final = 3.0
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 5.0


def _nothing() -> None: ...


class BrokerUnavailable(Unavailable):
    """There is no connection to the broker, or it broke before the answer came."""

    def __init__(self) -> None:
        super().__init__("The platform's message broker cannot be reached at the moment. Please try again.")


class Supervised(Protocol):
    """What is kept alive."""

    async def lost(self) -> None:
        """Return when nothing can be sent or received any more."""

    async def close(self) -> None: ...


L = TypeVar("L", bound=Supervised)


class Supervisor(Generic[L]):
    """Opens a link, waits for its end, and opens the next one; `on_up` is called at each beginning, `on_lost` at each
    end."""

    def __init__(
        self,
        open_link: Callable[[], Awaitable[L]],
        *,
        on_lost: Callable[[], None],
        on_up: Callable[[], None] = _nothing,
    ) -> None:
        self._open_link = open_link
        self._on_up = on_up
        self._on_lost = on_lost
        self._link: L | None = None
        self._up = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        return self._link is not None

    def start(self) -> None:
        self._task = asyncio.create_task(self._supervise(), name="broker-supervisor")

    async def stop(self) -> None:
        """Close the link and end. By a flag, because aiormq may swallow the cancellation of a task inside it."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=STOP_SECONDS)
            self._task.cancel()

    async def link(self, patience: float) -> L:
        """The link, waiting `patience` seconds for it at most. Raises BrokerUnavailable."""
        if self._link is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._up.wait(), patience)
        if self._link is None:
            raise BrokerUnavailable
        return self._link

    async def _supervise(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            link = await self._open(failures)
            if link is None:
                failures += 1
                await self._pause(pause_after(failures))
            else:
                failures = 0
                await self._use(link)

    async def _open(self, failures: int) -> L | None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                return await self._open_link()
        except Exception as error:
            # Whatever it is: aiormq lets StopAsyncIteration out when the broker hangs up in the middle of a handshake,
            # and a supervisor that ends is a gateway that never connects again.
            _report(error, failures)
            return None

    async def _use(self, link: L) -> None:
        _log.info("connected to the broker")
        self._link = link
        self._up.set()
        self._on_up()
        try:
            await self._until_stopped_or(link.lost())
        finally:
            self._link = None
            self._up.clear()
            self._on_lost()
            await link.close()
        if not self._stopping.is_set():
            _log.warning("lost the broker")

    async def _until_stopped_or(self, end: Coroutine[Any, Any, None]) -> None:
        ends = {asyncio.ensure_future(end), asyncio.ensure_future(self._stopping.wait())}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in ends:
                waiting.cancel()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def pause_after(failures: int) -> float:
    """Seconds before the next try: doubled each time, and spread so that gateways do not come back in step."""
    longest: float = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 16))
    return random.uniform(longest / 2, longest)


def _report(error: Exception, failures: int) -> None:
    level = logging.DEBUG if failures else logging.WARNING
    _log.log(level, "cannot reach the broker; trying again", extra={"reason": str(error) or type(error).__name__})
