"""Fields of this service's schemas: what crosses the boundary as text, and its value inside."""

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.chassis.kernel.text import LocalizedText

from ..domain.partial_date import PartialDate
from . import reference

MAX_TEXT = 2_000
MAX_NAME = 200


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


class PartialDay(fields.Field[PartialDate]):
    """On the wire "2006", "2006-09" or "2006-09-20" (EDTF level 0)."""

    def _serialize(self, value: PartialDate | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> PartialDate:
        try:
            return PartialDate.parse(value)
        except (TypeError, ValueError):
            raise ValidationError("Not a date: write YYYY, YYYY-MM or YYYY-MM-DD.") from None


class Day(fields.Date):
    """On the wire "2006-09-20" and nothing else: the library takes every form of ISO 8601."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **kwargs)
        if day.isoformat() != value:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return day


class LanguageTag(fields.String):
    """A BCP 47 tag, in its usual letter case inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return reference.language_tag(text)
        except ValueError:
            raise ValidationError(f"{text!r} is no language tag (BCP 47), such as 'en' or 'pt-BR'.") from None


class Localized(fields.Field[LocalizedText]):
    """On the wire {"original": tag, "texts": {tag: text}}."""

    _texts = fields.Dict(keys=LanguageTag(), values=Text(), required=True, validate=validate.Length(min=1))

    def _serialize(
        self, value: LocalizedText | None, attr: str | None, obj: Any, **kwargs: Any
    ) -> dict[str, Any] | None:
        return None if value is None else value.as_dict()

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> LocalizedText:
        if not isinstance(value, Mapping) or set(value) != {"original", "texts"}:
            raise ValidationError("Not a localized text: give `original` and `texts`.")
        texts = _at("texts", lambda: self._texts.deserialize(value["texts"]))
        original = _at("original", lambda: LanguageTag().deserialize(value["original"]))
        if original not in texts:
            raise ValidationError({"original": [f"There is no text in the original language {original!r}."]})
        return LocalizedText(original=original, texts=texts)


def _at(key: str, deserialize: Any) -> Any:
    try:
        return deserialize()
    except ValidationError as error:
        raise ValidationError({key: error.messages}) from None


class CountryCode(fields.String):
    """ISO 3166-1 alpha-2."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).upper()
        if not reference.is_country(code):
            raise ValidationError(f"{code!r} is no country of ISO 3166-1 (two letters, such as AT).")
        return code


class CurrencyCode(fields.String):
    """ISO 4217."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs).upper()
        if not reference.is_currency(code):
            raise ValidationError(f"{code!r} is no currency of ISO 4217 (three letters, such as EUR).")
        return code


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

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        # To a caller null and absent say the same of a list that may be empty.
        return () if value is None and self.load_default == () else super().deserialize(value, *args, **kwargs)

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


def term(terms: type[StrEnum], **kwargs: Any) -> fields.Enum[Any]:
    """One of the domain's terms, by its value."""
    return fields.Enum(terms, by_value=True, **kwargs)


def whole_number(*, minimum: int = 0, maximum: int, **kwargs: Any) -> fields.Integer:
    """Bounded, so that what passes also fits into the database."""
    return fields.Integer(strict=True, validate=validate.Range(min=minimum, max=maximum), **kwargs)
