"""What is told about a limit."""

from typing import Any, Final

_MOST_SHOWN: Final = 10**9
"""Fragments that spread each other can make numbers that fill a screen."""


class LimitExceeded(Exception):
    """The document asks for too much; the message says of what, and how much there may be. `asked` is None when
    counting it all would already cost too much."""

    def __init__(self, message: str, *, name: str, asked: int | None, allowed: int) -> None:
        super().__init__(message)
        self.name = name
        self.asked = None if asked is None else min(asked, _MOST_SHOWN)
        self.allowed = allowed

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "asked": self.asked, "allowed": self.allowed}


_WORDS: Final = {
    "root_fields": "fields at the root",
    "list_items": "items in one list",
    "depth": "levels",
    "introspection_depth": "levels of introspection",
    "introspection_nesting": "nested lists of introspection",
    "cost": "objects that its lists may give",
}


def compare(name: str, count: int, allowed: int) -> None:
    """Raises LimitExceeded."""
    if count > allowed:
        shown = str(count) if count < _MOST_SHOWN else "billions"
        words = _WORDS.get(name, name)
        message = f"The query asks for too many {words}: {shown}, where {allowed} are allowed."
        raise LimitExceeded(message, name=name, asked=count, allowed=allowed)
