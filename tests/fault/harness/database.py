"""A MongoDB replica set whose members a fault may kill, freeze or put behind a slow line.

The set knows its members by the addresses of proxies: drivers ask the set for them, so every connection of every
process, and of the members to each other, goes through one.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local import mongodb, ports
from deploy.local.process import tethered
from tests.support.processes import eventually
from tests.support.proxy import Network, Proxy

from .small_disk import SmallDisk

_START_SECONDS: Final = 60.0


class Member:
    """One mongod, reached through `proxy`."""

    def __init__(self, executable: Path, directory: Path, network: Network, *, disk: SmallDisk | None = None) -> None:
        [self.port] = ports.free(1)
        self.directory = directory
        self.proxy: Proxy = network.proxy(self.port)
        server = mongodb.Server(executable=executable, directory=directory, logs=directory, port=self.port)
        disk.make(directory) if disk else server.prepare()
        program = server.program()
        # On a small disk each change is written out soon, so that it meets the end of the disk soon.
        self._command = (*disk.inside, *program.command, "--syncdelay", "2") if disk else program.command
        self._log = directory.with_name(f"{directory.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.proxy.port}"

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                tethered(self._command, signal.SIGKILL), stdout=log, stderr=log, start_new_session=True
            )

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def hello(self) -> dict[str, Any]:
        """What the member says of itself. Raises PyMongoError."""
        with _direct(self.port) as client:
            found: dict[str, Any] = client.admin.command("hello")
            return found

    def initiate(self, members: Sequence["Member"]) -> None:
        hosts = [{"_id": number, "host": member.address} for number, member in enumerate(members)]
        with _direct(self.port) as client:
            client.admin.command("replSetInitiate", {"_id": mongodb.REPLICA_SET, "members": hosts})

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


class ReplicaSet:
    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    @property
    def uri(self) -> str:
        hosts = ",".join(member.address for member in self.members)
        return f"mongodb://{hosts}/?replicaSet={mongodb.REPLICA_SET}"

    @property
    def proxies(self) -> list[Proxy]:
        return [member.proxy for member in self.members]

    def start(self) -> None:
        """Start all members and make them one set."""
        for member in self.members:
            member.start()
        for member in self.members:
            eventually(lambda member=member: _answers(member), seconds=_START_SECONDS, interval=0.1)  # type: ignore[misc]
        self.members[0].initiate(self.members)
        self.wait_for_primary()

    def wait_for_primary(self) -> Member:
        return eventually(self.primary, seconds=_START_SECONDS, interval=0.1)  # type: ignore[return-value]

    def wait_until_whole(self) -> None:
        """Until there is a primary and every member follows it."""
        eventually(self._is_whole, seconds=_START_SECONDS, interval=0.2)

    def primary(self) -> Member | None:
        for member in self.members:
            with suppress(PyMongoError):
                if member.is_running() and member.hello()["isWritablePrimary"]:
                    return member
        return None

    def close(self) -> None:
        for member in self.members:
            member.kill()

    def _is_whole(self) -> bool:
        with suppress(PyMongoError):
            states = [member.hello() for member in self.members]
            return sum(state["isWritablePrimary"] for state in states) == 1 and all(
                state["isWritablePrimary"] or state["secondary"] for state in states
            )
        return False


@contextmanager
def replica_set(
    executable: Path, directory: Path, network: Network, *, members: int, disk: SmallDisk | None = None
) -> Iterator[ReplicaSet]:
    """A set that is up inside the block, and gone after it."""
    with ExitStack() as ending:
        made = ReplicaSet(
            [Member(executable, directory / f"member-{number}", network, disk=disk) for number in range(members)]
        )
        ending.callback(made.close)
        made.start()
        yield made


def _answers(member: Member) -> bool:
    with suppress(PyMongoError):
        return bool(member.hello())
    return False


@contextmanager
def _direct(port: int) -> Iterator[MongoClient[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]] = MongoClient(
        f"mongodb://127.0.0.1:{port}/?directConnection=true", serverSelectionTimeoutMS=1500, socketTimeoutMS=1500
    )
    with client:
        yield client
