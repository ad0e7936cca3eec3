"""Keeps one link to the broker alive: aiormq is the fastest client, but does not reconnect."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable
from typing import Final

import aiormq

from services.chassis.kernel.errors import Unavailable

from .link import Link, Receive, Returned

_log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 5.0
FIRST_PAUSE_SECONDS: Final = 0.05
LONGEST_PAUSE_SECONDS: Final = 5.0


class BrokerUnavailable(Unavailable):
    """There is no connection to the broker, or it broke before the answer came."""

    def __init__(self) -> None:
        super().__init__("The platform's message broker cannot be reached at the moment. Please try again.")


class Supervisor:
    """Opens a link, waits for its end, and opens the next one; `on_lost` is called at each end."""

    def __init__(self, uri: str, *, on_reply: Receive, on_returned: Returned, on_lost: Callable[[], None]) -> None:
        self._uri = uri
        self._on_reply = on_reply
        self._on_returned = on_returned
        self._on_lost = on_lost
        self._link: Link | None = None
        self._up = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        return self._link is not None

    def start(self) -> None:
        self._task = asyncio.create_task(self._supervise(), name="broker-supervisor")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def link(self, patience: float) -> Link:
        """The link, waiting `patience` seconds for it at most. Raises BrokerUnavailable."""
        if self._link is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._up.wait(), patience)
        if self._link is None:
            raise BrokerUnavailable
        return self._link

    async def _supervise(self) -> None:
        failures = 0
        while True:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    link = await Link.open(self._uri, on_reply=self._on_reply, on_returned=self._on_returned)
            except (aiormq.AMQPError, OSError, TimeoutError) as error:
                _report(error, failures)
                failures += 1
                await asyncio.sleep(pause_after(failures))
                continue
            failures = 0
            await self._use(link)

    async def _use(self, link: Link) -> None:
        _log.info("connected to the broker")
        self._link = link
        self._up.set()
        try:
            await link.lost()
            _log.warning("lost the broker")
        finally:
            self._link = None
            self._up.clear()
            self._on_lost()
            await link.close()


def pause_after(failures: int) -> float:
    """Seconds before the next try: doubled each time, and spread so that gateways do not come back in step."""
    longest: float = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(failures, 16))
    return random.uniform(longest / 2, longest)


def _report(error: Exception, failures: int) -> None:
    level = logging.DEBUG if failures else logging.WARNING
    _log.log(level, "cannot reach the broker; trying again", extra={"reason": str(error) or type(error).__name__})
