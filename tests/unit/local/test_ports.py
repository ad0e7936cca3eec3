import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import ports
from deploy.local.ports import Port
from deploy.local.refusal import Refusal

LISTEN_A_WHILE = """
import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", ports.free(1)[0])) as server:
        yield server.getsockname()[1]


def test_free_ports_differ_and_can_be_listened_on() -> None:
    found = ports.free(5)
    assert len(set(found)) == 5
    assert all(map(ports.is_free, found))


def test_a_port_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)
    assert ports.preferred(taken) != taken


def test_a_server_on_all_interfaces_takes_the_loopback_too() -> None:
    [number] = ports.free(1)
    with socket.create_server(("0.0.0.0", number)):
        assert not ports.is_free(number)


def test_holder_is_the_process_that_listens(taken: int) -> None:
    found = ports.holder(taken)
    assert found is not None
    assert (found.pid, found.directory) == (os.getpid(), Path.cwd())
    assert ports.holder(ports.free(1)[0]) is None


def test_a_taken_port_is_one_sentence_with_the_holder_and_the_way_out(taken: int, tmp_path: Path) -> None:
    wanted = [Port(ports.free(1)[0], "MongoDB", "MONGODB_PORT"), Port(taken, "the gateway", "HTTP_PORT")]
    with pytest.raises(Refusal) as refusal:
        ports.require_free(wanted, ours=tmp_path)
    expected = (
        rf"This port is already in use: {taken} for the gateway by \S+ \(process {os.getpid()}\);"
        r" stop that program or choose other ports, e\.g\. `HTTP_PORT=(\d+) make run`\."
    )
    match = re.fullmatch(expected, str(refusal.value))
    assert match
    assert ports.is_free(int(match[1]))


def test_all_taken_ports_are_named_at_once(taken: int, tmp_path: Path) -> None:
    [other] = ports.free(1)
    with socket.create_server(("127.0.0.1", other)), pytest.raises(Refusal) as refusal:
        ports.require_free([Port(taken, "a", "A_PORT"), Port(other, "b", "B_PORT")], ours=tmp_path)
    assert str(refusal.value).startswith(f"These ports are already in use: {taken} for a by ")
    assert f", {other} for b by " in str(refusal.value)


def test_one_port_for_two_purposes_is_refused(tmp_path: Path) -> None:
    [number] = ports.free(1)
    with pytest.raises(
        Refusal, match=f"^Port {number} is asked for twice, for a and for b: choose another with B_PORT"
    ):
        ports.require_free([Port(number, "a", "A_PORT"), Port(number, "b", "B_PORT")], ours=tmp_path)


def test_what_a_killed_start_left_behind_gets_time_to_end(tmp_path: Path) -> None:
    [number] = ports.free(1)
    command = [sys.executable, "-c", LISTEN_A_WHILE, str(number), "1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as ending:
        assert ending.stdout is not None
        ending.stdout.readline()
        began = time.monotonic()
        ports.require_free([Port(number, "MongoDB", "MONGODB_PORT")], ours=tmp_path)
        assert time.monotonic() - began > 0.3
