"""Processor time of processes, as Linux counts it."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Meter:
    """Processor time used since `started`."""

    at: float
    used: Mapping[str, float]

    @classmethod
    def started(cls, processes: Mapping[str, int]) -> Self:
        """Of processes by name."""
        return cls(time.monotonic(), {name: _seconds(pid) for name, pid in processes.items()})

    def percent(self, processes: Mapping[str, int]) -> dict[str, float]:
        """Of one processor, by the name of the process, since the meter was started."""
        passed = time.monotonic() - self.at
        return {name: 100 * (_seconds(pid) - self.used[name]) / passed for name, pid in processes.items()}


def _seconds(pid: int) -> float:
    # The name of a program may hold spaces and brackets: what is counted stands behind the last one.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / _TICKS_PER_SECOND
