"""A file system of a few hundred megabytes that only the processes inside it see, filled and emptied at will."""

import errno
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deploy.local.process import tethered

_MOUNTED: Final = "mounted"
_BLOCK: Final = b"\0" * 65536


class SmallDisk:
    """Mounted on `directory` in a namespace of its own, which needs no rights where users may make namespaces."""

    def __init__(self, directory: Path, *, megabytes: int) -> None:
        self._directory = directory
        mount = f"mount -t tmpfs -o size={megabytes}m none {directory} && echo {_MOUNTED} && exec sleep infinity"
        self._holder = subprocess.Popen(
            tethered(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount], signal.SIGKILL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline().strip() != _MOUNTED:
            raise OSError(errno.EPERM, f"no file system of one's own: {self._holder.communicate()[1]}")

    @property
    def inside(self) -> Sequence[str]:
        """The beginning of a command that runs where the disk is seen."""
        return ["nsenter", f"--target={self._holder.pid}", "--user", "--mount", "--preserve-credentials"]

    def make(self, directory: Path) -> None:
        """A directory on the disk, by the path under which processes inside see it."""
        self._from_outside(directory).mkdir(parents=True, exist_ok=True)

    def fill(self) -> None:
        """Until not one block is left."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(_BLOCK)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def empty(self) -> None:
        """Take away what `fill` wrote."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        self._holder.kill()
        self._holder.communicate()

    @property
    def _ballast(self) -> Path:
        return self._from_outside(self._directory / "ballast")

    def _from_outside(self, path: Path) -> Path:
        return Path(f"/proc/{self._holder.pid}/root{path}")


@contextmanager
def small_disk(directory: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Raises OSError where this machine forbids it."""
    directory.mkdir(parents=True, exist_ok=True)
    disk = SmallDisk(directory, megabytes=megabytes)
    try:
        yield disk
    finally:
        disk.close()
