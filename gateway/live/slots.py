"""How much one caller, and all together, may have open at the same time, and how fast they may ask for it."""

import math
import time
from collections import Counter, deque

from gateway.limits import Client
from services.chassis.kernel.errors import RateLimited


class Slots:
    """`what` names what is counted, in the plural."""

    def __init__(self, what: str, *, in_all: int, of_one: int) -> None:
        self._what = what
        self._in_all = in_all
        self._of_one = of_one
        self._taken: Counter[Client] = Counter()
        self._total = 0

    def take(self, owner: Client) -> None:
        """Raises RateLimited: the owner has all that one may have, or there is none left for anybody."""
        if self._taken[owner] >= self._of_one:
            raise RateLimited(f"You have {self._of_one} {self._what} already, and may not have more at the same time.")
        if self._total >= self._in_all:
            raise RateLimited(f"There are no more {self._what} to be had at the moment. Please try again.")
        self._taken[owner] += 1
        self._total += 1

    def give_back(self, owner: Client) -> None:
        self._total -= 1
        self._taken[owner] -= 1
        if not self._taken[owner]:
            del self._taken[owner]


class Pace:
    """At most `count` within any `seconds`; `what` names them, in the plural."""

    def __init__(self, what: str, *, count: int, seconds: float) -> None:
        self._what = what
        self._count = count
        self._seconds = seconds
        self._taken: deque[float] = deque([-math.inf] * count, maxlen=count)

    def take(self) -> None:
        """Raises RateLimited."""
        now = time.monotonic()
        if now - self._taken[0] < self._seconds:
            raise RateLimited(f"At most {self._count} {self._what} may be begun within {self._seconds:g} seconds.")
        self._taken.append(now)
