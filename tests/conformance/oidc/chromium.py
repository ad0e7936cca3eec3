"""A real browser, driven from Python."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from deploy.local import packages
from deploy.local.refusal import Refusal
from deploy.node import RUN_DIRECTORY

from .provider import workshop

PACKAGE: Final = "chromium"
_COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


class Chromium:
    """One browser. `become` chooses whose cookies it has."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def become(self, name: str) -> None:
        self._do("become", name)

    def goto(self, url: str) -> int:
        """The status of the answer after all redirects."""
        return int(self._do("goto", url))

    @property
    def url(self) -> str:
        return str(self._do("url"))

    @property
    def text(self) -> str:
        """What a person reads on the page."""
        return str(self._do("text"))

    def arrive(self, url: str) -> None:
        """Wait until the browser is at `url` (a glob)."""
        self._do("arrive", url)

    def fill(self, selector: str, value: str) -> None:
        self._do("fill", selector, value)

    def press(self, button: str) -> None:
        self._do("press", button)

    def follow(self, link: str) -> None:
        self._do("follow", link)

    def cookies(self, url: str) -> dict[str, dict[str, Any]]:
        """Those that the browser would send to `url`, by name."""
        return {cookie["name"]: cookie for cookie in self._do("cookies", url)}

    def run(self, script: str) -> Any:
        """The value of a script on the page; promises are awaited."""
        return self._do("run", script)

    def _do(self, *action: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(action) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the browser is gone at {action}"
        answer = json.loads(line)
        assert "error" not in answer, answer["error"]
        return answer["value"]


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser with a cookie jar of its own, gone after the block. Without one on this machine the test is skipped; CI
    installs it."""
    executable = _executable()
    # A browser's sandbox does not work for root, which is who runs CI.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with workshop() as (node, folder):
        process = subprocess.Popen(
            [str(node.executable), "browser.mjs", json.dumps({"executable": executable, "arguments": arguments})],
            cwd=folder,
            env=dict(node.environment()),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            browser = Chromium(process)
            browser.become("somebody")
            yield browser
        finally:
            _end(process)


def _executable() -> str:
    found = _on_path()
    if found is None and os.environ.get("CI"):
        _install()
        found = _on_path()
    if found is None:
        pytest.skip(f"no browser on this machine: run `apt-get install {PACKAGE}` as root to run this test")
    return found


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, _COMMANDS)), None)


def _install() -> None:
    log = RUN_DIRECTORY / "logs" / "chromium.log"
    try:
        packages.install([PACKAGE], needed_for="Signing in is tested with a real browser", log=log)
    except Refusal as refusal:
        pytest.fail(str(refusal))


def _end(process: "subprocess.Popen[str]") -> None:
    """At the end of its input the driver closes the browser."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
