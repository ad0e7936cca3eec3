"""What a file really is, by its first bytes."""

import codecs
from collections.abc import Callable, Mapping
from typing import Any, Final

import puremagic

HEAD_BYTES: Final = 8_192
"""How much of a file is looked at."""

_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\r\f")


def is_of_type(head: bytes, media_type: str) -> bool:
    """Whether a file that begins with `head` can be of the type.

    Text has no mark of its own: it is UTF-8 without control characters, and nothing that has a mark. Types in ZIP
    (office documents) are told from others, not from each other.
    """
    looks_like = _BY_LOOKING.get(media_type)
    return looks_like(head) if looks_like else media_type in _marks(head)


def _marks(head: bytes) -> set[str]:
    """The types whose marks are there, the sure and the possible ones."""
    try:
        found: list[Any] = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return set()
    return {match.mime_type for match in found}


def _is_text(head: bytes) -> bool:
    if head.startswith(b"#!") or any(byte in _CONTROLS for byte in head):
        return False
    try:
        # The head may end in the middle of a character.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not _marks(head) - _TEXTS


def _is_pdf(head: bytes) -> bool:
    """At the very beginning: readers also look for it later, behind whatever else a file may be at the same time."""
    return head.startswith(b"%PDF-")


_BY_LOOKING: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "text/plain": _is_text,
    "text/csv": _is_text,
    "application/pdf": _is_pdf,
}
_TEXTS: Final = frozenset({"text/plain", "text/csv"})
