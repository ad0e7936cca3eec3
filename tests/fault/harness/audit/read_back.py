"""Every acknowledged change, asked for through GraphQL: the whole way that people go."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from ..ledger import Kind, Ledger
from ..stage import Stage

_BATCH: Final = 50
_QUERY: Final = """
query($ids: [ID!]!) {
  nodes(ids: $ids) {
    id
    ... on City { version }
    ... on Member { version }
    ... on Conference { version }
    ... on Registration { version }
    ... on Cycle { version }
    ... on Report { version }
  }
}"""


def missing(stage: Stage, ledger: Ledger) -> Iterator[str]:
    """What was acknowledged and cannot be read, or is not at the version that was acknowledged last."""
    newest: dict[str, int] = {}
    for _, outcome in ledger.of(Kind.ACKNOWLEDGED):
        identity, version = outcome.payload["id"], outcome.payload["version"]
        newest[identity] = max(version, newest.get(identity, 0))
    for batch in _batches(list(newest)):
        for identity, node in zip(batch, _nodes(stage, batch), strict=True):
            if node is None:
                yield f"{identity} was acknowledged and cannot be read"
            elif node["version"] != newest[identity]:
                yield f"{identity} was acknowledged as version {newest[identity]} and is version {node['version']}"


def _nodes(stage: Stage, ids: Sequence[str]) -> list[dict[str, Any] | None]:
    found: list[dict[str, Any] | None] = stage.platform.ask(_QUERY, ids=list(ids))["nodes"]
    return found


def _batches(ids: list[str]) -> Iterator[list[str]]:
    rest = iter(ids)
    while batch := list(islice(rest, _BATCH)):
        yield batch
