import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.local import bootstrap
from deploy.local.refusal import Refusal
from deploy.local.settings import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname='x'\n")
    return tmp_path


def test_the_environment_is_updated_when_an_input_changes(checkout: Path) -> None:
    before = bootstrap.fingerprint(checkout)
    assert bootstrap.fingerprint(checkout) == before
    (checkout / "constraints.txt").write_text("a==1\n")
    with_constraints = bootstrap.fingerprint(checkout)
    (checkout / "pyproject.toml").write_text("[project]\nname='y'\n")
    assert len({before, with_constraints, bootstrap.fingerprint(checkout)}) == 3


def test_a_copied_environment_is_made_anew(checkout: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(checkout / "pyproject.toml", copy)
    assert bootstrap.fingerprint(copy) != bootstrap.fingerprint(checkout)


def test_an_up_to_date_environment_is_left_alone(checkout: Path) -> None:
    environment = checkout / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(sys.executable)
    (environment / "fingerprint").write_text(bootstrap.fingerprint(checkout))
    bootstrap.prepare(checkout)
    assert sorted(path.name for path in environment.iterdir()) == ["bin", "fingerprint"]
    assert not (checkout / ".run").exists()


def test_an_old_python_is_refused_with_the_way_out() -> None:
    bootstrap.require_python((3, 11), "python3")
    with pytest.raises(Refusal) as refusal:
        bootstrap.require_python((3, 9), "/usr/bin/python3")
    assert str(refusal.value) == (
        "Python 3.11 or newer is needed and /usr/bin/python3 is 3.9:"
        " install it and name it, e.g. `make run PYTHON3=python3.11`."
    )


def test_a_full_disk_is_refused_before_anything_is_made(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free=200_000_000))
    with pytest.raises(Refusal, match=r"^Only 0.2 GB are free on the disk of .* and 1.5 GB are needed: make room, "):
        bootstrap.prepare(checkout)
    assert not (checkout / ".venv").exists()


def test_the_bootstrap_needs_nothing_but_the_standard_library() -> None:
    """-S and -I: no site packages, nothing from the environment."""
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import deploy.local.bootstrap"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
