"""Exports and erasures of what the services hold of one person."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

import graphene

from gateway.graphql.core.connections import connection_of, page_field, page_request
from gateway.graphql.core.fields import Field, argument, global_id, input_value, leaf, leaves, objects, version_field
from gateway.graphql.core.ids import GlobalId, find
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View, derived
from gateway.graphql.core.scalars import DateTime, Json

from .loaders import DataRequestLoader
from .personal_enums import DataRequestKind, DataRequestStatus

SERVICES: Final = ("membership", "events", "reports")
"""Those that hold a part of an export."""


class DataCount(graphene.ObjectType):
    """How much of one kind there was."""

    what = leaf(graphene.String, "What it is, in the words of its service.", required=True)
    count = leaf(graphene.Int, "How many.", required=True)


class KeptData(graphene.ObjectType):
    """What was not erased, and why not."""

    what = leaf(graphene.String, "What it is, in the words of its service.", required=True)
    count = leaf(graphene.Int, "How many.", required=True)
    reason = leaf(graphene.String, "Why it is kept.", required=True)


class DataReceipt(graphene.ObjectType):
    """What one service answered."""

    service = leaf(graphene.String, "The service.", required=True)
    at = leaf(DateTime, "When it answered.", required=True)
    counts = objects(DataCount, "What it gave out, or erased.", rows=7, required=True)
    kept = objects(KeptData, "What it did not erase, and why not.", rows=3, required=True)


def _person(person_id: str) -> str:
    return str(GlobalId("Person", person_id))


async def _document(request: View, info: Info) -> View | None:
    """Whole, or not at all: an export that lacks a service's part would not say so."""
    if request["kind"] != "export" or request["status"] != "done":
        return None
    parts = await asyncio.gather(*(_part(info, service, request["id"]) for service in SERVICES))
    found = {service: part["data"] for service, part in zip(SERVICES, parts, strict=True) if part is not None}
    return found or None


async def _part(info: Info, service: str, request_id: str) -> View | None:
    [part] = (await info.context.call(service, "get_export_part", request_id=request_id))["items"]
    return part  # type: ignore[no-any-return]


class DataRequestFields:
    """What is said of a DataRequest."""

    id = global_id("DataRequest")
    version = version_field()
    kind = leaf(DataRequestKind, "What was asked for.", required=True)
    status = leaf(DataRequestStatus, "Where it stands.", required=True)
    is_overdue = leaf(
        graphene.Boolean,
        "Whether some service has not answered for a day: the law gives a month, the platform a day.",
        required=True,
    )
    person_ids = leaves(
        graphene.ID,
        "The person whom it is about: an id for each issuer that they sign in with; none is known of somebody who "
        "never has.",
        resolver=derived(lambda request: [_person(each) for each in request["person_ids"]]),
    )
    requested_by = leaf(
        graphene.ID,
        "The person who asked.",
        required=True,
        resolver=derived(lambda request: _person(request["requested_by"])),
    )
    requested_at = leaf(DateTime, "When it was asked for.", required=True)
    done_at = leaf(DateTime, "When all services had answered; null: not yet.")
    missing = leaves(graphene.String, "The services that have not answered yet.")
    receipts = objects(DataReceipt, "What each service answered.", rows=3, required=True)
    document = leaf(
        Json,
        "What all services hold of the person: documents by service and kind. For who asked, and for the person; null "
        "for an erasure, until the request is done, and a week after that.",
        resolver=_document,
    )


def data_request(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(DataRequestLoader).load(found.key)


def _filters() -> dict[str, Any]:
    return {
        "kind": argument(DataRequestKind, "Only requests of this kind."),
        "status": argument(DataRequestStatus, "Only requests that stand there."),
        "overdue": argument(graphene.Boolean, "Only those that some service has not answered for a day."),
    }


async def _of_coalition(
    coalition: View, info: Info, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    wanted = {"coalition": coalition["key"], **filters(given), **page_request(info, first, after)}
    return connection_of(await info.context.call("membership", "list_data_requests", **wanted), after)


async def _of_network(
    _root: None, info: Info, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    wanted = {**filters(given), **page_request(info, first, after)}
    return connection_of(await info.context.call("membership", "list_data_requests", **wanted), after)


async def _own(_me: View, info: Info, first: int | None = None, after: str | None = None) -> View:
    wanted = page_request(info, first, after)
    return connection_of(await info.context.call("membership", "list_own_data_requests", **wanted), after)


def _data_request(_root: None, info: Info, id: str) -> "Awaitable[View | None] | None":
    found = find("DataRequest", id)
    return data_request(info, found) if found else None


class CoalitionDataRequests:
    """Coalition → requests for exports and erasures in it."""

    data_requests = page_field(
        "DataRequest",
        "Requests for what it holds of somebody, the newest first. For its administrators and auditors.",
        asks="membership.list_data_requests",
        resolver=_of_coalition,
        rows=10,
        **_filters(),
    )


class MyDataRequests:
    """Me → what I asked for, and what was asked about me."""

    data_requests = page_field(
        "DataRequest",
        "Requests for exports and erasures that you made, or that are about you, the newest first.",
        resolver=_own,
        rows=10,
    )


class DataRequestQueries:
    """Root fields about exports and erasures."""

    data_request = Field(
        lazy("DataRequest"),
        "A request for an export or an erasure; null when there is none of this id that you may see.",
        id=argument(graphene.NonNull(graphene.ID), "Its id."),
        asks="membership.get_data_requests",
        resolver=_data_request,
    )
    network_data_requests = page_field(
        "DataRequest",
        "Requests for what is held of somebody in all coalitions, the newest first.",
        asks="membership.list_data_requests.everywhere",
        resolver=_of_network,
        rows=10,
        **_filters(),
    )


def request_inputs() -> dict[str, Any]:
    """The fields by which an export or an erasure is asked for."""
    return {
        "coalition": input_value(
            graphene.String,
            "The coalition's key: what it holds. Without it all that is held anywhere, which one can ask for oneself "
            "only.",
        ),
        "person_id": input_value(graphene.ID, "Of whom, for the coalition's administrators; without it, of yourself."),
        "email": input_value(
            graphene.String, "Of whoever has this address, for the coalition's administrators. It is not stored."
        ),
    }
