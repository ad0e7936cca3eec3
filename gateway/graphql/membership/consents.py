"""Consent and retention: what people agreed to, and how long what is held of them is kept."""

import graphene

from gateway.graphql.core.fields import input_value, leaf, objects
from gateway.graphql.core.ids import own_key
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import Info, View, loaded_by
from gateway.graphql.core.scalars import Date, DateTime
from gateway.graphql.core.text import localized, translations

from .contributions import InCoalition
from .loaders import ConsentTextsLoader, RetentionRulesLoader
from .personal_enums import ConsentAct, ConsentPurpose, RetentionCategory


@register
class ConsentText(InCoalition, graphene.ObjectType):
    """A text to consent to. Published, and never changed: another text is another version."""

    purpose = leaf(ConsentPurpose, "What it is about.", required=True)
    version = leaf(graphene.String, "The coalition's own name for this version.", required=True)
    text = localized("text", "The text.", required=True)
    text_translations = translations("text", "The text")
    valid_from = leaf(Date, "The first day on which it is the one to agree to.", required=True)


class ConsentEntry(graphene.ObjectType):
    """A word that a person said."""

    act = leaf(ConsentAct, "What they said.", required=True)
    text_version = leaf(graphene.String, "To which text.", required=True)
    at = leaf(DateTime, "When.", required=True)


@register
class Consent(InCoalition, graphene.ObjectType):
    """All that a person said to one purpose of one coalition."""

    purpose = leaf(ConsentPurpose, "What it is about.", required=True)
    is_given = leaf(graphene.Boolean, "Whether there is a consent at present.", required=True)
    text_version = leaf(graphene.String, "The text agreed to; null: there is no consent.")
    history = objects(ConsentEntry, "Every word, the oldest first.", rows=4, required=True)


@register
class RetentionRule(graphene.ObjectType):
    """How long one kind of personal data is kept."""

    category = leaf(RetentionCategory, "The kind.", required=True)
    keep_days = leaf(graphene.Int, "For how many days.", required=True)
    counted_from = leaf(graphene.String, "From which day they count, and what happens then.", required=True)


@register
class RetentionRules(graphene.ObjectType):
    """How long personal data is kept, from a day on. For a kind that is not named the platform's sample holds."""

    valid_from = leaf(Date, "From when they are valid; null means from the beginning.")
    rules = objects(RetentionRule, "The rules.", rows=6, required=True)
    is_sample = leaf(graphene.Boolean, "Whether nobody has decided them: they are an example.", required=True)
    is_default = leaf(graphene.Boolean, "Whether they are the platform's, not the coalition's own.", required=True)
    source = leaf(graphene.String, "Where they are written down.")


async def _own_consents(_me: View, info: Info) -> list[View]:
    found: list[View] = (await info.context.call("membership", "list_own_consents"))["items"]
    return found


class CoalitionPersonalData:
    """Coalition → what it asks people to agree to, and how long it keeps what."""

    consent_texts = objects(
        lazy("ConsentText"),
        "The texts to consent to, by purpose, the oldest first.",
        resolver=loaded_by(ConsentTextsLoader, own_key),
    )
    retention_rules = objects(
        lazy("RetentionRules"),
        "How long it keeps personal data, the oldest rules first.",
        rows=2,
        resolver=loaded_by(RetentionRulesLoader, own_key),
    )


class MyConsents:
    """Me → what I agreed to."""

    consents = objects(lazy("Consent"), "What you agreed to, in all coalitions.", resolver=_own_consents)


class RetentionRuleInput(graphene.InputObjectType):
    """How long one kind of personal data is kept."""

    category = input_value(RetentionCategory, "The kind.", required=True)
    keep_days = input_value(graphene.Int, "For how many days; 0 is until the job's next run.", required=True)
