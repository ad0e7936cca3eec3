"""`/livez` and `/readyz`."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

STALE_AFTER_SECONDS: Final = 30.0
"""An event loop that has not gone round for this long is stuck: the process must be restarted."""

TICK_SECONDS: Final = 1.0


class EventLoopTick:
    """Notices whether the event loop goes round."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    @property
    def age(self) -> float:
        """Seconds since the last tick."""
        return time.monotonic() - self._last

    def start(self) -> None:
        self._task = asyncio.create_task(self._tick(), name="event-loop-tick")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _tick(self) -> None:
        while True:
            self._last = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)


class Probes:
    """Alive while the event loop goes round, ready while the broker is connected."""

    def __init__(self, tick: EventLoopTick, is_connected: Callable[[], bool]) -> None:
        self._tick = tick
        self._is_connected = is_connected

    async def livez(self, _request: Request) -> Response:
        age = self._tick.age
        return _answer(age < STALE_AFTER_SECONDS, {"seconds_since_last_tick": round(age, 3)})

    async def readyz(self, _request: Request) -> Response:
        connected = self._is_connected()
        return _answer(connected, {"broker": connected})


def _answer(passed: bool, details: Mapping[str, Any]) -> Response:
    body = orjson.dumps({"ok": passed, **details})
    return Response(
        body, status_code=200 if passed else 503, media_type="application/json", headers={"cache-control": "no-store"}
    )
