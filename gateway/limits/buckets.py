"""Token buckets, one for each client.

The PyPI library `limits` has no token bucket; its windows let twice the limit through at their edge, or keep one entry
for each point; and in memory it never bounds the number of clients and starts a thread to forget them.
"""

import math
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

CLIENTS_KEPT: Final = 50_000
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Level:
    """What is left in a bucket of `size` points, and the seconds until it is full again."""

    left: int
    size: int
    seconds_to_full: float


class Exhausted(Exception):
    """There are not enough points. In `seconds` there will be."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Buckets:
    """Buckets that are full at first and get `rate` points a second. Of each only the moment is kept at which it will
    be full: whoever has a full one need not be known."""

    def __init__(self, rate: float, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`seconds` is how long an empty bucket takes to be full."""
        self.rate = rate
        self.seconds = seconds
        self._clock = clock
        self._full_at: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, client: Hashable, points: float) -> None:
        """Raises Exhausted, and takes nothing then."""
        now = self._clock()
        full_at = max(self._full_at.get(client, now), now) + points / self.rate
        missing = full_at - now - self.seconds
        if missing > 0:
            raise Exhausted(missing)
        self._put(client, full_at, now)

    def drain(self, client: Hashable, points: float) -> None:
        """Take what is there of `points`."""
        now = self._clock()
        full_at = max(self._full_at.get(client, now), now) + points / self.rate
        self._put(client, min(full_at, now + self.seconds), now)

    def level(self, client: Hashable) -> Level:
        seconds = max(0.0, self._full_at.get(client, 0.0) - self._clock())
        left = math.floor((self.seconds - seconds) * self.rate + _ROUNDING)
        return Level(left, int(self.seconds * self.rate), seconds)

    def _put(self, client: Hashable, full_at: float, now: float) -> None:
        self._full_at[client] = full_at
        if len(self._full_at) > CLIENTS_KEPT:
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Those that are full again; if there are none, those that nearly are: they lose least by it."""
        kept = {client: full_at for client, full_at in self._full_at.items() if full_at > now}
        if len(kept) > CLIENTS_KEPT // 2:
            emptiest = sorted(kept.items(), key=lambda item: item[1], reverse=True)
            kept = dict(emptiest[: CLIENTS_KEPT // 2])
        self._full_at = kept
