"""One operating system process that we start, watch and stop."""

import ctypes
import errno
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

LARGEST_LOG = 10_000_000  # bytes; a longer log is set aside at the next start
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run. It is stopped with `stop_signal`; `orphan_signal` is what the kernel sends when we die first."""

    name: str
    command: Sequence[str]
    directory: Path
    environment: Mapping[str, str]
    log: Path
    shown: bool = True
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 30
    orphan_signal: signal.Signals = signal.SIGKILL


@dataclass(eq=False)
class Process:
    """A running program, in a session of its own so that the terminal's Ctrl-C reaches only us.

    `on_line` gets each line it prints, `on_exit` the process once it is gone; both from threads. Start it from the
    main thread: the kernel's orphan signal fires when the starting thread ends, not when the process does.
    """

    program: Program
    on_line: Callable[[str, str], None]
    on_exit: Callable[["Process"], None]
    started_at: float = field(init=False, default=0)
    _popen: subprocess.Popen[bytes] | None = field(init=False, default=None)

    def start(self) -> None:
        """Raises OSError when the command does not exist or may not run."""
        program = self.program
        with ExitStack() as stack:
            log = stack.enter_context(_opened(program.log))
            self._popen = popen = subprocess.Popen(
                tethered(program.command, program.orphan_signal),
                cwd=program.directory,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if program.shown else log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.started_at = time.monotonic()
            if program.shown:
                stack.pop_all()
                threading.Thread(target=self._read, args=(popen.stdout, log), daemon=True).start()
        threading.Thread(target=self._await_exit, args=(popen,), daemon=True).start()

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def is_alive(self) -> bool:
        return self._running.poll() is None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal that killed it."""
        return self._running.poll()

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        code = self._running.returncode
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def terminate(self) -> None:
        """Ask it to stop: only the process itself, which stops its own children as it sees fit."""
        self._running.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """End it and whatever is left of its process group, and wait for it (not for the rest)."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._running.wait()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._popen is None:
            raise RuntimeError(f"{self.program.name} was never started")
        return self._popen

    def _read(self, lines: BinaryIO, log: BinaryIO) -> None:
        with log, lines:
            for line in lines:
                # A full disk must not stop the reading: a full pipe would stop the process.
                with suppress(OSError):
                    log.write(line)
                    log.flush()
                self.on_line(self.program.name, line.decode(errors="replace").rstrip())

    def _await_exit(self, popen: subprocess.Popen[bytes]) -> None:
        popen.wait()
        self.on_exit(self)


def tethered(command: Sequence[str], orphan_signal: signal.Signals) -> list[str]:
    """A command that gets `orphan_signal` from the kernel when we die. Raises FileNotFoundError without the command.

    setpriv becomes the command, so it costs no process; the other way, code between fork and exec, is not safe in a
    process with threads.
    """
    if shutil.which(command[0]) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), command[0])
    setpriv = shutil.which("setpriv")
    if setpriv is None:  # not Linux: a killed supervisor leaves its processes behind
        return list(command)
    return [setpriv, "--pdeathsig", orphan_signal.name.removeprefix("SIG"), "--", *command]


def die_with_parent(orphan_signal: signal.Signals) -> None:
    """Ask the kernel to send us a signal when the thread that started us ends (Linux; elsewhere nothing)."""
    with suppress(AttributeError):
        _libc.prctl(PR_SET_PDEATHSIG, orphan_signal)


def last_words(log: Path) -> str:
    """The last non-empty line of a log, at most 300 characters; '' without one."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "")[:300]
    return ""


def _opened(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
    return log.open("ab")
