"""Python tools that live in environments of their own under `.run`, because their dependencies are not ours."""

import subprocess
import sys
from pathlib import Path

from deploy.node import RUN_DIRECTORY, exclusive, hash_files


class ToolUnavailable(Exception):
    """pip could not install the tool; the message is what it said last."""


def tool(name: str, requirements: Path) -> Path:
    """The folder of the commands of the environment `.run/<name>`, made of `requirements` (exact versions) when it is
    not there yet. Raises ToolUnavailable."""
    folder = RUN_DIRECTORY / name
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder):
        stamp, digest = folder / ".stamp", hash_files([requirements])
        if not stamp.is_file() or stamp.read_text() != digest:
            _run(sys.executable, "-m", "venv", "--clear", str(folder / "venv"))
            pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--quiet"]
            _run(*pip, "--disable-pip-version-check", "-r", str(requirements))
            stamp.write_text(digest)
    return folder / "venv" / "bin"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise ToolUnavailable(lines[-1] if lines else f"exit code {done.returncode}")
