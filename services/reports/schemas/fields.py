"""Fields that requests, views and messages share."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.core import get_locale_identifier, parse_locale
from marshmallow import ValidationError, fields

from services.chassis.kernel.text import LocalizedText

from ..domain.dates import PartialDate

MAX_TEXT_LENGTH: Final = 20_000


class LocalizedTextField(fields.Field[LocalizedText]):
    """Text by BCP 47 tag with the language marked in which it was written. Tags are brought into their usual case."""

    def _serialize(self, value: LocalizedText | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else value.as_dict()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> LocalizedText:
        if not _has_shape(value):
            raise ValidationError('This must be {"original": language tag, "texts": {language tag: text}}.')
        wrong = {tag: [problem] for tag, text in value["texts"].items() if (problem := _problem(tag, text))}
        if wrong:
            raise ValidationError({"texts": wrong})
        texts = {_usual_case(tag): text for tag, text in value["texts"].items()}
        original = _usual_case(value["original"])
        if original not in texts:
            raise ValidationError({"original": ["There is no text in the language that is marked as the original."]})
        return LocalizedText(original=original, texts=texts)


class PartialDateField(fields.Field[PartialDate]):
    """EDTF level 0: "2006", "2006-09", "2006-09-20"."""

    def _serialize(self, value: PartialDate | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> PartialDate:
        try:
            return PartialDate.parse(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("This must be a date like 2006, 2006-09 or 2006-09-20.") from error


class Instant(fields.AwareDateTime):
    """An instant in UTC: ISO 8601 to the millisecond, with Z."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _has_shape(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == {"original", "texts"}
        and isinstance(value["original"], str)
        and isinstance(value["texts"], Mapping)
    )


def _problem(tag: str, text: Any) -> str | None:
    if not _usual_case(tag):
        return f"{tag!r} is not a language tag like en, de-AT or zh-Hant."
    if not isinstance(text, str) or not text.strip():
        return "Write a text, or leave this language out."
    if len(text) > MAX_TEXT_LENGTH:
        return f"This text has {len(text)} characters; at most {MAX_TEXT_LENGTH} are possible."
    return None


@lru_cache(maxsize=512)
def _usual_case(tag: str) -> str:
    """`tag` as BCP 47 recommends to write it, or "" when it names no language."""
    try:
        parts = parse_locale(tag, sep="-")
    except ValueError:
        return ""
    return get_locale_identifier(parts, sep="-") if parts[0] in _languages() else ""


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)
