"""Runs the npm suites beside this file; their packages are installed into `.run/conformance` on first use."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
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


@contextmanager
def _workspace() -> Iterator[tuple[Node, Path]]:
    """A folder for one run; node finds the installed packages above it."""
    node = find_node()
    install_packages(node, source=SOURCES, into=WORKSHOP)
    with tempfile.TemporaryDirectory(dir=WORKSHOP) as folder:
        yield node, Path(folder)
