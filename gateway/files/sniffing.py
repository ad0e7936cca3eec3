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

    Text has no mark of its own: it is UTF-8 without control characters, and nothing that has a mark. Office Open XML
    is told from what is no ZIP, not from other ZIPs: only the whole archive would tell.
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


def _is_open_document(media_type: str) -> Callable[[bytes], bool]:
    """OpenDocument 1.3, part 2, section 3.3: a ZIP whose first file, uncompressed, is called `mimetype` and says it."""
    first = b"mimetype" + media_type.encode()
    return lambda head: head.startswith(b"PK\x03\x04") and head[_ZIP_HEADER:].startswith(first)


_ZIP_HEADER: Final = 30
_OPEN_DOCUMENTS: Final = tuple(f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet"))
_BY_LOOKING: Final[Mapping[str, Callable[[bytes], bool]]] = {
    "text/plain": _is_text,
    "text/csv": _is_text,
    "application/pdf": _is_pdf,
    **{media_type: _is_open_document(media_type) for media_type in _OPEN_DOCUMENTS},
}
_TEXTS: Final = frozenset({"text/plain", "text/csv"})
