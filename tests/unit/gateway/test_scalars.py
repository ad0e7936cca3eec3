"""Scalars, localized texts and countries."""

from typing import Any

import pytest
from graphql import GraphQLError, IntValueNode, StringValueNode

from gateway.graphql.core.country import country_name
from gateway.graphql.core.scalars import Date, DateTime, LanguageTag, PartialDate
from gateway.graphql.core.text import text_to_wire
from services.chassis.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    ("scalar", "text"),
    [
        (Date, "2006-09-20"),
        (Date, "2024-02-29"),
        (PartialDate, "2006-09-20"),
        (PartialDate, "2006-09"),
        (PartialDate, "2006"),
        (DateTime, "2024-09-25T08:30:00Z"),
        (DateTime, "2024-09-25T08:30:00.123+02:00"),
        (LanguageTag, "en"),
        (LanguageTag, "pt-BR"),
        (LanguageTag, "zh-Hant-TW"),
    ],
)
def test_a_well_formed_text_is_taken_as_it_is(scalar: Any, text: str) -> None:
    assert scalar.parse_value(text) == text
    assert scalar.parse_literal(StringValueNode(value=text)) == text
    assert scalar.serialize(text) == text


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        (Date, "2006-09"),
        (Date, "20060920"),
        (Date, "2023-02-29"),
        (Date, "2006-09-20T00:00:00Z"),
        (Date, "2006-W38-3"),
        (Date, 2006),
        (Date, None),
        (PartialDate, "2006-13"),
        (PartialDate, "2006-00"),
        (PartialDate, "2006-02-30"),
        (PartialDate, "06"),
        (PartialDate, "0000"),
        (PartialDate, "2006-9"),
        (PartialDate, "2006-09-"),
        (PartialDate, "²006"),
        (PartialDate, "2006\n"),
        (PartialDate, 2006),
        (DateTime, "2024-09-25T08:30:00"),
        (DateTime, "2024-09-25"),
        (DateTime, "now"),
        (LanguageTag, ""),
        (LanguageTag, "e"),
        (LanguageTag, "english language"),
        (LanguageTag, "en_US"),
        (LanguageTag, ["en"]),
    ],
)
def test_what_is_malformed_is_refused_with_its_form(scalar: Any, value: Any) -> None:
    with pytest.raises(GraphQLError, match=f"{scalar.__name__} cannot represent .*: it must be {scalar.form}"):
        scalar.parse_value(value)


def test_a_literal_of_another_kind_is_refused() -> None:
    with pytest.raises(GraphQLError):
        PartialDate.parse_literal(IntValueNode(value="2006"))


def test_a_localized_text_names_each_language_once() -> None:
    given = {"original": "de", "texts": [{"language": "de", "text": "Stadt"}, {"language": "en", "text": "City"}]}
    assert text_to_wire(given, ()) == {"original": "de", "texts": {"de": "Stadt", "en": "City"}}
    given["texts"] = [{"language": "de", "text": "Stadt"}, {"language": "de", "text": "Ort"}]
    with pytest.raises(InvalidInput) as refused:
        text_to_wire(given, ("name",))
    assert refused.value.violations[0].path == ("name", "texts")


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("DE", None, "Germany"),
        ("DE", "de", "Deutschland"),
        ("CI", "fr-CA", "Côte d’Ivoire"),
        ("BR", "pt-BR", "Brasil"),
        ("DE", "tlh", "Germany"),
        ("DE", "x-made-up", "Germany"),
        ("ZZ", "en", "Unknown Region"),
        ("Q!", "en", "Q!"),
    ],
)
def test_countries_have_names_in_the_worlds_languages(code: str, language: str | None, name: str) -> None:
    assert country_name(code, language) == name
