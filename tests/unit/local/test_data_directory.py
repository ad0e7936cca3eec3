"""The data directory: who owns it, how much room it has, what a reset takes away."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.local import lock, room, suite
from deploy.local.process import last_words
from deploy.local.refusal import Refusal


def test_a_data_directory_has_one_owner(tmp_path: Path) -> None:
    with (
        lock.held(tmp_path, refusal="unused"),
        pytest.raises(Refusal, match=f"^taken by {os.getpid()}$"),
        lock.held(tmp_path, refusal="taken by {pid}"),
    ):
        pytest.fail("both own it")


def test_the_lock_ends_with_its_owner(tmp_path: Path) -> None:
    assert not lock.is_held(tmp_path)
    with lock.held(tmp_path, refusal=""):
        assert lock.is_held(tmp_path)
        assert lock.owner(tmp_path) == str(os.getpid())
    assert not lock.is_held(tmp_path)


def test_a_reset_keeps_what_was_downloaded(tmp_path: Path) -> None:
    for name in ("mongodb", "rabbitmq", "logs", "tools"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "seeding").touch()
    room.wipe(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["tools"]
    room.wipe(tmp_path / "absent")


def test_a_full_disk_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free=10_000_000))
    with pytest.raises(Refusal) as refusal:
        room.require_room(tmp_path)
    assert str(refusal.value) == (
        f"Only 10 MB are free on the disk of {tmp_path} and 500 MB are needed:"
        " make room, or choose another place with RUN_DIRECTORY=/some/folder."
    )


def test_only_test_runs_that_are_over_are_swept_away(tmp_path: Path) -> None:
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    for name in (f"test-{over.pid}", f"test-{os.getpid()}", "test-x", "mongodb"):
        (tmp_path / name).mkdir()
    suite.sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mongodb", f"test-{os.getpid()}", "test-x"]


def test_last_words_are_the_last_line_that_says_something(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("first\nsecond\n\n  \n")
    assert last_words(log) == "second"
    log.write_text("x" * 10_000)
    assert last_words(log) == "x" * 300
    assert last_words(tmp_path / "absent") == ""
