"""Countries: the code is the fact, the names are those of the Unicode CLDR."""

from functools import lru_cache

import graphene
from babel import Locale, UnknownLocaleError

from .fields import Field, argument, leaf
from .resolving import View, derived
from .scalars import LanguageTag

_DEFAULT_LANGUAGE = "en"


class Country(graphene.ObjectType):
    """A country or territory of ISO 3166-1."""

    code = leaf(graphene.String, "ISO 3166-1 alpha-2 code, for example `DE`.", required=True)
    name = Field(
        graphene.NonNull(graphene.String),
        "Its usual name, from the Unicode CLDR; the code where there is none.",
        language=argument(LanguageTag, "The language wanted; English without this argument."),
        resolver=derived(lambda country, language=None: _name(country, language)),
    )


def country_field(description: str) -> Field:
    """A country whose code is the view's `country`."""
    return Field(graphene.NonNull(Country), description, resolver=derived(_country))


@lru_cache(maxsize=4096)
def country_name(code: str, language: str | None) -> str:
    """The name of the country `code` in `language`, else in English."""
    return str(_locale(language or _DEFAULT_LANGUAGE).territories.get(code) or code)


def _name(country: View, language: str | None) -> str:
    return country_name(country["code"], language)


def _country(view: View) -> View:
    return {"code": view["country"]}


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_DEFAULT_LANGUAGE)
