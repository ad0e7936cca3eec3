"""Places for requests at work: few for each client, so that who sends many at once waits for itself and not others for
them."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field


class NoPlace(Exception):
    """The client has as many requests at work and waiting as it may, or has waited too long."""


class NoPlaceAtAll(Exception):
    """The process has as many requests as it may."""


@dataclass(slots=True)
class _Client:
    at_work: int = 0
    waiting: "deque[asyncio.Future[None]]" = field(default_factory=deque)


class Places:
    """0 as a number means: as many as there come."""

    def __init__(self, *, each: int, waiting: int, total: int) -> None:
        """`each` at work and `waiting` for one client; `total` at work or waiting in all."""
        self._each = each
        self._waiting = waiting
        self._total = total
        self._clients: dict[Hashable, _Client] = {}
        self.taken = 0

    async def enter(self, client: Hashable, *, seconds: float) -> None:
        """Take a place, which `leave` must give back; waits for it as long as `seconds`, after those of the client that
        came before. Raises NoPlace and NoPlaceAtAll."""
        if self._total and self.taken >= self._total:
            raise NoPlaceAtAll
        mine = self._clients.get(client)
        if mine is None:
            mine = self._clients[client] = _Client()
        if self._each and mine.at_work >= self._each:
            await self._wait(client, mine, seconds)
        else:
            mine.at_work += 1
            self.taken += 1

    def leave(self, client: Hashable) -> None:
        self.taken -= 1
        mine = self._clients[client]
        while mine.waiting:
            place = mine.waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        mine.at_work -= 1
        if not mine.at_work:
            del self._clients[client]

    async def _wait(self, client: Hashable, mine: _Client, seconds: float) -> None:
        if len(mine.waiting) >= self._waiting:
            raise NoPlace
        place = asyncio.get_running_loop().create_future()
        mine.waiting.append(place)
        self.taken += 1
        try:
            async with asyncio.timeout(seconds):
                await place
        except BaseException as error:
            if not place.cancelled():
                self.leave(client)  # it was given in the same moment
            else:
                self.taken -= 1
                with contextlib.suppress(ValueError):
                    mine.waiting.remove(place)
            raise NoPlace if isinstance(error, TimeoutError) else error from None
