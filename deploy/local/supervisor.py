"""The process tree: started tier by tier, restarted when something dies, stopped in the opposite order."""

import math
import queue
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from deploy.local.console import Console
from deploy.local.process import Process, Program, last_words
from deploy.local.refusal import Refusal

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a restart
HEALTHY_SECONDS = 60.0  # who ran that long starts again with the first pause
POLL_SECONDS = 0.1
# A signal that arrives just before a wait begins does not interrupt it: Python runs the handler after the wait.
LONGEST_WAIT = 0.5
FULL_BYTES = 20_000_000  # with less, whatever failed failed because of it
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, a closed terminal, the end of the input."""


@dataclass(frozen=True)
class _Exited:
    process: Process


@dataclass(frozen=True)
class _StopAsked:
    at_once_if_repeated: bool = False


class Supervisor:
    """Owns every process of the tree. All its methods but `ask_to_stop` belong to the main thread.

    Nothing here raises from a signal handler: a request to stop is an event in the queue, seen by whoever waits.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._events: queue.SimpleQueue[_Exited | _StopAsked] = queue.SimpleQueue()
        self._tiers: list[Sequence[Process]] = []
        self._watched: set[Process] = set()
        self._settled = False
        self._restarts: dict[Process, float] = {}  # when
        self._pauses: dict[Process, float] = {}  # the last one

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Turn the stop signals into requests to stop."""

        def on_signal(number: int, _frame: FrameType | None) -> None:
            self._events.put(_StopAsked(at_once_if_repeated=number == signal.SIGINT))

        # Under nohup the hang-up is ignored on purpose.
        heard = [number for number in STOP_SIGNALS if number != signal.SIGHUP or not _is_ignored(number)]
        before = {number: signal.signal(number, on_signal) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def ask_to_stop(self) -> None:
        """Safe in signal handlers and threads: a SimpleQueue's put is re-entrant."""
        self._events.put(_StopAsked())

    def start(self, *programs: Program) -> None:
        """Start one tier of programs that are to run for ever. Raises Refusal when one cannot be run at all."""
        self._watched.update(self.launch(*programs))

    def launch(self, *programs: Program) -> Sequence[Process]:
        """Start one tier of programs whose end is the caller's business; stop() still ends them."""
        tier: list[Process] = []
        self._tiers.append(tier)
        self._console.introduce(*(program.name for program in programs if program.shown))
        for program in programs:
            process = Process(program, self._console.show, lambda gone: self._events.put(_Exited(gone)))
            _start(process)
            tier.append(process)
        return tier

    def finish(self, *programs: Program) -> None:
        """Run programs side by side to their end. Raises Refusal when one fails, and what attend() raises."""
        processes = self.launch(*programs)
        while any(process.is_alive for process in processes):
            self.attend(POLL_SECONDS)
        for process in processes:
            if process.exit_code != 0:
                raise _failure(process)

    def attend(self, seconds: float) -> None:
        """Wait, and see to what happens meanwhile.

        Raises Stopped when asked to stop. A process that dies is restarted once the tree is settled; before that
        its death is a Refusal, because it would only die again.
        """
        event = self._next(min(seconds, self._until_restart()))
        if isinstance(event, _StopAsked):
            raise Stopped
        if isinstance(event, _Exited) and event.process in self._watched:
            if not self._settled:
                raise _failure(event.process)
            self._plan_restart(event.process)
        self._restart_due()

    def settle(self) -> None:
        """The tree is complete and works: from now on what dies is started again."""
        self._settled = True

    def supervise(self) -> NoReturn:
        """Keep everything running until Stopped."""
        while True:
            self.attend(LONGEST_WAIT)

    def wait_for(self, condition: Callable[[], bool], *, seconds: float, otherwise: Callable[[], str]) -> None:
        """Wait until `condition` holds. Raises what attend() raises, and Refusal(otherwise()) when time is up."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Refusal(otherwise())
            self.attend(POLL_SECONDS)

    def run(self, command: Sequence[str], environment: Mapping[str, str], *, directory: Path) -> int:
        """Run a command that has the terminal, to its end; its exit code. Raises what attend() raises."""
        popen = subprocess.Popen(command, env=dict(environment), cwd=directory)
        try:
            while popen.poll() is None:
                self.attend(POLL_SECONDS)
        finally:
            _end(popen)
        return popen.returncode

    def stop(self) -> None:
        """Stop the tiers, the last started first. A Ctrl-C meanwhile kills what is left.

        Only a person's impatience counts: one closed terminal may reach us as several signals.
        """
        self._watched.clear()
        self._restarts.clear()
        patient = True
        while self._tiers:
            patient = self._stop_tier(self._tiers.pop(), patient=patient)

    def pids(self) -> Mapping[str, int]:
        """Name → process id of what is running."""
        return {process.program.name: process.pid for tier in self._tiers for process in tier if process.is_alive}

    def _next(self, seconds: float | None) -> _Exited | _StopAsked | None:
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def _until_restart(self) -> float:
        return max(0.0, min(self._restarts.values(), default=math.inf) - time.monotonic())

    def _plan_restart(self, process: Process) -> None:
        process.kill()
        uptime = time.monotonic() - process.started_at
        pause = next_pause(self._pauses.get(process), uptime)
        self._pauses[process] = pause
        self._restarts[process] = time.monotonic() + pause
        self._console.say(
            f"{process.program.name} died ({process.ending}) after {uptime:.0f} s and is started again"
            f" in {pause:.0f} s; its log is {process.program.log}"
        )

    def _restart_due(self) -> None:
        now = time.monotonic()
        for process in [process for process, due in self._restarts.items() if due <= now]:
            del self._restarts[process]
            self._restart(process)

    def _restart(self, process: Process) -> None:
        try:
            process.start()
        except OSError as error:
            self._pauses[process] = LONGEST_PAUSE
            self._restarts[process] = time.monotonic() + LONGEST_PAUSE
            self._console.say(f"{process.program.name} cannot be started now: {error}")
        else:
            self._console.say(f"{process.program.name} runs again (process {process.pid})")

    def _stop_tier(self, tier: Sequence[Process], *, patient: bool) -> bool:
        began = time.monotonic()
        stopping = [process for process in tier if process.is_alive]
        for process in stopping:
            process.terminate()
        deadline = began + max((process.program.stop_seconds for process in stopping), default=0)
        while any(process.is_alive for process in stopping):
            if not patient or time.monotonic() > deadline:
                break
            event = self._next(POLL_SECONDS)
            patient = not (isinstance(event, _StopAsked) and event.at_once_if_repeated)
        for process in tier:
            self._bury(process)
        if stopping:
            names = ", ".join(process.program.name for process in stopping)
            self._console.say(f"stopped {names} ({time.monotonic() - began:.1f} s)")
        return patient

    def _bury(self, process: Process) -> None:
        if process.is_alive:
            self._console.say(f"{process.program.name} is killed")
        process.kill()


def next_pause(previous: float | None, uptime: float) -> float:
    """Seconds to wait before a restart: doubling, unless the process had run well for a while."""
    if previous is None or uptime > HEALTHY_SECONDS:
        return FIRST_PAUSE
    return min(previous * 2, LONGEST_PAUSE)


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


def _start(process: Process) -> None:
    try:
        process.start()
    except OSError as error:
        command = process.program.command[0]
        raise Refusal(f"{process.program.name} cannot be started: {command}: {error.strerror}.") from error


def _failure(process: Process) -> Refusal:
    program = process.program
    began = f"{program.name} ended while the platform was starting ({process.ending})"
    if shutil.disk_usage(program.log.parent).free < FULL_BYTES:
        return Refusal(f"{began}, because the disk of {program.log.parent} is full: make room, then start again.")
    words = last_words(program.log)
    said = f", saying: {words}" if words else ""
    return Refusal(f"{began}{said}; the whole story is in {program.log}.")


def _end(popen: "subprocess.Popen[bytes]") -> None:
    """Ctrl-C reached a terminal's command already; any other request has to be passed on."""
    if popen.poll() is None:
        popen.terminate()
    try:
        popen.wait(timeout=10)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()
