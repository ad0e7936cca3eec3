"""Adopted minutes, as far as they name people."""

import graphene

from gateway.graphql.core.fields import Field, global_id, input_value, leaf, objects
from gateway.graphql.core.ids import GlobalId, Ref, own_ref
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import View, derived, loaded_by
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import localized, translations

from .loaders import ConferenceLoader, MinutesOfConferenceLoader


def _person_id(present: View) -> str | None:
    return None if present["person_id"] is None else str(GlobalId("Person", present["person_id"]))


class Present(graphene.ObjectType):
    """Somebody who was present, as the minutes name them."""

    name = leaf(graphene.String, "The name.", required=True)
    person_id = leaf(graphene.ID, "The person's id, where it was told.", resolver=derived(_person_id))


def _conference(minutes: View) -> Ref:
    return Ref(minutes["coalition"], minutes["conference_id"])


@register
class Minutes(graphene.ObjectType):
    """The adopted minutes of a conference. They are a record of the assembly: their names stay."""

    id = global_id("Minutes")
    conference = Field(lazy("Conference"), "The conference.", resolver=loaded_by(ConferenceLoader, _conference))
    title = localized("title", "Their title.", required=True)
    title_translations = translations("title", "The title")
    adopted_on = leaf(Date, "When they were adopted.", required=True)
    present = objects(Present, "Who was present.", rows=50, required=True)


class ConferenceMinutes:
    """Conference → its minutes."""

    minutes = objects(
        lazy("Minutes"),
        "Its adopted minutes.",
        rows=2,
        resolver=loaded_by(MinutesOfConferenceLoader, own_ref),
    )


class PresentInput(graphene.InputObjectType):
    """Somebody who was present."""

    name = input_value(graphene.String, "The name, as the minutes have it.", required=True)
    person_id = input_value(graphene.ID, "The person, so that they find themselves in an export.")
    email = input_value(graphene.String, "The e-mail address, for the same; it is not stored.")
