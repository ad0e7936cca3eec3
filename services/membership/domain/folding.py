"""Names as people type them: without case, diacritics and punctuation, so that "malmo" finds Malmö."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
_SEPARATORS: Final = re.compile(r"[\W_]+")


def words(text: str) -> list[str]:
    """The folded words of `text`, in their order: "Čair (Skopje)" → ["cair", "skopje"]."""
    base = "".join(character for character in _decomposed(text) if not unicodedata.combining(character))
    return [word for word in _SEPARATORS.split(base) if word]


def fold(text: str) -> str:
    """One key for all spellings of a name: its folded words, joined by single spaces."""
    return " ".join(words(text))


def search_terms(names: Iterable[str]) -> list[str]:
    """Every folded word of `names`, once each, sorted."""
    return sorted({word for name in names for word in words(name)})


def _decomposed(text: str) -> str:
    """In small base letters, each followed by its marks. Decomposed before too: "ℌ" becomes a capital H only then."""
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFKD", small)
