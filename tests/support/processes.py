"""The platform's processes as a test starts, watches and kills them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx

from deploy.local import ports

from .principals import key_settings

T = TypeVar("T")

START_SECONDS = 30.0
STOP_SECONDS = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceEnvironment:
    """The settings that every process of one test shares."""

    amqp_uri: str
    mongodb_uri: str
    database_prefix: str
    extra: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, str]:
        inherited = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
        }
        return {
            **inherited,
            "AMQP_URI": self.amqp_uri,
            "MONGODB_URI": self.mongodb_uri,
            "DATABASE_PREFIX": self.database_prefix,
            "RUN_MODE": "development",
            "LOG_FORMAT": "json",
            "PYTHONWARNINGS": "default",
            **key_settings(),
            **self.extra,
        }

    def with_settings(self, **settings: str) -> "ServiceEnvironment":
        return ServiceEnvironment(
            amqp_uri=self.amqp_uri,
            mongodb_uri=self.mongodb_uri,
            database_prefix=self.database_prefix,
            extra={**self.extra, **settings},
        )


class Process:
    """One running process with its probes and its log."""

    def __init__(
        self, arguments: Sequence[str], environment: ServiceEnvironment, *, port_setting: str = "PROBES_PORT"
    ) -> None:
        self.port = free_port()
        self._made_of = arguments, environment, port_setting
        self._arguments = [sys.executable, *arguments]
        self._environment = {**environment.as_dict(), port_setting: str(self.port)}
        self._log = Path(tempfile.mkstemp(prefix="test-process-", suffix=".log")[1])
        self._process = self._start()

    def wait_until_ready(self) -> "Process":
        """Until `/readyz` says yes. Fails with the log when the process ends first."""

        def ready() -> bool:
            if self._process.poll() is not None:
                raise AssertionError(f"{self._arguments[1:]} ended with {self._process.returncode}:\n{self.log()}")
            return self.probe("/readyz") == 200

        try:
            eventually(ready, seconds=START_SECONDS)
        except TimeoutError:
            raise AssertionError(f"{self._arguments[1:]} is not ready:\n{self.log()}") from None
        return self

    def probe(self, path: str) -> int | None:
        """The status that a probe answers, or None when nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=2).status_code
        except httpx.TransportError:
            return None

    def kill(self) -> None:
        """As the out-of-memory killer does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=STOP_SECONDS)

    def terminate(self) -> int:
        """As Kubernetes does. Returns the exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=STOP_SECONDS)

    def restart(self) -> "Process":
        """Start again, on the same port."""
        self._process = self._start()
        return self

    def replica(self) -> "Process":
        """Start another one like this."""
        arguments, environment, port_setting = self._made_of
        return Process(arguments, environment, port_setting=port_setting)

    def freeze(self) -> None:
        """Stop it where it is, as a machine does that is out of memory or being moved; `thaw` lets it go on."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs; minus the signal that killed it."""
        return self._process.poll()

    @property
    def processor_seconds(self) -> float:
        """What it has used since it was started, of all processors together."""
        # The name of the program, in brackets, may hold spaces; user and system time are the 14th and 15th field.
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log(self) -> str:
        return self._log.read_text()

    def close(self) -> None:
        if self.is_running():
            self.kill()
        self._log.unlink(missing_ok=True)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(self._arguments, env=self._environment, stdout=log, stderr=log)


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """Processes that are ready inside the block and gone after it."""
    try:
        for process in processes:
            process.wait_until_ready()
        yield
    finally:
        for process in processes:
            process.close()


def run(arguments: Sequence[str], environment: ServiceEnvironment, *, expect: Collection[int] = (0,)) -> str:
    """Run a command to its end and return what it printed. Fails with that when it ends with another exit status."""
    done = subprocess.run(
        [sys.executable, *arguments], env=environment.as_dict(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode in expect, f"{arguments} failed:\n{done.stdout}{done.stderr}"
    return done.stdout


def eventually(condition: Callable[[], T], *, seconds: float = 10.0, interval: float = 0.02) -> T:
    """The first true value of `condition`. Raises TimeoutError when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {value!r} after {seconds} s")
        time.sleep(interval)


def free_port() -> int:
    """Outside the range from which outgoing connections take theirs: it must still be free when a process binds it."""
    return ports.free(1)[0]
