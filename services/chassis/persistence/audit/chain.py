"""The hash chain: each sealed entry carries its number, the hash of the one before, and a hash of both together.

    hash = SHA-256(previous + canonical text of the entry without its seal), in hex

The first entry of a chain follows 64 zeros. The canonical text is MongoDB's Extended JSON v2 in its canonical form,
which tells every type apart, with sorted keys, no blanks, and everything beyond ASCII escaped. Pure.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bson.json_util import CANONICAL_JSON_OPTIONS, dumps

Entry = Mapping[str, Any]

SEAL: Final = "seal"


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many entries it has, and the hash of the last one."""

    number: int = 0
    hash: str = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    number: int
    previous: str
    hash: str

    @property
    def head(self) -> Head:
        return Head(self.number, self.hash)

    def as_dict(self) -> dict[str, Any]:
        return {"number": self.number, "previous": self.previous, "hash": self.hash}


def seals(head: Head, entries: Iterable[Entry]) -> Iterator[Seal]:
    """The seals of `entries` when they follow `head`, in their order."""
    for entry in entries:
        seal = Seal(number=head.number + 1, previous=head.hash, hash=digest(head.hash, entry))
        yield seal
        head = seal.head


class BreakKind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    UNLINKED = "unlinked"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"


class Broken(Exception):
    """A chain is not as it was sealed, first at entry `number`; `entry` is the id of what stands there."""

    def __init__(self, kind: BreakKind, number: int, what: str, *, entry: str | None = None) -> None:
        super().__init__(what)
        self.kind = kind
        self.number = number
        self.what = what
        self.entry = entry


def followed(head: Head, entries: Iterable[Entry]) -> Iterator[Head]:
    """The head after each of the sealed `entries`, which follow `head` in their order. Raises Broken."""
    for entry in entries:
        head = _next(head, entry)
        yield head


def _next(head: Head, entry: Entry) -> Head:
    seal, expected = entry[SEAL], head.number + 1
    identity = str(entry.get("_id"))
    if seal["number"] != expected:
        raise Broken(BreakKind.MISSING, expected, f"entry {expected} is missing; the next is {seal['number']}")
    if seal.get("previous") != head.hash:
        what = f"entry {expected} does not follow what stands before it: one of the two was written anew"
        raise Broken(BreakKind.UNLINKED, expected, what, entry=identity)
    if seal.get("hash") != digest(head.hash, entry):
        what = f"entry {expected} is not what was sealed: it, or its seal, was changed"
        raise Broken(BreakKind.CHANGED, expected, what, entry=identity)
    return Head(expected, seal["hash"])


def digest(previous: str, entry: Entry) -> str:
    return hashlib.sha256(previous.encode() + canonical(entry)).hexdigest()


def canonical(entry: Entry) -> bytes:
    content = {name: value for name, value in entry.items() if name != SEAL}
    text = dumps(content, json_options=CANONICAL_JSON_OPTIONS, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode()
