"""`python -m deploy.local infra`, with a RabbitMQ and a mongod of its own beside those of the suite."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from kombu import Connection
from pymongo import MongoClient

from deploy.local import ports
from deploy.local.infrastructure import Infrastructure, started
from tests.support.processes import eventually

from .commands import environment, start
from .processes import marked

pytestmark = pytest.mark.slow

LISTENING = "0A"
QUEUE = "kept"


@dataclass
class Infra:
    """A running command, and what it said when it was ready."""

    process: "subprocess.Popen[str]"
    found: Infrastructure


@contextmanager
def infra(directory: Path, *options: str) -> Iterator[Infra]:
    process = start("infra", "--free-ports", *options, environment=environment(directory))
    with process:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("{"):
                break
        assert process.poll() is None, said
        try:
            yield Infra(process, Infrastructure(**json.loads(line)))
        finally:
            process.kill()


def mark(directory: Path) -> str:
    return f"RUN_DIRECTORY={directory}"


def write(found: Infrastructure) -> None:
    """A document in a transaction, and a durable message."""
    client: MongoClient[dict[str, Any]] = MongoClient(found.mongodb_uri)
    with client, client.start_session() as session, session.start_transaction():
        client["test"]["kept"].insert_one({"_id": 1}, session=session)
    with Connection(found.amqp_uri) as connection, connection.SimpleQueue(QUEUE) as queue:
        queue.put("kept")


def read(found: Infrastructure) -> tuple[list[dict[str, Any]], str]:
    client: MongoClient[dict[str, Any]] = MongoClient(found.mongodb_uri)
    with client:
        documents = list(client["test"]["kept"].find())
    with Connection(found.amqp_uri) as connection, connection.SimpleQueue(QUEUE) as queue:
        message = queue.get(timeout=5)
        message.ack()
        return documents, message.payload


def foreign_addresses(pids: set[int]) -> set[str]:
    """Addresses other than the loopback on which these processes listen, as /proc has them."""
    inodes = {inode for pid in pids for inode in _sockets(pid)}
    found = set()
    for table, loopback in (("tcp", "0100007F"), ("tcp6", "00000000000000000000000001000000")):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in inodes and not fields[1].startswith(loopback):
                found.add(fields[1])
    return found


def _sockets(pid: int) -> set[str]:
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found


def test_data_stays_ports_may_change_and_nothing_is_left(tmp_path: Path) -> None:
    with infra(tmp_path) as first:
        write(first.found)
        names = set(marked(mark(tmp_path)).values())
        assert {"mongod", "beam.smp", "epmd"} <= names
        assert foreign_addresses(set(marked(mark(tmp_path)))) == set()
        assert first.process.stdin is not None
        first.process.stdin.close()
        assert first.process.wait(timeout=30) == 0
        eventually(lambda: marked(mark(tmp_path)) == {}, seconds=3)
    with infra(tmp_path) as second:
        assert second.found != first.found
        assert read(second.found) == ([{"_id": 1}], "kept")
        assert httpx.get(f"{second.found.management_uri}/api/vhosts").json()[0]["name"] == "/"
        second.process.terminate()
        assert second.process.wait(timeout=30) == 0
        eventually(lambda: marked(mark(tmp_path)) == {}, seconds=3)


def test_nothing_is_left_when_it_is_killed(tmp_path: Path) -> None:
    with infra(tmp_path, "--disposable") as first:
        write(first.found)
        first.process.kill()
        first.process.wait()
        eventually(lambda: marked(mark(tmp_path)) == {}, seconds=15)


def test_disposable_data_is_wiped(tmp_path: Path) -> None:
    """Through the context manager that other tests may use."""
    (tmp_path / "mongodb").mkdir()
    (tmp_path / "mongodb" / "WiredTiger.turtle").write_text("rubbish that no mongod would start with")
    with started(directory=tmp_path) as found:
        write(found)
        assert read(found) == ([{"_id": 1}], "kept")
        numbers = [int(uri.rstrip("/").rpartition(":")[2].partition("/")[0]) for uri in vars(found).values()]
        assert not any(map(ports.is_free, numbers))
    # The Erlang machine was killed with its process group: it is gone soon, not at once.
    eventually(lambda: all(map(ports.is_free, numbers)), seconds=3)
