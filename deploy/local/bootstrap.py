"""Makes and keeps up the environment in .venv: `python3 -m deploy.local.bootstrap`.

Runs under the system's Python before anything is installed, so: standard library only, and a syntax that an old
Python can still read, because only then can it say that it is too old.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local import packages
from deploy.local.refusal import Refusal

OLDEST = (3, 11)
EXTRAS = "service,gateway,dev"
ROOT = Path(__file__).resolve().parents[2]
INPUTS = ("pyproject.toml", "constraints.txt")
NEEDED_BYTES = 1_500_000_000  # environment, mongod and the journals of an empty database


def main() -> int:
    """Exit code 0 with an up-to-date .venv, or 1 after one sentence on stderr."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # not every terminal knows every sign
    try:
        prepare(ROOT)
    except Refusal as refusal:
        return _refuse(str(refusal))
    except OSError as error:
        return _refuse(
            f"The environment cannot be written: {error.strerror} ({error.filename or ROOT});"
            " make room there, or start as the owner of the checkout."
        )
    except KeyboardInterrupt:
        return _refuse("Interrupted while making the environment; the next start goes on from here.")
    return 0


def prepare(root: Path) -> None:
    """Make or update `root`/.venv unless its stamp says that nothing changed. Raises Refusal, OSError."""
    require_python(sys.version_info[:2], sys.executable)
    environment = root / ".venv"
    if _is_current(environment, root):
        return
    log = root / ".run" / "logs" / "bootstrap.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with _alone(root / ".run" / "bootstrap.lock"):
        if _is_current(environment, root):  # another start made it while this one waited
            return
        log.write_bytes(b"")
        _require_room(root)
        _make(environment, root, log)
        _install(environment, root, log)
        _stamp(environment).write_text(fingerprint(root))


def require_python(version: Sequence[int], executable: str) -> None:
    """Raise Refusal for a Python that is too old."""
    if tuple(version) < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        found = ".".join(map(str, version))
        raise Refusal(
            f"Python {wanted} or newer is needed and {executable} is {found}:"
            f" install it and name it, e.g. `make run PYTHON3=python{wanted}`."
        )


def fingerprint(root: Path) -> str:
    """Changes when the environment has to be updated: its inputs, the Python, or the place of the checkout."""
    digest = hashlib.sha256()
    for name in INPUTS:
        path = root / name
        digest.update(path.read_bytes() if path.exists() else b"")
        digest.update(b"\0")
    digest.update(_origin(root).encode())
    return digest.hexdigest() + "\n" + _origin(root) + "\n"


def _origin(root: Path) -> str:
    # The scripts of an environment hold its absolute path, so a copied or moved one is of no use.
    return f"{EXTRAS} {sys.version_info[0]}.{sys.version_info[1]} {root}"


def _stamp(environment: Path) -> Path:
    return environment / "fingerprint"


def _is_current(environment: Path, root: Path) -> bool:
    stamp = _stamp(environment)
    return (environment / "bin" / "python").exists() and _text(stamp) == fingerprint(root)


def _make(environment: Path, root: Path, log: Path) -> None:
    stamped = _text(_stamp(environment)).splitlines()
    moved = len(stamped) > 1 and stamped[1] != _origin(root)
    if not moved and _run([_python(environment), "-m", "pip", "--version"], log):
        print("Updating the environment in .venv …" if stamped else "Going on with .venv …", flush=True)
        return
    print("Making the environment in .venv (once, about a minute) …", flush=True)
    if importlib.util.find_spec("ensurepip") is None:
        _install_ensurepip(log)
    if not _run([sys.executable, "-m", "venv", "--clear", str(environment)], log):
        raise _failed(f"{sys.executable} could not make an environment in {environment}", log)


def _install_ensurepip(log: Path) -> None:
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    packages.install([package], needed_for="Making the Python environment needs a Debian package", log=log)


def _install(environment: Path, root: Path, log: Path) -> None:
    command = [_python(environment), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if (root / "constraints.txt").exists():
        command += ["--constraint", str(root / "constraints.txt")]
    command += ["--editable", f"{root}[{EXTRAS}]"]
    if not _run(command, log):
        raise _failed("pip could not install the packages", log)


def _require_room(root: Path) -> None:
    free = shutil.disk_usage(root).free
    if free < NEEDED_BYTES:
        raise Refusal(
            f"Only {free / 1e9:.1f} GB are free on the disk of {root} and {NEEDED_BYTES / 1e9:.1f} GB are needed:"
            " make room, then start again."
        )


def _python(environment: Path) -> str:
    return str(environment / "bin" / "python")


def _run(command: Sequence[str], log: Path) -> bool:
    """Run with all output in the log; False when it fails or does not exist."""
    with log.open("ab") as output:
        output.write(f"$ {' '.join(command)}\n".encode())
        output.flush()
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False
            )
        except (FileNotFoundError, PermissionError):
            return False
    return done.returncode == 0


def _failed(what: str, log: Path) -> Refusal:
    return Refusal(f"{what} ({packages.reason(log)}): see {log}, put it right, then start again.")


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, NotADirectoryError):
        return ""


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two starts at once must not make the same environment: the second waits for the first."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
