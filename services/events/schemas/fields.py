"""Fields that this service's schemas share: what marshmallow lacks and the platform's wire needs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pycountry
from babel import Locale, UnknownLocaleError
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from ...chassis.kernel.text import LocalizedText
from ..domain.venue import HostCity

REQUIRED: Final[dict[str, Any]] = {"required": True}
OPTIONAL: Final[dict[str, Any]] = {"load_default": None}

MAX_TEXT: Final = 500
MAX_KEY: Final = 64
MAX_NUMBER: Final = 2**31 - 1


class Text(fields.String):
    """A text of 1 to `longest` characters, without the blanks around it."""

    def __init__(self, *, longest: int = MAX_TEXT, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=1, max=longest), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).strip()


class Key(Text):
    """A coalition's key or the id of a thing. Whether such a thing exists, the database knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=MAX_KEY, **kwargs)


class Count(fields.Integer):
    """A whole number from 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=1, max=MAX_NUMBER), **kwargs)


class Instant(fields.Field[datetime]):
    """An instant as ISO 8601 in UTC, to the millisecond, with Z."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_language(tag: str) -> bool:
    """Whether `tag` is a BCP 47 tag of a language that CLDR knows."""
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def is_country(code: str) -> bool:
    """Whether `code` is an ISO 3166-1 alpha-2 code."""
    country = pycountry.countries.get(alpha_2=code)
    return country is not None and country.alpha_2 == code


def _check_language(tag: str) -> None:
    if not is_language(tag):
        raise ValidationError("Not a language tag: use BCP 47, for example 'en' or 'pt-BR'.")


def _check_country(code: str) -> None:
    if not is_country(code):
        raise ValidationError("Not a country code: use two capital letters of ISO 3166-1, for example 'DE'.")


class LocalizedTextSchema(Schema):
    """`{"original": "en", "texts": {"en": "..."}}`."""

    original = Text(longest=MAX_KEY, **REQUIRED, metadata={"description": "Language it was written in, BCP 47"})
    texts = fields.Dict(
        keys=fields.String(validate=_check_language),
        values=Text(),
        **REQUIRED,
        metadata={"description": "Language tag → text"},
    )

    @validates_schema
    def check_original(self, data: dict[str, Any], **_: Any) -> None:
        if data["original"] not in data["texts"]:
            raise ValidationError("There is no text in the original language: add it.", "original")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> LocalizedText:
        return LocalizedText(**data)


class HostCitySchema(Schema):
    """`{"name": "Nürnberg", "country": "DE"}`."""

    name = Text(**REQUIRED, metadata={"description": "As the announcement names it"})
    country = fields.String(**REQUIRED, validate=_check_country, metadata={"description": "ISO 3166-1 alpha-2"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> HostCity:
        return HostCity(**data)
