"""Room on the disk, and making it: what the platform needs and what `make reset` gives back."""

import shutil
from pathlib import Path

from deploy.local.refusal import Refusal

NEEDED_BYTES = 500_000_000  # the journals of an empty database take 300 MB
KEPT = {"tools", "graphiql", "lock", "bootstrap.lock"}  # what was downloaded or built is not data


def require_room(data: Path) -> None:
    """Raise Refusal when the disk is too full for a database."""
    free = shutil.disk_usage(data).free
    if free < NEEDED_BYTES:
        raise Refusal(
            f"Only {free / 1e6:.0f} MB are free on the disk of {data} and {NEEDED_BYTES / 1e6:.0f} MB are needed:"
            " make room, or choose another place with RUN_DIRECTORY=/some/folder."
        )


def wipe(data: Path) -> None:
    """Remove everything in a data directory but the tools. Raises OSError."""
    for path in data.iterdir() if data.is_dir() else ():
        if path.name in KEPT:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
