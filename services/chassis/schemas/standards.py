"""Codes of other people's standards, asked of the libraries that keep them."""

from functools import lru_cache

import pycountry
from babel.core import parse_locale


def is_country(code: str) -> bool:
    """Whether `code` is a country of ISO 3166-1, alpha-2, in capitals."""
    return pycountry.countries.get(alpha_2=code) is not None and code.isupper()


@lru_cache(maxsize=512)
def language_tag(text: str) -> str:
    """The BCP 47 tag `text` in its usual letter case: "PT-br" → "pt-BR".

    Raises ValueError when it is malformed, or names a language, script or region that does not exist. Like BCP 47, it
    takes the shortest code of a language only ("de", not "deu").
    """
    language, territory, script, *variants = parse_locale(text, sep="-")
    if not _is_language(language) or not _is_script(script) or not _is_region(territory):
        raise ValueError(f"{text!r} names an unknown language, script or region")
    parts = [language, script, territory, *variants]
    return "-".join(part for part in parts if part)


def _is_language(code: str) -> bool:
    if len(code) == 2:
        return pycountry.languages.get(alpha_2=code) is not None
    language = pycountry.languages.get(alpha_3=code)
    return language is not None and not hasattr(language, "alpha_2")


def _is_script(code: str | None) -> bool:
    return code is None or pycountry.scripts.get(alpha_4=code) is not None


def _is_region(code: str | None) -> bool:
    """Of ISO 3166-1, or an area of UN M.49, which has three digits."""
    return code is None or code.isdigit() or is_country(code)
