"""The supervisor with small real processes."""

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.local.console import Console
from deploy.local.process import Program
from deploy.local.refusal import Refusal
from deploy.local.settings import ROOT
from deploy.local.supervisor import FIRST_PAUSE, HEALTHY_SECONDS, LONGEST_PAUSE, Stopped, Supervisor, next_pause
from tests.support.processes import eventually

from .processes import marked

POLITE = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"
STUBBORN = "trap '' TERM INT; echo up; while :; do sleep 0.05; done"

SUPERVISING = """
import sys
from pathlib import Path
from deploy.local.console import Console
from deploy.local.process import Program
from deploy.local.supervisor import Stopped, Supervisor
import os
console = Console()
supervisor = Supervisor(console)
folder = Path(sys.argv[1])
def program(name, script):
    return Program(name=name, command=("sh", "-c", script), directory=folder, environment=os.environ,
                   log=folder / f"{name}.log", stop_seconds=60)
with supervisor.listening():
    try:
        supervisor.start(program("first", sys.argv[2]))
        supervisor.start(program("second", sys.argv[2]))
        supervisor.settle()
        console.say("ready")
        supervisor.supervise()
    except Stopped:
        supervisor.stop()
"""


@pytest.fixture
def output() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(output: io.StringIO) -> Iterator[Supervisor]:
    supervisor = Supervisor(Console(output))
    yield supervisor
    supervisor.stop()


def program(folder: Path, name: str, script: str, *, stop_seconds: float = 5, shown: bool = True) -> Program:
    return Program(
        name=name,
        command=("sh", "-c", script),
        directory=folder,
        environment=os.environ,
        log=folder / "logs" / f"{name}.log",
        shown=shown,
        stop_seconds=stop_seconds,
    )


def has(output: io.StringIO, text: str) -> bool:
    return text in output.getvalue()


def test_tiers_stop_in_the_opposite_order(tmp_path: Path, supervisor: Supervisor, output: io.StringIO) -> None:
    supervisor.start(program(tmp_path, "database", POLITE))
    supervisor.start(program(tmp_path, "service", POLITE), program(tmp_path, "relay", POLITE))
    eventually(lambda: output.getvalue().count("│ up") == 3)
    pids = supervisor.pids()
    supervisor.stop()
    stopped = [line.partition(" (")[0] for line in output.getvalue().splitlines() if line.startswith("stopped")]
    assert stopped == ["stopped service, relay", "stopped database"]
    assert sorted(pids) == ["database", "relay", "service"]
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids.values())


def test_every_line_is_in_the_log_and_on_the_console(
    tmp_path: Path, supervisor: Supervisor, output: io.StringIO
) -> None:
    supervisor.finish(
        program(tmp_path, "loud", "echo out; echo error >&2"), program(tmp_path, "quiet", "echo x", shown=False)
    )
    eventually(lambda: output.getvalue().count("loud") == 2)
    assert (tmp_path / "logs" / "loud.log").read_text() == "out\nerror\n"
    assert (tmp_path / "logs" / "quiet.log").read_text() == "x\n"
    assert not has(output, "quiet")


def test_who_dies_is_started_again(tmp_path: Path, supervisor: Supervisor, output: io.StringIO) -> None:
    supervisor.start(program(tmp_path, "service", POLITE))
    supervisor.settle()
    before = supervisor.pids()["service"]
    eventually(lambda: has(output, "│ up"))
    os.kill(before, signal.SIGKILL)
    began = time.monotonic()
    while "runs again" not in output.getvalue():
        supervisor.attend(0.05)
        assert time.monotonic() - began < 5
    assert time.monotonic() - began >= FIRST_PAUSE
    assert has(output, "service died (killed by SIGKILL) after 0 s and is started again in 1 s; its log is ")
    assert supervisor.pids()["service"] != before


def test_the_pause_before_a_restart_doubles_until_the_process_is_healthy() -> None:
    pauses = [FIRST_PAUSE]
    for _ in range(6):
        pauses.append(next_pause(pauses[-1], uptime=1))
    assert pauses == [1, 2, 4, 8, 16, LONGEST_PAUSE, LONGEST_PAUSE]
    assert next_pause(LONGEST_PAUSE, uptime=HEALTHY_SECONDS + 1) == FIRST_PAUSE


def test_who_dies_while_starting_is_a_refusal_with_its_last_words(tmp_path: Path, supervisor: Supervisor) -> None:
    supervisor.start(program(tmp_path, "service", "echo 'no broker' >&2; exit 3", shown=False))
    with pytest.raises(Refusal) as refusal:
        supervisor.wait_for(lambda: False, seconds=5, otherwise=lambda: "too late")
    assert str(refusal.value) == (
        "service ended while the platform was starting (exit code 3), saying: no broker;"
        f" the whole story is in {tmp_path}/logs/service.log."
    )


def test_a_full_disk_is_the_reason(tmp_path: Path, supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free=0))
    with pytest.raises(Refusal, match=rf"because the disk of {tmp_path}/logs is full: make room, then start again\.$"):
        supervisor.finish(program(tmp_path, "service", "exit 1"))


def test_waiting_ends_with_the_sentence_for_it(tmp_path: Path, supervisor: Supervisor) -> None:
    with pytest.raises(Refusal, match=r"^not ready$"):
        supervisor.wait_for(lambda: False, seconds=0.1, otherwise=lambda: "not ready")


def test_one_of_several_jobs_that_fails_is_named(tmp_path: Path, supervisor: Supervisor) -> None:
    with pytest.raises(Refusal, match=r"^bad ended while the platform was starting \(exit code 1\)"):
        supervisor.finish(program(tmp_path, "good", "exit 0"), program(tmp_path, "bad", "exit 1"))


def test_a_program_that_is_not_there_is_named(tmp_path: Path, supervisor: Supervisor) -> None:
    absent = Program(
        name="absent", command=("no-such-program",), directory=tmp_path, environment={}, log=tmp_path / "x.log"
    )
    with pytest.raises(Refusal, match=r"^absent cannot be started: no-such-program: No such file or directory\.$"):
        supervisor.start(absent)


def test_who_does_not_stop_in_time_is_killed(tmp_path: Path, supervisor: Supervisor, output: io.StringIO) -> None:
    supervisor.start(program(tmp_path, "stubborn", STUBBORN, stop_seconds=0.3))
    eventually(lambda: has(output, "│ up"))
    pid = supervisor.pids()["stubborn"]
    supervisor.stop()
    assert has(output, "stubborn is killed")
    assert not Path(f"/proc/{pid}").exists()


def test_what_a_process_leaves_in_its_group_goes_too(
    tmp_path: Path, supervisor: Supervisor, output: io.StringIO
) -> None:
    supervisor.start(program(tmp_path, "parent", "sleep 60 & echo child $!; exec sleep 61"))
    eventually(lambda: has(output, "child "))
    child = int(output.getvalue().split("child ")[1].split()[0])
    supervisor.stop()
    eventually(lambda: not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes())


def test_a_request_to_stop_from_a_thread_is_heard(tmp_path: Path, supervisor: Supervisor) -> None:
    supervisor.start(program(tmp_path, "service", POLITE))
    threading.Timer(0.1, supervisor.ask_to_stop).start()
    with pytest.raises(Stopped):
        supervisor.supervise()


def test_a_command_that_has_the_terminal_ends_when_we_are_asked_to_stop(tmp_path: Path, supervisor: Supervisor) -> None:
    assert supervisor.run(("sh", "-c", "exit 7"), os.environ, directory=tmp_path) == 7
    threading.Timer(0.2, supervisor.ask_to_stop).start()
    mark = f"MARK={tmp_path}"
    with pytest.raises(Stopped):
        supervisor.run(("sleep", "60"), {**os.environ, "MARK": str(tmp_path)}, directory=tmp_path)
    assert marked(mark) == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_stop_the_tree(tmp_path: Path, number: signal.Signals) -> None:
    with supervising(tmp_path, POLITE) as process:
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert marked(f"MARK={tmp_path}") == {}


def test_the_second_ctrl_c_kills(tmp_path: Path) -> None:
    with supervising(tmp_path, STUBBORN) as process:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(signal.SIGHUP)  # the same closed terminal may be told twice
        time.sleep(0.3)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=5) == 0
    assert marked(f"MARK={tmp_path}") == {}


def test_nobody_survives_a_killed_supervisor(tmp_path: Path) -> None:
    with supervising(tmp_path, STUBBORN) as process:
        assert len(marked(f"MARK={tmp_path}")) >= 3
        process.kill()
    eventually(lambda: marked(f"MARK={tmp_path}") == {}, seconds=5)


@contextmanager
def supervising(folder: Path, script: str) -> Iterator["subprocess.Popen[str]"]:
    """A supervisor of two shells in a process of its own, ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISING, str(folder), script],
        env={**os.environ, "MARK": str(folder)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            _await_ready(process)
            yield process
        finally:
            process.kill()


def _await_ready(process: "subprocess.Popen[str]") -> None:
    """Until both shells have set their traps, which they have once they say that they are up."""
    assert process.stdout is not None
    seen = 0
    for line in process.stdout:
        seen += line.rstrip().endswith(("up", "ready"))
        if seen == 3:
            return
    raise AssertionError("the supervisor ended")
