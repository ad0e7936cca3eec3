"""What files something may have: data, not code. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1_000_000
GIGABYTE: Final = 1_000 * MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """A type that is taken, how a name of such a file may end, and how many bytes it may have."""

    extensions: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """`types` by their name, such as `application/pdf`; `max_files` may belong to one thing."""

    types: Mapping[str, MediaType]
    max_files: int
