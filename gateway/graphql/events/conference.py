"""Conferences and other meetings."""

from typing import Any

import graphene

from gateway.graphql.core.connections import loaded_page, page_field
from gateway.graphql.core.country import country_field
from gateway.graphql.core.enums import OrderDirection
from gateway.graphql.core.fields import Field, argument, global_id, input_value, leaf, version_field
from gateway.graphql.core.ids import own_ref
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import localized, translations

from .enums import ConferenceKind, ConferenceMode, ConferenceOrderField
from .loaders import RegistrationsOfConferenceLoader


class HostCity(graphene.ObjectType):
    """Where a conference takes place; the host need not be in the registry of cities."""

    name = leaf(graphene.String, "Its name.", required=True)
    country = country_field("The country it is in.")


class RegistrationPeriod(graphene.ObjectType):
    """When and for how many a conference takes registrations."""

    opens_on = leaf(Date, "The first day.", required=True)
    closes_on = leaf(Date, "The last day.", required=True)
    capacity = leaf(graphene.Int, "How many seats there are; null means no limit.")
    delegates_per_member = leaf(graphene.Int, "How many delegates one member may send; null means no limit.")
    taken = leaf(graphene.Int, "How many seats are taken.", required=True)
    is_open = leaf(graphene.Boolean, "Whether registrations are taken today.", required=True)


class ConferenceOrder(graphene.InputObjectType):
    """An order of conferences."""

    field = input_value(ConferenceOrderField, "What to order by.", required=True)
    direction = input_value(OrderDirection, "In which direction.", default_value="ascending")


def conference_filters() -> dict[str, Any]:
    """The arguments that narrow and order a list of conferences."""
    return {
        "kind": argument(graphene.List(graphene.NonNull(ConferenceKind)), "Only meetings of these kinds."),
        "from_": argument(Date, "Only meetings that end on this day or later.", name="from"),
        "to": argument(Date, "Only meetings that begin on this day or before.", name="to"),
        "search": argument(graphene.String, "Words of the title or of the theme."),
        "order_by": argument(ConferenceOrder, "The order; the earliest first without it."),
    }


class ConferenceFields:
    """What its own service says of a Conference."""

    id = global_id("Conference")
    version = version_field()
    kind = leaf(ConferenceKind, "What kind of meeting it is.", required=True)
    title = localized("title", "Its title.", required=True)
    title_translations = translations("title", "The title")
    theme = localized("theme", "Its theme.")
    theme_translations = translations("theme", "The theme")
    start_date = leaf(Date, "Its first day.", required=True)
    end_date = leaf(Date, "Its last day.", required=True)
    mode = leaf(ConferenceMode, "How one can take part.", required=True)
    host_city = Field(HostCity, "Where it takes place; null when it is online only or not known.")
    is_statutory = leaf(
        graphene.Boolean, "Whether it is a meeting of the members only, who take decisions there.", required=True
    )
    registration = Field(RegistrationPeriod, "When and for how many it takes registrations; null when it never did.")
    registrations = page_field(
        "Registration",
        "Who is registered.",
        resolver=loaded_page(RegistrationsOfConferenceLoader, own_ref),
    )
    source = leaf(graphene.String, "Where this was found.")
