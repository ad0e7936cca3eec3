"""Fields of other folders' types that the events service answers."""

from typing import Any

from gateway.graphql.core.connections import (
    DEFAULT_PAGE_SIZE,
    bounded,
    connection_of,
    page_arguments,
    page_field,
    page_request,
)
from gateway.graphql.core.fields import PAGED, objects
from gateway.graphql.core.ids import Ref
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.loaders import Asked
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View

from .conference import conference_filters, with_from
from .loaders import ConferencesOfCoalitionLoader, RegistrationsOfMemberLoader


async def _conferences(
    coalition: View, info: Info, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    asked = Asked.of(coalition["key"], **filters(with_from(given)), **page_request(info, first, after))
    return connection_of(await info.context.loader(ConferencesOfCoalitionLoader).load(asked), after)


async def _registrations(member: View, info: Info, first: int | None = None) -> list[View]:
    asked = Asked.of(Ref(member["coalition"], member["id"]), first=bounded(first))
    page = await info.context.loader(RegistrationsOfMemberLoader).load(asked)
    return list(page["items"])


class CoalitionConferences:
    """Coalition → its conferences."""

    conferences = page_field("Conference", "Its conferences.", resolver=_conferences, **conference_filters())


class MemberRegistrations:
    """Member → its delegates' registrations."""

    registrations = objects(
        lazy("Registration"),
        "Its delegates' registrations for conferences, as they came in. Personal data: not for the public.",
        resolver=_registrations,
        rows=PAGED,
        first=page_arguments(DEFAULT_PAGE_SIZE)["first"],
    )
