"""The services' audit logs, merged by the ids of their entries, which grow with time."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import Any, Final

import graphene
from graphql import located_error

from gateway.graphql.core.connections import connection_of, page_field, page_request
from gateway.graphql.core.fields import argument
from gateway.graphql.core.ids import GlobalId
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.loaders import ArgumentsLoader, Asked
from gateway.graphql.core.resolving import Info, View
from gateway.graphql.core.scalars import DateTime
from services.chassis.kernel.errors import ServiceError

from .enums import AuditEntryKind

SERVICES: Final = ("membership", "events", "reports")


class AuditOfCoalitionLoader(ArgumentsLoader):
    """A page of a service's audit log, by the coalition's key and the arguments of the field."""

    method, parameter = "list_audit", "coalitions"


class MembershipAuditLoader(AuditOfCoalitionLoader):
    """Of the membership service."""

    service = "membership"


class EventsAuditLoader(AuditOfCoalitionLoader):
    """Of the events service."""

    service = "events"


class ReportsAuditLoader(AuditOfCoalitionLoader):
    """Of the reports service."""

    service = "reports"


LOADERS: Final = (MembershipAuditLoader, EventsAuditLoader, ReportsAuditLoader)


def own_filters() -> dict[str, Any]:
    """The arguments that narrow a list of entries."""
    return {
        "kind": argument(AuditEntryKind, "Only entries of this kind."),
        "method": argument(graphene.String, "Only entries of this method."),
        "from_": argument(DateTime, "Only entries from this instant on.", name="from"),
        "to": argument(DateTime, "Only entries before this instant.", name="to"),
    }


def all_filters() -> dict[str, Any]:
    """Those for who may see whose entries they are."""
    return {
        "actor": argument(graphene.String, "Only what this person, application or message did, by its id."),
        "thing": argument(graphene.ID, "Only entries that name this object."),
        **own_filters(),
    }


async def merged(info: Info, asked: Iterable[Awaitable[View]], *, first: int, after: str | None) -> View:
    """The connection of the services' pages. A service that is away leaves its entries out, and an error says so.

    Raises what a service refuses, and what is wrong when none answers.
    """
    answers = await asyncio.gather(*asked, return_exceptions=True)
    errors = [answer for answer in answers if isinstance(answer, BaseException)]
    pages = [answer for answer in answers if not isinstance(answer, BaseException)]
    fatal = [error for error in errors if not pages or not isinstance(error, ServiceError) or error.expected]
    if fatal:
        raise fatal[0]
    for error in errors:
        info.context.report(located_error(error, info.field_nodes, info.path.as_list()))  # type: ignore[arg-type]
    return connection_of(merged_page(pages, first=first, is_complete=not errors), after)


def merged_page(pages: Sequence[View], *, first: int, is_complete: bool = True) -> View:
    """The newest `first` entries of pages that each hold as many, if there are. The total is of all, or not known."""
    found = sorted((entry for page in pages for entry in page["items"]), key=lambda entry: entry["id"], reverse=True)
    totals = [page["total"] for page in pages]
    return {
        "items": found[:first],
        "cursors": [entry["id"] for entry in found[:first]],
        "has_next": len(found) > first or any(page["has_next"] for page in pages),
        "total": sum(totals) if is_complete and None not in totals else None,
    }


def _wanted(info: Info, first: int | None, after: str | None, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the services' call."""
    wanted = filters(given)
    thing = wanted.pop("thing", None)
    if thing is not None:
        named = GlobalId.parse(thing)
        wanted["aggregate"] = named.key if named else thing
    return wanted | page_request(info, first, after)


async def _of_coalition(
    coalition: View, info: Info, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    wanted = _wanted(info, first, after, given)
    asked = Asked.of(coalition["key"], **wanted)
    found = [info.context.loader(loader).load(asked) for loader in LOADERS]
    return await merged(info, found, first=wanted["first"], after=after)


async def _of_network(
    _root: None, info: Info, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    return await _ask_all(info, "list_network_audit", first, after, given)


async def _own(_root: None, info: Info, first: int | None = None, after: str | None = None, **given: Any) -> View:
    return await _ask_all(info, "list_own_audit", first, after, given)


async def _ask_all(info: Info, method: str, first: int | None, after: str | None, given: dict[str, Any]) -> View:
    wanted = _wanted(info, first, after, given)
    found = [info.context.call(service, method, **wanted) for service in SERVICES]
    return await merged(info, found, first=wanted["first"], after=after)


class CoalitionAudit:
    """Coalition → its audit log."""

    audit_trail = page_field(
        "AuditEntry",
        "Who did what in this coalition, and who has read which personal data, the newest first.",
        asks="membership.list_audit",
        resolver=_of_coalition,
        **all_filters(),
    )


class Queries:
    """The audit log's part of Query."""

    network_audit_trail = page_field(
        "AuditEntry",
        "Who did what with things that belong to no coalition, the newest first.",
        asks="membership.list_network_audit",
        resolver=_of_network,
        **all_filters(),
    )
    my_audit_trail = page_field(
        "AuditEntry",
        "What the person who asks did, and what others did with their data, in all coalitions, the newest first.",
        asks="membership.list_own_audit",
        resolver=_own,
        **own_filters(),
    )
