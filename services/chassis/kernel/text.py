"""Text in several languages, and text compared as people mean it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ŧ": "t"}
)
"""Letters that Unicode does not decompose into a base letter and a mark."""

_SEPARATORS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """BCP 47 language tag → text, with the language it was written in marked. Holds at least the original."""

    original: str
    texts: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.original not in self.texts:
            raise ValueError(f"there is no text in the original language {self.original!r}")

    @classmethod
    def of(cls, language: str, text: str) -> Self:
        return cls(original=language, texts={language: text})

    def best_for(self, language: str | None) -> str:
        """The text in `language`, else in its base language (`de` for `de-AT`), else the original."""
        if language is None:
            return self.texts[self.original]
        base = language.split("-")[0]
        return self.texts.get(language) or self.texts.get(base) or self.texts[self.original]

    def as_dict(self) -> dict[str, Any]:
        return {"original": self.original, "texts": dict(self.texts)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(original=data["original"], texts=dict(data["texts"]))


def words(text: str) -> list[str]:
    """The words of `text` without case, marks and punctuation, in their order: "Čair (Skopje)" → ["cair", "skopje"]."""
    base = "".join(character for character in _decomposed(text) if not unicodedata.combining(character))
    return [word for word in _SEPARATORS.split(base) if word]


def fold(text: str) -> str:
    """One key for all spellings of a text, so that "malmo" finds Malmö: its folded words, joined by single spaces."""
    return " ".join(words(text))


def _decomposed(text: str) -> str:
    """In small base letters, each followed by its marks. Decomposed before too: "ℌ" becomes a capital H only then."""
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    return unicodedata.normalize("NFKD", small)
