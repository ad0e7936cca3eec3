"""`make run` without make: the real platform, from nothing to nothing left."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local import ports
from tests.support.processes import eventually

from .commands import environment, finished, start
from .processes import marked

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

START_SECONDS, STOP_SECONDS = 180, 60
COUNT = "{ coalitions { totalCount } conferences { totalCount } }"
SEEDED = {"coalitions": {"totalCount": 7}, "conferences": {"totalCount": 18}}


class Running:
    """A `run` in progress and all that it said so far."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process = process
        self.lines: list[str] = []
        self._url = url
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def says(self, text: str, *, seconds: float = 30) -> str:
        """The first line with this text, once it is there."""

        def said() -> str | None:
            assert self.process.poll() is None or text in "".join(self.lines), "".join(self.lines)
            return next((line for line in self.lines if text in line), None)

        return eventually(said, seconds=seconds) or ""

    def answer(self) -> dict[str, object]:
        answer: dict[str, object] = httpx.post(f"{self._url}/graphql", json={"query": COUNT}, timeout=30).json()
        return answer

    def close(self) -> None:
        self.process.kill()
        self._reader.join()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.lines.extend(lines)


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Ports that nobody else uses, and a data directory, for both starts."""
    names = ("HTTP_PORT", "AMQP_PORT", "MANAGEMENT_PORT", "MONGODB_PORT", "ISSUER_PORT")
    chosen = dict(zip(names, ports.free(5), strict=True))
    rows = (range(number, number + 6) for number in ports.free(200))
    row = next(row.start for row in rows if all(map(ports.is_free, row)) and not set(row) & set(chosen.values()))
    return environment(tmp_path_factory.mktemp("run"), PROBES_PORT=row, **chosen)


@contextmanager
def running(variables: Mapping[str, str]) -> Iterator[Running]:
    platform = Running(start("run", environment=variables), f"http://127.0.0.1:{variables['HTTP_PORT']}")
    try:
        yield platform
    finally:
        platform.close()


def left(variables: Mapping[str, str]) -> dict[int, str]:
    return marked(f"RUN_DIRECTORY={variables['RUN_DIRECTORY']}")


def pid_of(arguments: bytes, variables: Mapping[str, str]) -> int:
    """The process of this platform that was started with these arguments."""
    pids = [pid for pid in left(variables) if arguments in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(pids) == 1
    return pids[0]


def test_first_start_heals_and_stops_without_a_trace(variables: Mapping[str, str]) -> None:
    with running(variables) as platform:
        platform.says("The platform runs (started in", seconds=START_SECONDS)
        assert platform.answer()["data"] == SEEDED
        assert finished("status", environment=variables).returncode == 0
        assert finished("reset", environment=variables).returncode == 1

        os.kill(pid_of(b"services.events\0serve", variables), signal.SIGKILL)
        platform.says("events died (killed by SIGKILL)")
        platform.says("events runs again")
        eventually(lambda: finished("status", environment=variables).returncode == 0, seconds=30)
        assert platform.answer()["data"] == SEEDED

        platform.process.send_signal(signal.SIGINT)
        assert platform.process.wait(timeout=STOP_SECONDS) == 0
        eventually(lambda: left(variables) == {}, seconds=3)
    order = [re.sub(r" \(.*", "", line).strip() for line in platform.lines if line.startswith("stopped ")]
    assert order == [
        "stopped issuer, gateway",
        "stopped membership, events, reports",
        "stopped membership-relay, events-relay, reports-relay",
        "stopped rabbitmq",
        "stopped epmd",
        "stopped mongod",
    ]


def test_second_start_keeps_the_data_and_is_quick(variables: Mapping[str, str]) -> None:
    with running(variables) as platform:
        line = platform.says("The platform runs (started in", seconds=START_SECONDS)
        assert any("nothing was loaded" in said for said in platform.lines)
        assert platform.answer()["data"] == SEEDED
        platform.process.send_signal(signal.SIGTERM)
        assert platform.process.wait(timeout=STOP_SECONDS) == 0
        eventually(lambda: left(variables) == {}, seconds=3)
    seconds = float(line.partition("started in ")[2].partition(" s")[0])
    assert seconds < 20
