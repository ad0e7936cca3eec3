"""Fields that all services share: what crosses the boundary as text, and its value inside."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from ..kernel.dates import PartialDate
from ..kernel.text import LocalizedText
from . import standards

MAX_TEXT: Final = 2_000
MAX_NAME: Final = 200
MAX_KEY: Final = 64
MAX_NUMBER: Final = 2**31 - 1


class Text(fields.String):
    """A text that says something: trimmed, in Unicode's composed form (NFC), with an upper bound."""

    def __init__(self, *, max_length: int = MAX_TEXT, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=max_length), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return unicodedata.normalize("NFC", text).strip()


class Name(Text):
    """A short text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_NAME, **kwargs)


class Key(Text):
    """A coalition's key or the id of a thing. Whether such a thing exists, the database knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MAX_KEY, **kwargs)


class WholeNumber(fields.Integer):
    """From `minimum` to `maximum`: bounded, so that what passes also fits into the database."""

    def __init__(self, *, minimum: int = 0, maximum: int = MAX_NUMBER, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=minimum, max=maximum), **kwargs)


class Term(fields.Enum[Any]):
    """One of the domain's terms, by its value."""

    def __init__(self, terms: type[StrEnum], **kwargs: Any) -> None:
        super().__init__(terms, by_value=True, **kwargs)


class Day(fields.Date):
    """On the wire "2006-09-20" and nothing else: the library takes every form of ISO 8601."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if day.isoformat() != value:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return day


class PartialDay(fields.Field[PartialDate]):
    """On the wire "2006", "2006-09" or "2006-09-20" (EDTF level 0)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_documented("string", kwargs, format="edtf"))

    def _serialize(self, value: PartialDate | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> PartialDate:
        try:
            return PartialDate.parse(value)
        except (TypeError, ValueError):
            raise ValidationError("Not a date: write YYYY, YYYY-MM or YYYY-MM-DD.") from None


class Instant(fields.AwareDateTime):
    """On the wire ISO 8601 in UTC, to the millisecond, with Z."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class LanguageTag(fields.String):
    """A BCP 47 tag, in its usual letter case inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return standards.language_tag(text)
        except ValueError:
            raise ValidationError(f"{text!r} is no language tag (BCP 47), such as 'en' or 'pt-BR'.") from None


class CountryCode(fields.String):
    """ISO 3166-1 alpha-2, in capitals inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).upper()
        if not standards.is_country(code):
            raise ValidationError(f"{code!r} is no country of ISO 3166-1 (two letters, such as AT).")
        return code


_LOCALIZED: Final = {
    "original": {"type": "string", "description": "Language it was written in, BCP 47"},
    "texts": {"type": "object", "description": "Language tag → text"},
}


class Localized(fields.Field[LocalizedText]):
    """On the wire {"original": tag, "texts": {tag: text}}, each text of at most `max_length` characters."""

    def __init__(self, *, max_length: int = MAX_TEXT, **kwargs: Any) -> None:
        super().__init__(**_documented("object", kwargs, properties=_LOCALIZED, required=list(_LOCALIZED)))
        self._text = Text(max_length=max_length)

    def _serialize(
        self, value: LocalizedText | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> dict[str, Any] | None:
        return None if value is None else value.as_dict()

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> LocalizedText:
        if not isinstance(value, Mapping) or set(value) != {"original", "texts"}:
            raise ValidationError("Not a localized text: give `original` and `texts`.")
        texts = _at("texts", lambda: self._texts(value["texts"]))
        original = _at("original", lambda: LanguageTag().deserialize(value["original"]))
        if original not in texts:
            raise ValidationError({"original": [f"There is no text in the original language {original!r}."]})
        return LocalizedText(original=original, texts=texts)

    def _texts(self, given: Any) -> dict[Any, Any]:
        """The texts by their tags. What is wrong is told at the tag as it was given."""
        if not isinstance(given, Mapping) or not given:
            raise ValidationError("Give at least one text by its language tag.")
        read: dict[Any, Any] = {}
        wrong: dict[str | int, Any] = {}
        for tag, text in given.items():
            try:
                read[LanguageTag().deserialize(tag)] = self._text.deserialize(text)
            except ValidationError as error:
                wrong[tag] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return read


def _documented(kind: str, options: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """`options` of a field of this module, with what the generated reference cannot know of it: its JSON type."""
    return {**options, "metadata": {"type": kind, **properties, **options.get("metadata", {})}}


def _at(key: str, deserialize: Callable[[], Any]) -> Any:
    try:
        return deserialize()
    except ValidationError as error:
        raise ValidationError({key: error.messages}) from None


class Tuple(fields.List[Any]):
    """A list on the wire, a tuple inside, of `min_items` to `max_items`. With `distinct_by` no two items may agree in
    what it gives of them."""

    def __init__(
        self,
        item: fields.Field[Any],
        *,
        max_items: int,
        min_items: int = 0,
        distinct_by: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(item, validate=validate.Length(min=min_items, max=max_items), **kwargs)
        self.distinct_by = distinct_by

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        items = tuple(super()._deserialize(value, attr, data, **kwargs))
        if self.distinct_by is not None:
            keys = [self.distinct_by(item) for item in items]
            repeated = {index: ["Given twice."] for index, key in enumerate(keys) if key in keys[:index]}
            if repeated:
                raise ValidationError(repeated)
        return items


def itself(item: Any) -> Any:
    """For `distinct_by`: the items themselves differ."""
    return item
