"""Texts in several languages."""

from functools import partial
from typing import Any

import graphene

from services.chassis.kernel.errors import Path, invalid
from services.chassis.kernel.text import LocalizedText as Text

from .fields import Field, argument, input_list, input_value, leaf
from .resolving import View, derived
from .scalars import LanguageTag


class Translation(graphene.ObjectType):
    """A text in one language."""

    language = leaf(LanguageTag, "The language of this text.", required=True)
    text = leaf(graphene.String, "The text.", required=True)
    is_original = leaf(graphene.Boolean, "Whether the text was written in this language.", required=True)


class TranslationInput(graphene.InputObjectType):
    """A text in one language."""

    language = input_value(LanguageTag, "The language of this text.", required=True)
    text = input_value(graphene.String, "The text.", required=True)


class LocalizedTextInput(graphene.InputObjectType):
    """A text in one or several languages, of which one is the original."""

    original = input_value(LanguageTag, "The language the text was written in; `texts` must hold it.", required=True)
    texts = input_list(TranslationInput, "The text in each language, each language once.", required=True)


def localized(attribute: str, description: str, *, required: bool = False) -> Field:
    """A text of the view, in the language asked for."""
    language = argument(
        LanguageTag, "The language wanted. Without a text in it, the original is given; so it is without this argument."
    )
    return Field(
        graphene.NonNull(graphene.String) if required else graphene.String,
        description,
        language=language,
        resolver=derived(partial(_best, attribute)),
    )


def translations(attribute: str, of_what: str) -> Field:
    """All languages of a text of the view."""
    return Field(
        graphene.List(graphene.NonNull(Translation)),
        f"{of_what} in every language there is, the original first.",
        rows=1,
        resolver=derived(partial(_all, attribute)),
    )


def text_to_wire(given: Any, path: Path) -> dict[str, Any]:
    """A LocalizedTextInput as services take it. Raises InvalidInput when a language comes twice."""
    texts = {translation["language"]: translation["text"] for translation in given["texts"]}
    if len(texts) != len(given["texts"]):
        raise invalid((*path, "texts"), "Each language may be given once only.", "DUPLICATE_LANGUAGE")
    return {"original": given["original"], "texts": texts}


def _best(attribute: str, view: View, language: str | None = None) -> str | None:
    text = view.get(attribute)
    return None if text is None else Text.from_dict(text).best_for(language)


def _all(attribute: str, view: View) -> list[View] | None:
    text = view.get(attribute)
    if text is None:
        return None
    original = text["original"]
    languages = sorted(text["texts"], key=lambda language: (language != original, language))
    return [{"language": tag, "text": text["texts"][tag], "is_original": tag == original} for tag in languages]
