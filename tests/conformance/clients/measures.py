"""Builds each client from the schema and lets it talk to a gateway; what it found comes back as it printed it."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from deploy.node import Node
from tests.conformance.workspace import workspace
from tests.support.tools import tool

HERE: Final = Path(__file__).resolve().parent
RELAY_DOCUMENTS: Final = HERE.parent / "relay"
MODULES: Final = Path("..", "..", "..", "node_modules")
LONGEST: Final = 120
"""Seconds for the client by ariadne-codegen to be made, and to talk."""

Found = dict[str, Any]


def relay(schema: Path, url: str, coalition: str) -> Found:
    """Compiled by relay-compiler, run by relay-runtime. Raises deploy.node.NodeError."""
    with _clients(schema) as (node, folder):
        place = folder / "relay"
        for document in RELAY_DOCUMENTS.glob("*.js"):
            shutil.copy(document, place)
        (place / "__generated__").mkdir()
        node.node(str(MODULES / "relay-compiler" / "cli.js"), "relay.config.json", cwd=place)
        return _said(node.node("refetch.cjs", url, coalition, cwd=place).stdout)


def typed_fetch(schema: Path, url: str, token: str, coalition: str, *, misspelt: str | None = None) -> Found:
    """Typed by GraphQL Code Generator, compiled by `tsc --strict`, run by node.

    `misspelt` is written in the place of a code that the client knows. Raises deploy.node.NodeError.
    """
    with _clients(schema) as (node, folder):
        place = folder / "fetch"
        client = place / "client.ts"
        if misspelt is not None:
            client.write_text(client.read_text().replace("CityAlreadyRegistered", misspelt))
        node.node(str(MODULES / ".bin" / "graphql-codegen"), "--config", "codegen.yml", cwd=place)
        node.node(str(MODULES / "typescript" / "bin" / "tsc"), "--project", ".", cwd=place)
        return _said(node.node("built/client.js", url, token, coalition, cwd=place).stdout)


def ariadne(schema: Path, url: str, token: str, coalition: str) -> Found:
    """Made by ariadne-codegen. Raises subprocess.CalledProcessError, tests.support.tools.ToolUnavailable."""
    commands = tool("ariadne-codegen", HERE / "ariadne" / "requirements.txt")
    with _clients(schema) as (_, folder):
        place = folder / "ariadne"
        _run([commands / "ariadne-codegen", "--config", "ariadne-codegen.toml"], place)
        return _said(_run([commands / "python", "client.py", url, token, coalition], place))


@contextmanager
def _clients(schema: Path) -> Iterator[tuple[Node, Path]]:
    with workspace(HERE) as (node, folder):
        shutil.copyfile(schema, folder / "schema.graphql")
        yield node, folder


def _run(command: list[Path | str], place: Path) -> str:
    # Nothing of ours is imported: the client lives in the environment of its tool.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _said(output: str) -> Found:
    found: Found = json.loads(output.splitlines()[-1])
    return found
