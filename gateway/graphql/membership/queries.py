"""Root fields answered by the membership service."""

from collections.abc import Awaitable
from typing import Any

import graphene

from gateway.graphql.core.connections import connection_of, page_field, page_request
from gateway.graphql.core.fields import Field, argument, coalition_argument
from gateway.graphql.core.ids import find
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View

from . import nodes
from .coalition import member_filters
from .enums import LegalType
from .loaders import CoalitionLoader


async def _coalitions(_root: None, info: Info, first: int | None = None, after: str | None = None) -> View:
    page = await info.context.call("membership", "list_coalitions", **page_request(info, first, after))
    return connection_of(page, after)


def _coalition(_root: None, info: Info, key: str) -> Awaitable[View | None]:
    return info.context.loader(CoalitionLoader).load(key)


async def _members(
    _root: None, info: Info, coalition: str, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    wanted = {"coalition": coalition, **filters(given), **page_request(info, first, after)}
    return connection_of(await info.context.call("membership", "list_members", **wanted), after)


def _member(_root: None, info: Info, id: str) -> "Awaitable[View | None] | None":
    found = find("Member", id)
    return nodes.member(info, found) if found else None


async def _cities(_root: None, info: Info, first: int | None = None, after: str | None = None, **given: Any) -> View:
    wanted = {**filters(given), **page_request(info, first, after)}
    return connection_of(await info.context.call("membership", "list_cities", **wanted), after)


def _city(_root: None, info: Info, id: str) -> "Awaitable[View | None] | None":
    found = find("City", id)
    return nodes.city(info, found) if found else None


class Queries:
    """The membership service's part of Query."""

    coalitions = page_field(
        "Coalition", "All coalitions, by their key.", resolver=_coalitions, rows=10, asks="membership.list_coalitions"
    )
    coalition = Field(
        lazy("Coalition"),
        "A coalition; null when there is none of this key.",
        key=argument(graphene.NonNull(graphene.String), "Its key, for example `eccar`."),
        asks="membership.get_coalitions",
        resolver=_coalition,
    )
    members = page_field(
        "Member",
        "The members of a coalition.",
        asks="membership.list_members",
        resolver=_members,
        coalition=coalition_argument(),
        **member_filters(),
    )
    member = Field(
        lazy("Member"),
        "A member; null when there is none of this id.",
        id=argument(graphene.NonNull(graphene.ID), "Its id."),
        asks="membership.get_members",
        resolver=_member,
    )
    cities = page_field(
        "City",
        "The registry of cities, by their name.",
        asks="membership.list_cities",
        resolver=_cities,
        search=argument(graphene.String, "Words of the name or of an alternative name."),
        country=argument(graphene.String, "Only cities of this country, ISO 3166-1 alpha-2."),
        legal_type=argument(LegalType, "Only public bodies of this kind."),
    )
    city = Field(
        lazy("City"),
        "A city; null when there is none of this id.",
        id=argument(graphene.NonNull(graphene.ID), "Its id."),
        asks="membership.get_cities",
        resolver=_city,
    )
