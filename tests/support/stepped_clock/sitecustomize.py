"""A wall clock that can be stepped while a process runs. Python imports this at its start if the folder is on its path.

The file that STEPPED_CLOCK names holds the seconds by which the clock is wrong. Stepped are the clocks that the
platform's code reads (`time.time`, `time.time_ns`, the chassis' own); monotonic clocks are not, as on a real machine.
"""

import os
import time
from datetime import datetime, timedelta, tzinfo
from types import SimpleNamespace

from services.chassis.kernel import clock

_LOOK_AGAIN_SECONDS = 0.2
_time, _time_ns = time.time, time.time_ns


class _Offset:
    def __init__(self, path: str) -> None:
        self._path = path
        self._looked_at = 0.0
        self._seconds = 0

    @property
    def seconds(self) -> int:
        now = time.monotonic()
        if now - self._looked_at > _LOOK_AGAIN_SECONDS:
            self._looked_at = now
            with open(self._path) as file:
                self._seconds = int(file.read() or 0)
        return self._seconds


_offset = _Offset(os.environ["STEPPED_CLOCK"])


def _now(zone: tzinfo | None = None) -> datetime:
    return datetime.now(zone) + timedelta(seconds=_offset.seconds)


time.time = lambda: _time() + _offset.seconds
time.time_ns = lambda: _time_ns() + _offset.seconds * 10**9
vars(clock)["datetime"] = SimpleNamespace(now=_now)
