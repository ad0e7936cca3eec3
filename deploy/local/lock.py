"""One platform per data directory, and a way to find out who runs it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deploy.local.refusal import Refusal


@contextmanager
def held(data: Path, *, refusal: str) -> Iterator[None]:
    """Own a data directory. Raises Refusal with the given sentence, its `{pid}` filled in, when somebody else does.

    The kernel drops the lock when its owner dies, however it dies.
    """
    data.mkdir(parents=True, exist_ok=True)
    with _path(data).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal(refusal.format(pid=owner(data))) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def is_held(data: Path) -> bool:
    """Whether somebody owns the data directory now."""
    with suppress(FileNotFoundError), _path(data).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def owner(data: Path) -> str:
    """The process id of the last owner; '?' when nobody ever was."""
    with suppress(OSError):
        return _path(data).read_text().strip() or "?"
    return "?"


def _path(data: Path) -> Path:
    return data / "lock"
