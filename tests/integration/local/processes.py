"""What runs on this machine on behalf of a test."""

import os
from contextlib import suppress
from pathlib import Path


def marked(mark: str) -> dict[int, str]:
    """Process id → name of every living process with `mark` (a `NAME=value`) in its environment.

    A zombie has no environment any more, so it does not count.
    """
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "comm").read_text().strip()
    found.pop(os.getpid(), None)
    return found
