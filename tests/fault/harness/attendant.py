"""Restarts what died or hangs, as Kubernetes would, and remembers that it had to."""

import threading
from dataclasses import dataclass
from typing import Final

from tests.support.processes import Process

_PERIOD_SECONDS: Final = 1.0
_FAILED_PROBES: Final = 3
_LAST_WORDS: Final = 4000


@dataclass(frozen=True, slots=True)
class Restart:
    """A restart that no fault asked for. The process had `died`, or was killed since it said it was not alive."""

    name: str
    reason: str
    died: bool
    last_words: str


class Attendant:
    """Looks after `processes` (by name) once a second, except after those that a fault holds down."""

    def __init__(self, processes: dict[str, Process]) -> None:
        self.restarts: list[Restart] = []
        self._processes = processes
        self._left_alone: set[str] = set()
        self._failures: dict[str, int] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="attendant", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def leave_alone(self, name: str) -> None:
        with self._lock:
            self._left_alone.add(name)

    def look_after(self, name: str) -> None:
        with self._lock:
            self._left_alone.discard(name)
            self._failures.pop(name, None)

    def _run(self) -> None:
        while not self._stop.wait(_PERIOD_SECONDS):
            for name in tuple(self._processes):
                # One at a time under the lock: a fault that kills must not meet a restart.
                with self._lock:
                    if name not in self._left_alone:
                        self._look_at(name, self._processes[name])

    def _look_at(self, name: str, process: Process) -> None:
        if not process.is_running():
            self._restart(name, process, f"exit status {process.exit_status}", died=True)
            return
        failed = process.probe("/livez") == 503
        self._failures[name] = self._failures.get(name, 0) + 1 if failed else 0
        if self._failures[name] >= _FAILED_PROBES:
            process.kill()
            self._restart(name, process, "liveness probe", died=False)

    def _restart(self, name: str, process: Process, reason: str, *, died: bool) -> None:
        self.restarts.append(Restart(name, reason, died, process.log()[-_LAST_WORDS:]))
        self._failures[name] = 0
        process.restart()
