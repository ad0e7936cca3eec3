"""Places for requests at work: few for each client, so that who sends many at once waits for itself and not others for
them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
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

    @asynccontextmanager
    async def place(self, client: Hashable, *, seconds: float) -> AsyncIterator[None]:
        """A place in the block; waits for it as long as `seconds`, after those of the client that came before.

        Raises NoPlace and NoPlaceAtAll.
        """
        if self._total and self.taken >= self._total:
            raise NoPlaceAtAll
        self.taken += 1
        try:
            await self._enter(client, seconds)
            try:
                yield
            finally:
                self._leave(client)
        finally:
            self.taken -= 1

    async def _enter(self, client: Hashable, seconds: float) -> None:
        mine = self._clients.setdefault(client, _Client())
        if not self._each or mine.at_work < self._each:
            mine.at_work += 1
            return
        if len(mine.waiting) >= self._waiting:
            raise NoPlace
        place = asyncio.get_running_loop().create_future()
        mine.waiting.append(place)
        try:
            async with asyncio.timeout(seconds):
                await place
        except BaseException as error:
            if not place.cancelled():
                self._leave(client)  # it was given in the same moment
            elif place in mine.waiting:
                mine.waiting.remove(place)
            raise NoPlace if isinstance(error, TimeoutError) else error from None

    def _leave(self, client: Hashable) -> None:
        mine = self._clients[client]
        while mine.waiting:
            place = mine.waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        mine.at_work -= 1
        if not mine.at_work:
            del self._clients[client]
