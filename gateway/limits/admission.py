"""Whether a client may start another operation: it has points left, and not too many of its requests are at work."""

import asyncio
import ipaddress
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from gateway.door import RateSettings
from services.chassis.kernel.errors import RateLimited, Unavailable
from services.chassis.kernel.principal import Principal

from .buckets import Buckets, Exhausted, Level
from .places import NoPlace, NoPlaceAtAll, Places

REQUEST_POINTS: Final = 20
"""What every request costs, whatever it asks. A point is some ten microseconds of a processor, and so is an object."""

REFUSED_POINTS: Final = 100
"""What a request costs besides when it is refused for what it is: to find that out took up to a millisecond, and
whoever is refused all the time does not listen."""

PAUSE_SECONDS: Final = 2.0
MOST_PAUSED: Final = 1_000
_REFUSALS_KEPT: Final = 10_000

_ADDRESS: Final = "address"
_IPV6_NETWORK_BITS: Final = 64
"""What one household or one server has: who has it has all its addresses."""


@dataclass(frozen=True, slots=True)
class Client:
    """A person or an application, or, for nobody, an address."""

    kind: str
    id: str

    @classmethod
    def of(cls, principal: Principal | None, address: str | None) -> "Client":
        """`address`: the client's, as the trusted proxies tell it."""
        if principal is not None:
            return cls(principal.kind.value, principal.id)
        return cls(_ADDRESS, _neighbourhood(address or ""))


class TooManyRequests(RateLimited):
    """`retry_after` in seconds; `limit` is the name of what was reached."""

    def __init__(self, message: str, *, retry_after: float, limit: str) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.limit = limit


class TooBusy(Unavailable):
    """Not this client's fault: the process has enough to do."""

    retry_after = 1.0
    limit = "at_work"


class Admission:
    """One per process."""

    def __init__(self, settings: RateSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        def buckets(rate: float, seconds: float) -> Buckets | None:
            return Buckets(rate, seconds, clock=clock) if rate else None

        self._anonymous = buckets(settings.anonymous, settings.burst_seconds)
        self._principals = buckets(settings.principal, settings.burst_seconds)
        self._failures = buckets(1 if settings.failed_credentials else 0, settings.failed_credentials)
        self._places = Places(each=settings.at_work_each, waiting=settings.waiting_each, total=settings.at_work)
        self._clock = clock
        self._refused: dict[Client, float] = {}
        self._paused = 0

    def charge(self, client: Client, points: float) -> None:
        """Take `points` of the client's; what it asks for may cost more later. Raises TooManyRequests."""
        buckets = self._buckets(client)
        if buckets is None:
            return
        try:
            buckets.take(client, points)
        except Exhausted as error:
            raise _too_many(error.seconds, "rate") from None

    async def fine(self, client: Client) -> None:
        """Take points for a request that was refused for what it is; who has none left is made to wait."""
        buckets = self._buckets(client)
        if buckets is None:
            return
        try:
            buckets.take(client, REFUSED_POINTS)
        except Exhausted:
            buckets.drain(client, REFUSED_POINTS)
            await self.pause(client)

    async def pause(self, client: Client) -> None:
        """Before a client is told again that it must wait. The first time it is told at once; who then does not wait is
        made to, for a client that asks again as soon as it is answered would keep the process busy with refusals."""
        now = self._clock()
        last, self._refused[client] = self._refused.get(client, 0.0), now
        if len(self._refused) > _REFUSALS_KEPT:
            self._refused.clear()
        if now - last > PAUSE_SECONDS or self._paused >= MOST_PAUSED:
            return
        self._paused += 1
        try:
            # Not all of them come back at the same moment.
            await asyncio.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5))
        finally:
            self._paused -= 1

    @asynccontextmanager
    async def at_work(self, client: Client, *, seconds: float) -> AsyncIterator[None]:
        """The client has a request at work in the block. Raises what `begin` raises."""
        await self.begin(client, seconds=seconds)
        try:
            yield
        finally:
            self.end(client)

    async def begin(self, client: Client, *, seconds: float) -> None:
        """A request of the client is at work from now on, until `end`; it may have to wait `seconds` for others of the
        client's own. Raises TooManyRequests and TooBusy."""
        try:
            await self._places.enter(client, seconds=seconds)
        except NoPlaceAtAll:
            raise TooBusy("This server has too many requests at work. Please try again.") from None
        except NoPlace:
            message = "You have too many requests at work. Please wait for their answers."
            raise TooManyRequests(message, retry_after=1, limit="at_work_each") from None

    def end(self, client: Client) -> None:
        self._places.leave(client)

    def before_credential(self, address: str | None) -> None:
        """Raises TooManyRequests when an address has shown too many credentials that were not accepted: each may cost a
        question to the membership service."""
        if self._failures is not None:
            client = Client.of(None, address)
            if self._failures.level(client).left < 1:
                raise _too_many(1.0, "failed_credentials")

    def credential_failed(self, address: str | None) -> None:
        if self._failures is not None:
            self._failures.drain(Client.of(None, address), 1)

    def level(self, client: Client) -> Level | None:
        """None: nothing is counted."""
        buckets = self._buckets(client)
        return buckets.level(client) if buckets is not None else None

    def _buckets(self, client: Client) -> Buckets | None:
        return self._anonymous if client.kind == _ADDRESS else self._principals


def _too_many(seconds: float, limit: str) -> TooManyRequests:
    return TooManyRequests("Too many requests. Please wait.", retry_after=seconds, limit=limit)


def _neighbourhood(address: str) -> str:
    if ":" not in address:
        return address
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, _IPV6_NETWORK_BITS), strict=False))
