"""apt-get is played by a script that works as the real one does where it matters: its exit code and its words."""

import os
import stat
from pathlib import Path

import pytest

from deploy.local import packages
from deploy.local.refusal import Refusal

NEEDED_FOR = "The broker needs packages"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH but for `env`, with no init system behind."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "env").symlink_to("/usr/bin/env")
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages, "SYSTEMD", tmp_path / "no-systemd")
    return folder


def apt_get(path: Path, script: str) -> None:
    file = path / "apt-get"
    file.write_text(f'#!/bin/sh\necho "$@" >> {path}/calls\n{script}\n')
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


def calls(path: Path) -> list[str]:
    """The commands and packages that apt-get was given, without its options."""
    lines = (path / "calls").read_text().splitlines()
    return [" ".join(word for word in line.split() if not word.startswith("--")) for line in lines]


def test_what_can_be_installed_is_installed(path: Path, tmp_path: Path) -> None:
    apt_get(path, "exit 0")
    packages.install(["rabbitmq-server"], needed_for=NEEDED_FOR, log=tmp_path / "apt.log")
    assert calls(path) == ["install rabbitmq-server"]


def test_stale_package_lists_are_updated(path: Path, tmp_path: Path) -> None:
    apt_get(path, f'case "$*" in *update*) : > {path}/updated;; *) [ -e {path}/updated ];; esac')
    packages.install(["rabbitmq-server"], needed_for=NEEDED_FOR, log=tmp_path / "apt.log")
    assert calls(path) == ["install rabbitmq-server", "update", "install rabbitmq-server"]


def test_a_failure_is_one_sentence_with_the_last_error(path: Path, tmp_path: Path) -> None:
    apt_get(path, 'echo "E: Broken packages."; echo "Good bye."; exit 100')
    log = tmp_path / "apt.log"
    with pytest.raises(Refusal) as refusal:
        packages.install(["rabbitmq-server"], needed_for=NEEDED_FOR, log=log)
    assert str(refusal.value) == (
        "The broker needs packages, but apt-get could not install rabbitmq-server (E: Broken packages.):"
        f" see {log}, put it right, then start again."
    )


def test_without_the_right_to_install_the_command_is_named(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt_get(path, "exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Refusal) as refusal:
        packages.install(["rabbitmq-server"], needed_for=NEEDED_FOR, log=tmp_path / "apt.log")
    assert str(refusal.value) == (
        "The broker needs packages, and installing needs root: run"
        " `apt-get install --no-install-recommends rabbitmq-server` as root, then start again."
    )
    assert not (path / "calls").exists()


def test_elsewhere_than_on_debian_the_package_is_named(path: Path, tmp_path: Path) -> None:
    with pytest.raises(
        Refusal, match=r"^The broker needs packages, and there is no apt-get here to get them: install a b by"
    ):
        packages.install(["a", "b"], needed_for=NEEDED_FOR, log=tmp_path / "apt.log")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\nERROR: two\nthree\n", "ERROR: two"),
        ("one\ntwo\n\n", "two"),
        ("E: Failed to fetch x  Temporary failure resolving 'y'\nE: Unable to fetch", "the network does not answer"),
        ("OSError: [Errno 28] No space left on device\nERROR: x", "the disk is full"),
        ("", ""),
    ],
)
def test_the_reason_is_said_in_our_words_where_we_know_better(text: str, expected: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(text)
    assert packages.reason(log) == expected
    assert packages.reason(tmp_path / "absent") == ""
