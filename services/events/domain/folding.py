"""Text compared and searched as people mean it."""

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
"""Letters that Unicode does not decompose into a base letter and a mark."""

_SEPARATORS: Final = re.compile(r"[\W_]+")


def words(text: str) -> list[str]:
    """The words of `text` without case, marks and punctuation: "Kadıköy, 2022" → ["kadikoy", "2022"]."""
    # Decomposed first: some signs, such as "㎐", only then show the capitals they hold.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    base = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [word for word in _SEPARATORS.split(base.translate(_LETTERS)) if word]


def fold(text: str) -> str:
    """One key for all spellings of a text: its folded words, joined by single blanks."""
    return " ".join(words(text))
