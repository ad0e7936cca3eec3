"""The registry of cities."""

import graphene

from gateway.graphql.core.country import country_field
from gateway.graphql.core.fields import Field, global_id, leaf, leaves, objects, version_field
from gateway.graphql.core.node import NodeMeta
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import View, derived, loaded_by

from .enums import LegalType
from .loaders import MembershipsOfCityLoader


class Population(graphene.ObjectType):
    """How many people live in a city."""

    value = leaf(graphene.Int, "Inhabitants.", required=True)
    year = leaf(graphene.Int, "The year of the count or estimate.")


class Position(graphene.ObjectType):
    """A place on the globe, WGS 84."""

    latitude = leaf(graphene.Float, "Degrees north of the equator.", required=True)
    longitude = leaf(graphene.Float, "Degrees east of Greenwich.", required=True)


@register
class City(graphene.ObjectType):
    """A city, or another public body that can be a member: one identity, whatever coalitions it is in."""

    Meta = NodeMeta

    id = global_id("City")
    version = version_field()
    name = leaf(graphene.String, "Its name.", required=True)
    alternative_names = leaves(graphene.String, "Other names, in other languages or former ones.")
    country = country_field("The country it is in.")
    legal_type = leaf(LegalType, "What kind of public body it is.", required=True)
    geonames_id = leaf(graphene.Int, "Its id at geonames.org.")
    population = Field(Population, "How many people live there.", resolver=derived(lambda city: _population(city)))
    position = Field(Position, "Where it is.", resolver=derived(lambda city: _position(city)))
    memberships = objects(
        lazy("Member"),
        "Its memberships, one for each coalition.",
        rows=3,
        resolver=loaded_by(MembershipsOfCityLoader, lambda city: city["id"]),
    )
    source = leaf(graphene.String, "Where this was found.")


def _population(city: View) -> View | None:
    value = city.get("population")
    return None if value is None else {"value": value, "year": city.get("population_year")}


def _position(city: View) -> View | None:
    latitude, longitude = city.get("latitude"), city.get("longitude")
    return None if latitude is None or longitude is None else {"latitude": latitude, "longitude": longitude}
