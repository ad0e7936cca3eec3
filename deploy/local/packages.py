"""Debian packages: installed when they are missing and we may, else one sentence that says how.

Standard library only: the bootstrap uses it before there is an environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from deploy.local.refusal import Refusal

APT_GET = (
    "apt-get",
    "--yes",
    "--no-install-recommends",
    "--option=DPkg::Lock::Timeout=120",
    "--option=Acquire::Retries=3",
)
# RUNLEVEL keeps invoke-rc.d from starting what a package brings along where there is no systemd.
ENVIRONMENT = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
KNOWN_REASONS = {
    ("No space left on device", "enough free space"): "the disk is full",
    (
        "Temporary failure in name resolution",
        "Temporary failure resolving",
        "Could not resolve",
        "Network is unreachable",
        "Failed to establish a new connection",
    ): "the network does not answer",
}
SYSTEMD = Path("/run/systemd/system")


def install(packages: Sequence[str], *, needed_for: str, log: Path, units: Sequence[str] = ()) -> None:
    """Install Debian packages with apt-get, without letting the systemd `units` they bring along start.

    Raises Refusal when this is no Debian, when we may not install, and when apt-get fails.
    """
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        raise Refusal(f"{needed_for}, and there is no apt-get here to get them: install {names} by hand.")
    privileges = _privileges()
    if privileges is None:
        raise Refusal(
            f"{needed_for}, and installing needs root: run `apt-get install --no-install-recommends {names}`"
            " as root, then start again."
        )
    print(f"Installing {names} with apt-get (once) …", file=sys.stderr, flush=True)
    with _kept_down(privileges, units):
        _install(privileges, packages, needed_for=needed_for, log=log)


def run_undisturbed(command: Sequence[str], output: BinaryIO) -> int:
    """Run to the end, even through Ctrl-C, and return the exit code: half an installation is worse than waiting.

    In a session of its own, so that the terminal's Ctrl-C does not reach it. Raises KeyboardInterrupt at the end.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )
    interrupted = False
    while process.returncode is None:
        try:
            process.wait()
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return process.returncode


def reason(log: Path) -> str:
    """Why a package tool failed, from its log: in our words where we know better, else its last error."""
    try:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    for signs, words in KNOWN_REASONS.items():
        if any(sign in line for sign in signs for line in lines):
            return words
    errors = [line for line in lines if line.lower().startswith(("e:", "error", "fatal"))]
    return (errors or lines or [""])[-1][:300]


def _privileges() -> tuple[str, ...] | None:
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and _succeeds(("sudo", "--non-interactive", "true")):
        return ("sudo", "--non-interactive")
    return None


def _install(privileges: tuple[str, ...], packages: Sequence[str], *, needed_for: str, log: Path) -> None:
    settings = tuple(f"{name}={value}" for name, value in ENVIRONMENT.items())
    apt_get = (*privileges, "env", *settings, *APT_GET)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:

        def run(*arguments: str) -> bool:
            return run_undisturbed((*apt_get, *arguments), output) == 0

        # A fresh machine has no package lists, an old one stale ones: both are cured by an update.
        if run("install", *packages) or (run("update") and run("install", *packages)):
            return
    raise Refusal(
        f"{needed_for}, but apt-get could not install {' '.join(packages)} ({reason(log)}):"
        f" see {log}, put it right, then start again."
    )


@contextmanager
def _kept_down(privileges: tuple[str, ...], units: Sequence[str]) -> Iterator[None]:
    """Keep what a package would run from starting while it is installed, and from starting at boot later.

    Only units that did not exist before: a service somebody runs is theirs.
    """
    systemctl = (*privileges, "systemctl")
    fresh = tuple(unit for unit in units if not _exists(unit))
    if fresh and SYSTEMD.is_dir():
        _succeeds((*systemctl, "mask", "--runtime", *fresh))
    try:
        yield
    finally:
        if fresh and SYSTEMD.is_dir():
            _succeeds((*systemctl, "unmask", "--runtime", *fresh))
            _succeeds((*systemctl, "disable", "--now", *fresh))
        for script in map(_init_script, fresh):
            if script.exists():
                _succeeds((*privileges, "update-rc.d", script.name, "disable"))


def _exists(unit: str) -> bool:
    return _init_script(unit).exists() or (SYSTEMD.is_dir() and _succeeds(("systemctl", "cat", unit)))


def _init_script(unit: str) -> Path:
    return Path("/etc/init.d") / unit.partition(".")[0]


def _succeeds(command: tuple[str, ...]) -> bool:
    nowhere = subprocess.DEVNULL
    try:
        done = subprocess.run(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0
