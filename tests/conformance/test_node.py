"""Which Node.js is taken, and what a person reads when there is none."""

from pathlib import Path

import pytest

from deploy import node as node_module
from deploy.node import NodeCommandFailed, NodeUnavailable, find_node, install_packages


def put_on_path(directory: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    for name, body in scripts.items():
        program = directory / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))


@pytest.fixture
def no_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No package index, and nothing unpacked yet."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setattr(node_module, "RUN_DIRECTORY", tmp_path / ".run")
    return tmp_path / ".run"


def test_node_on_path_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_index: Path) -> None:
    put_on_path(tmp_path, monkeypatch, node="echo v20.0.0", npm="exit 1")

    assert find_node().executable == tmp_path / "node"
    assert not no_index.exists()


@pytest.mark.parametrize(
    "scripts",
    [{}, {"node": "echo v24.1.0"}, {"node": "echo v18.20.4", "npm": ""}, {"node": "exit 1", "npm": ""}],
    ids=["nothing", "node without npm", "too old", "broken"],
)
def test_without_node_and_index_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_index: Path, scripts: dict[str, str]
) -> None:
    put_on_path(tmp_path, monkeypatch, **scripts)

    with pytest.raises(NodeUnavailable) as failure:
        find_node()

    message = str(failure.value)
    assert message.startswith("Node.js 20 or newer with npm is needed: put both on PATH, or let pip reach ")
    assert "\n" not in message
    # What failed half-way must not look like a finished download at the next start.
    assert [path.name for path in (no_index / "tools").iterdir()] == [".lock"]


def test_failed_installation_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, into = tmp_path / "source", tmp_path / "into"
    source.mkdir()
    for name in node_module.PACKAGE_FILES:
        (source / name).write_text(name)
    put_on_path(tmp_path, monkeypatch, node="echo v20.0.0", npm="echo npm error FetchError: refused >&2; exit 1")
    with pytest.raises(NodeCommandFailed, match="npm error FetchError: refused"):
        install_packages(find_node(), source=source, into=into)

    put_on_path(tmp_path, monkeypatch, npm="/bin/mkdir node_modules")

    assert install_packages(find_node(), source=source, into=into) is True
    assert install_packages(find_node(), source=source, into=into) is False
    (source / "package-lock.json").write_text("another version")
    put_on_path(tmp_path, monkeypatch, npm="exit 0")
    assert install_packages(find_node(), source=source, into=into) is True
