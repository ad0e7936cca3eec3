"""What can be wrong on a machine is one sentence on stderr and exit code 1."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

from deploy.local import lock, ports

from .commands import environment, finished


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr.removeprefix("Error: ").strip()


def test_a_port_that_is_none(tmp_path: Path) -> None:
    said = refused(finished("run", environment=environment(tmp_path, HTTP_PORT="http")))
    assert said == "HTTP_PORT=http is not a port: give a number from 1 to 65500."


def test_a_port_in_use(tmp_path: Path) -> None:
    http, amqp, management, mongodb, probes = ports.free(5)
    variables = {"AMQP_PORT": amqp, "MANAGEMENT_PORT": management, "MONGODB_PORT": mongodb, "PROBES_PORT": probes}
    with socket.create_server(("127.0.0.1", http)):
        said = refused(finished("run", environment=environment(tmp_path, HTTP_PORT=http, **variables)))
    assert said.startswith(f"This port is already in use: {http} for the gateway by ")
    assert f"(process {os.getpid()}); stop that program or choose other ports, e.g. `HTTP_PORT=" in said


@pytest.mark.parametrize("command", ["run", "reset"])
def test_a_platform_that_runs_already(command: str, tmp_path: Path) -> None:
    (tmp_path / "mongodb").mkdir()
    with lock.held(tmp_path, refusal=""):
        said = refused(finished(command, environment=environment(tmp_path)))
    pid = os.getpid()
    assert said == (
        f"The platform already runs on this data (process {pid}): stop it with Ctrl-C in its terminal or `kill {pid}`."
    )
    assert (tmp_path / "mongodb").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    said = refused(finished("run", environment=environment(file / "data")))
    assert said == f"Not a directory ({file / 'data'}): put that right, then start again."


def test_a_named_database_that_does_not_answer(tmp_path: Path) -> None:
    [number] = ports.free(1)
    variables = {"MONGODB_URI": f"mongodb://127.0.0.1:{number}/", "AMQP_URI": f"amqp://127.0.0.1:{number}/"}
    done = finished("infra", environment=environment(tmp_path, **variables))
    assert refused(done).startswith("The server that MONGODB_URI names does not answer (")


def test_status_of_nothing(tmp_path: Path) -> None:
    done = finished(
        "status", environment=environment(tmp_path, HTTP_PORT=ports.free(1)[0], PROBES_PORT=ports.free(1)[0])
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "The platform does not run: start it with `make run`."
    assert done.stdout.count("not ready") == 8


def test_reset_of_a_platform_that_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "mongodb").mkdir()
    done = finished("reset", environment=environment(tmp_path))
    assert (done.returncode, done.stdout) == (0, f"{tmp_path} is empty; the next start loads the data again.\n")
    assert not (tmp_path / "mongodb").exists()
