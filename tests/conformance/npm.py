"""Runs the npm suites beside this file; their packages are installed into `.run/conformance` on first use."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from deploy.node import RUN_DIRECTORY, Node, find_node, install_packages

SOURCES = Path(__file__).resolve().parent
WORKSHOP = RUN_DIRECTORY / "conformance"


@dataclass(frozen=True)
class Unfulfilled:
    """An audit that was not passed; `status` is notice (MAY), warn (SHOULD) or error (MUST)."""

    id: str
    name: str
    status: str
    reason: str

    def __str__(self) -> str:
        return f"{self.status} {self.id} {self.name}: {self.reason}"


@dataclass(frozen=True)
class Summary:
    """How many audits ended in which way."""

    ok: int
    notice: int
    warn: int
    error: int
    failures: tuple[Unfulfilled, ...]

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Summary":
        failures = tuple(Unfulfilled(**failure) for failure in document.pop("failures"))
        return cls(**document, failures=failures)

    @property
    def total(self) -> int:
        return self.ok + self.notice + self.warn + self.error


def run_audit(url: str) -> Summary:
    """All GraphQL over HTTP audits against the server at `url`; none of them changes data.

    Raises deploy.node.NodeError if the suite cannot run, also because nothing answers at `url`.
    """
    with _workspace() as (node, folder):
        shutil.copy(SOURCES / "audit.mjs", folder)
        answer = node.node("audit.mjs", url, cwd=folder, accept=(0, 1))
    return Summary.from_json(json.loads(answer.stdout.splitlines()[-1]))


def compile_relay(schema_path: Path) -> None:
    """Compile the Relay project against a schema file.

    Raises deploy.node.NodeCommandFailed, with the compiler's words in `output`, if Relay does not accept it.
    """
    compiler = WORKSHOP / "node_modules" / "relay-compiler" / "cli.js"
    with _workspace() as (node, folder):
        shutil.copytree(SOURCES / "relay", folder, dirs_exist_ok=True)
        shutil.copyfile(schema_path, folder / "schema.graphql")
        (folder / "__generated__").mkdir()
        node.node(str(compiler), "relay.config.json", cwd=folder)


class Subscriber:
    """A running npm client; `said` is what it has printed so far, one object for each thing that happened."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.said: list[dict[str, Any]] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def results(self) -> list[dict[str, Any]]:
        """The results of the subscription."""
        return [each["next"] for each in self.said if "next" in each]

    def count(self, what: str) -> int:
        return sum(what in each for each in self.said)

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._reader.join()
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(json.loads(line))


@contextmanager
def subscribing(**asked: Any) -> Iterator[Subscriber]:
    """Subscribe with one of the npm clients, as `subscribe.mjs` is told to. Raises deploy.node.NodeError."""
    with _workspace() as (node, folder):
        shutil.copy(SOURCES / "subscribe.mjs", folder)
        process = subprocess.Popen(
            [str(node.executable), "subscribe.mjs", json.dumps(asked)],
            cwd=folder,
            env=node.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        subscriber = Subscriber(process)
        try:
            yield subscriber
        finally:
            subscriber.stop()


@contextmanager
def _workspace() -> Iterator[tuple[Node, Path]]:
    """A folder for one run; node finds the installed packages above it."""
    node = find_node()
    install_packages(node, source=SOURCES, into=WORKSHOP)
    with tempfile.TemporaryDirectory(dir=WORKSHOP) as folder:
        yield node, Path(folder)
