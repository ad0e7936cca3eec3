"""graphql-schema-linter and graphql-inspector, asked about schema files."""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conformance.workspace import workspace

HERE: Final = Path(__file__).resolve().parent
GATEWAY: Final = HERE.parents[2] / "gateway"
SCHEMA: Final = GATEWAY / "schema.graphql"
RELEASED: Final = GATEWAY / "schema.released.graphql"
ACCEPTED: Final = GATEWAY / "schema.accepted.toml"
_LINTER: Final = Path("..", "..", "node_modules", ".bin", "graphql-schema-linter")


@dataclass(frozen=True, slots=True)
class Change:
    """What is different for clients: `type` as graphql-inspector names it (`FIELD_REMOVED`), `path` the coordinates
    (`Query.member`; `schema` for what is about all of it), `level` BREAKING, DANGEROUS or NON_BREAKING."""

    type: str
    message: str
    level: str
    path: str = "schema"

    @property
    def name(self) -> str:
        return f"{self.type} {self.path}"


def lint(schema: Path) -> list[str]:
    """What graphql-schema-linter finds, after our configuration. Raises deploy.node.NodeError."""
    with workspace(HERE) as (node, folder):
        answer = node.node(str(_LINTER), "--format", "json", str(schema), cwd=folder, accept=(0, 1))
    found = json.loads(answer.stdout)["errors"]
    return [f"{each['rule']}, line {each['location']['line']}: {each['message']}" for each in found]


def changes(before: Path, after: Path) -> list[Change]:
    """Raises deploy.node.NodeError."""
    with workspace(HERE) as (node, folder):
        answer = node.node("changes.mjs", str(before), str(after), cwd=folder)
    return [Change(**each) for each in json.loads(answer.stdout)]


def accepted(file: Path = ACCEPTED) -> dict[str, str]:
    """The breaking changes since the last release that were decided on: their names and the reasons."""
    listed = tomllib.loads(file.read_text()).get("change", [])
    return {f"{each['type']} {each['path']}": each["reason"] for each in listed}


def unaccepted(found: Iterable[Change], listed: dict[str, str]) -> list[str]:
    """The breaking changes that nobody decided on."""
    return [each.message for each in found if each.level == "BREAKING" and each.name not in listed]
