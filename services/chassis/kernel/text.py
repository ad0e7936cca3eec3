"""Text in several languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


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
