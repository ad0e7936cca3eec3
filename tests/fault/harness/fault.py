"""What a fault is."""

import math
from collections.abc import Mapping
from random import Random
from typing import ClassVar

from .stage import Stage


class Fault:
    """Breaks one thing on a stage. `lasts` are seconds between `inject` and `heal`.

    Recovery is counted from the end of `heal`; `settle` puts right, after that, what the platform does not need to
    recover (a killed member of a replica set, say). Raises AssertionError from any of these when what the fault itself
    has to show does not show.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    needs_small_disk: ClassVar[bool] = False
    """Whether the database must be on a disk that can be filled."""
    fails_no_request: ClassVar[bool] = False
    """Whether every command must be answered, as if nothing had happened."""

    recovers_within: ClassVar[float] = math.inf
    """Seconds, where a limit is promised."""

    lasts: float = 0.0
    dead_letters: int = 0
    """How many it leaves behind."""

    def __init__(self, randomness: Random) -> None:
        self.random = randomness

    def own_settings(self) -> Mapping[str, Mapping[str, str]]:
        """What single processes (by name) must find in their environment for this fault."""
        return {}

    def inject(self, stage: Stage) -> None:
        raise NotImplementedError

    def heal(self, stage: Stage) -> None:
        """Take the fault away."""

    def settle(self, stage: Stage) -> None:
        """Put right what is still broken."""

    def end(self) -> None:
        """Give back what the fault itself holds. Called once, whatever happened."""
