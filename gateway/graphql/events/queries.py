"""Root fields answered by the events service."""

from collections.abc import Awaitable
from typing import Any

import graphene

from gateway.graphql.core.connections import connection_of, page_field, page_request
from gateway.graphql.core.fields import Field, argument
from gateway.graphql.core.ids import find
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View

from . import nodes
from .conference import conference_filters


async def _conferences(
    _root: None, info: Info, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    wanted = {**filters(given), **page_request(info, first, after)}
    return connection_of(await info.context.call("events", "list_conferences", **wanted), after)


def _conference(_root: None, info: Info, id: str) -> "Awaitable[View | None] | None":
    found = find("Conference", id)
    return nodes.conference(info, found) if found else None


class Queries:
    """The events service's part of Query."""

    conferences = page_field(
        "Conference",
        "Conferences of one coalition or of all.",
        asks="events.list_conferences",
        resolver=_conferences,
        coalition=argument(graphene.String, "The coalition's key; all coalitions without it."),
        **conference_filters(),
    )
    conference = Field(
        lazy("Conference"),
        "A conference; null when there is none of this id.",
        id=argument(graphene.NonNull(graphene.ID), "Its id."),
        asks="events.get_conferences",
        resolver=_conference,
    )
