"""File names: what people call a file, safe to be given to another person's machine. Pure."""

import unicodedata
from typing import Final

MAX_NAME: Final = 200
_SEPARATORS: Final = frozenset('/\\:*?"<>|')
"""Parts of a path, and what some system does not allow in a name."""


def fault_of(name: str) -> str | None:
    """What is wrong with a name, as a sentence; None: nothing.

    Control and format characters are refused too: one of them turns the direction of writing, so that `exe.pdf` can be
    the beginning of a name that ends with `fdp.exe`.
    """
    if any(letter in _SEPARATORS for letter in name):
        return 'A file name holds no path and none of / \\ : * ? " < > |.'
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        return "A file name holds no control characters."
    if name.startswith(".") or name.endswith((".", " ")):
        return "A file name neither begins nor ends with a full stop."
    return None


def extension_of(name: str) -> str:
    """In small letters, without the full stop; empty when there is none."""
    _, dot, extension = name.rpartition(".")
    return extension.lower() if dot else ""
