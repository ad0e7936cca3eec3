"""Clocks that jump, differently on each machine."""

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

import tests.support
from deploy.local.settings import ROOT
from tests.support.platform import SERVICES

from ..harness.fault import Fault
from ..harness.stage import PROCESSES, Stage

_STEP = 300
_STEPPED_CLOCK = Path(tests.support.__path__[0]) / "stepped_clock"


class ClockSteps(Fault):
    """First the gateway's clock and the relays' are five minutes ahead and the services' five minutes behind, then the
    other way round; then all are right again. The broker's and the database's clocks are right all the time."""

    name = "clock-steps"
    title = "clock steps of five minutes, forward here and backward there, then the other way round"
    lasts = 10.0

    def __init__(self, randomness: Random) -> None:
        super().__init__(randomness)
        self._files = {name: Path(tempfile.mkstemp(prefix="clock-")[1]) for name in PROCESSES}
        self._set(dict.fromkeys(PROCESSES, 0))

    def own_settings(self) -> Mapping[str, Mapping[str, str]]:
        path = f"{_STEPPED_CLOCK}:{ROOT}"
        return {name: {"PYTHONPATH": path, "STEPPED_CLOCK": str(file)} for name, file in self._files.items()}

    def inject(self, stage: Stage) -> None:
        self._set({name: -_STEP if name in SERVICES else _STEP for name in PROCESSES})
        time.sleep(self.lasts)
        self._set({name: _STEP if name in SERVICES else -_STEP for name in PROCESSES})

    def heal(self, stage: Stage) -> None:
        self._set(dict.fromkeys(PROCESSES, 0))

    def end(self) -> None:
        for file in self._files.values():
            file.unlink(missing_ok=True)

    def _set(self, offsets: Mapping[str, int]) -> None:
        for name, offset in offsets.items():
            # Renamed into place: nobody reads half a number.
            fresh = self._files[name].with_suffix(".new")
            fresh.write_text(str(offset))
            fresh.replace(self._files[name])
