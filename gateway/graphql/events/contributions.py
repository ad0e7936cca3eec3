"""Fields of other folders' types that the events service answers."""

from gateway.graphql.core.connections import DEFAULT_PAGE_SIZE, bounded, loaded_page, page_arguments, page_field
from gateway.graphql.core.fields import PAGED, objects
from gateway.graphql.core.ids import own_key, own_ref
from gateway.graphql.core.loaders import Asked
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import View, Wanted, loaded

from .conference import conference_filters
from .loaders import ConferencesOfCoalitionLoader, RegistrationsOfMemberLoader


def _registrations(member: View, first: int | None = None) -> Wanted:
    return Wanted(RegistrationsOfMemberLoader, Asked.of(own_ref(member), first=bounded(first)), _items)


def _items(page: View) -> list[View]:
    items: list[View] = page["items"]
    return items


class CoalitionConferences:
    """Coalition → its conferences."""

    conferences = page_field(
        "Conference",
        "Its conferences.",
        resolver=loaded_page(ConferencesOfCoalitionLoader, own_key),
        **conference_filters(),
    )


class MemberRegistrations:
    """Member → its delegates' registrations."""

    registrations = objects(
        lazy("Registration"),
        "Its delegates' registrations for conferences, as they came in.",
        asks=RegistrationsOfMemberLoader.name(),
        resolver=loaded(_registrations),
        rows=PAGED,
        first=page_arguments(DEFAULT_PAGE_SIZE)["first"],
    )
