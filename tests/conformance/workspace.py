"""A folder for one run of npm packages, which are installed into `.run` on first use."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.node import RUN_DIRECTORY, Node, find_node, install_packages


@contextmanager
def workspace(source: Path) -> Iterator[tuple[Node, Path]]:
    """A copy of `source`, a folder with a package.json; node finds the packages above it.

    Raises deploy.node.NodeError.
    """
    node = find_node()
    workshop = RUN_DIRECTORY / f"conformance-{source.name}"
    install_packages(node, source=source, into=workshop)
    with tempfile.TemporaryDirectory(dir=workshop) as scratch:
        folder = Path(scratch) / "copy"
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
        yield node, folder
