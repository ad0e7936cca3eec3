"""Facts 10, 14 and 15: versions that are not free to move. Whoever moves one has read what `docs/stack.md` says of it,
has seen the canary pass (`tests/integration/chassis/test_green_threads.py`), and then changes this page."""

from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

CONSTRAINTS = Path(__file__).parents[3] / "constraints.txt"


def pinned(name: str) -> Version:
    pins = dict(line.split("==") for line in CONSTRAINTS.read_text().splitlines() if "==" in line)
    return Version(pins[name])


@pytest.mark.parametrize(
    ("name", "from_", "below", "why"),
    [
        ("pymongo", "4.20", "4.21", "it runs on eventlet by luck: its makers gave that up"),
        ("graphql-core", "3.2", "3.3", "graphene goes no further"),
        ("setuptools", "77", "81", "nameko still imports pkg_resources"),
        ("nameko", "2.14.1", "2.14.2", "the chassis overrides its insides"),
    ],
)
def test_a_version_that_must_not_move_unseen(name: str, from_: str, below: str, why: str) -> None:
    assert Version(from_) <= pinned(name) < Version(below), why
    assert Version(version(name)) == pinned(name), "what is installed is not what is pinned"
