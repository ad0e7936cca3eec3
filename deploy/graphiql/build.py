"""From the sources beside this file to `gateway/http/graphiql/dist`."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.node import RUN_DIRECTORY, exclusive, find_node, hash_files, install_packages

SOURCES = Path(__file__).resolve().parent
DIST = SOURCES.parents[1] / "gateway" / "http" / "graphiql" / "dist"
WORKSHOP = RUN_DIRECTORY / "graphiql"
STAMP = ".stamp"
SOURCE_SUFFIXES = {".json", ".mjs", ".jsx", ".css", ".html", ".svg", ".graphql"}


@dataclass(frozen=True)
class Size:
    """What a folder holds, in files and bytes."""

    files: int
    octets: int

    @classmethod
    def of(cls, directory: Path) -> "Size":
        sizes = [path.stat().st_size for path in directory.rglob("*") if path.is_file()]
        return cls(files=len(sizes), octets=sum(sizes))


def is_current() -> bool:
    """Whether the built folder belongs to the sources and the lock as they are now."""
    stamp = DIST / STAMP
    return stamp.is_file() and stamp.read_text() == hash_files(_sources())


def build() -> Size:
    """Build afresh and put the result in place of the old. Raises deploy.node.NodeError."""
    node = find_node()
    install_packages(node, source=SOURCES, into=WORKSHOP)
    with exclusive(WORKSHOP):
        for path in _sources():
            shutil.copyfile(path, WORKSHOP / path.name)
        output = WORKSHOP / "dist"
        shutil.rmtree(output, ignore_errors=True)
        node.node("build.mjs", str(output), cwd=WORKSHOP)
        (output / STAMP).write_text(hash_files(_sources()))
        _replace(DIST, by=output)
    return Size.of(DIST)


def _sources() -> list[Path]:
    return sorted(path for path in SOURCES.iterdir() if path.suffix in SOURCE_SUFFIXES)


def _replace(directory: Path, *, by: Path) -> None:
    # The stamp is the last file written before the move, so a folder that has one is whole.
    shutil.rmtree(directory, ignore_errors=True)
    directory.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(by, directory)
