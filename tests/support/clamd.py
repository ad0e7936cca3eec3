"""A real clamd, with one signature of its own: that of the EICAR test file. Nothing is downloaded."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from deploy.local import scanner

from .processes import eventually

EICAR: Final = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")).encode()
"""The harmless file that every scanner knows; in two parts, so that no scanner takes this source for it."""

THREAT: Final = "Local-Eicar-Test.UNOFFICIAL"
START_SECONDS: Final = 60.0


class Clamd:
    """`stream_max` bytes are taken at most: clamd refuses what is larger."""

    def __init__(self, folder: Path, *, stream_max: int = 100_000_000) -> None:
        self.socket = folder / "clamd.sock"
        self._configuration = folder / "clamd.conf"
        database = folder / "signatures"
        database.mkdir()
        # In hexadecimal, at any place of any file.
        (database / "local.ndb").write_text(f"Local-Eicar-Test:0:*:{EICAR.hex()}\n")
        (database / "local.hdb").write_text(f"{hashlib.md5(EICAR).hexdigest()}:{len(EICAR)}:Local-Eicar-Test\n")
        self._configuration.write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {database}\nForeground yes\nStreamMaxLength {stream_max}\n"
        )
        self._log = (folder / "clamd.log").open("wb")
        self._process = self._start()

    @property
    def setting(self) -> str:
        """For the gateway's CLAMD."""
        return f"unix:{self.socket}"

    def wait_until_ready(self) -> None:
        eventually(self._answers, seconds=START_SECONDS, interval=0.1)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def start(self) -> None:
        self._process = self._start()
        self.wait_until_ready()

    def close(self) -> None:
        if self._process.poll() is None:
            self.stop()
        self._log.close()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [str(scanner.clamd()), "--config-file", str(self._configuration)]
        return subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError(f"clamd ended with {self._process.returncode}: {self._log.name}")
        return self.socket.exists()


@contextmanager
def clamd(*, stream_max: int = 100_000_000) -> Iterator[Clamd]:
    """Skips the test where there is none, and fails in CI, which installs it."""
    if scanner.clamd() is None:
        missing = "there is no clamd: `python -m deploy.local.scanner` installs it"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        running = Clamd(Path(folder), stream_max=stream_max)
        try:
            running.wait_until_ready()
            yield running
        finally:
            running.close()
