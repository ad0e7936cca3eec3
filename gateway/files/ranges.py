"""Parts of a file: the arithmetic of RFC 9110, section 14, for one range of bytes. Pure."""

import re
from dataclasses import dataclass
from typing import Final

_ONE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """From `start` up to, and without, `end`."""

    start: int
    end: int

    def content_range(self, size: int) -> str:
        return f"bytes {self.start}-{self.end - 1}/{size}"


class NotSatisfiable(Exception):
    """The file has no such part."""


def part_of(header: str | None, size: int) -> Part | None:
    """The part that a Range header asks for, of a file of `size` bytes (one at least).

    None: the whole file is to be given. So it is without a header, and for what a server may ignore: another unit,
    several ranges, what is no range at all. Raises NotSatisfiable.
    """
    found = _ONE.fullmatch(header.strip()) if header is not None else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return _last(int(found[2]), size)
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise NotSatisfiable
    return Part(start, end)


def _last(length: int, size: int) -> Part:
    if length == 0:
        raise NotSatisfiable
    return Part(max(0, size - length), size)
