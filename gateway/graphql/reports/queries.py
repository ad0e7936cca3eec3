"""Root fields answered by the reports service."""

from collections.abc import Awaitable
from typing import Any

import graphene

from gateway.graphql.core.connections import connection_of, page_field, page_request
from gateway.graphql.core.fields import Field, argument, coalition_argument, objects
from gateway.graphql.core.ids import expect, find
from gateway.graphql.core.inputs import filters
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View

from . import nodes
from .contributions import obligation_filters
from .enums import ReportStatus
from .loaders import CyclesOfCoalitionLoader


def _cycles(_root: None, info: Info, coalition: str) -> Awaitable[list[View]]:
    return info.context.loader(CyclesOfCoalitionLoader).load(coalition)


def _cycle(_root: None, info: Info, id: str) -> "Awaitable[View | None] | None":
    found = find("Cycle", id)
    return nodes.cycle(info, found) if found else None


async def _reports(
    _root: None,
    info: Info,
    coalition: str,
    cycle: str | None = None,
    member: str | None = None,
    first: int | None = None,
    after: str | None = None,
    **given: Any,
) -> View:
    wanted = {"coalition": coalition, **filters(given), **page_request(info, first, after)}
    if cycle is not None:
        wanted["cycle_id"] = expect("Cycle", cycle, ("cycle",)).key
    if member is not None:
        wanted["member_id"] = expect("Member", member, ("member",)).key
    return connection_of(await info.context.call("reports", "list_reports", **wanted), after)


async def _obligations(
    _root: None, info: Info, coalition: str, first: int | None = None, after: str | None = None, **given: Any
) -> View:
    wanted = {"coalition": coalition, **filters(given), **page_request(info, first, after)}
    return connection_of(await info.context.call("reports", "list_obligations", **wanted), after)


class Queries:
    """The reports service's part of Query."""

    cycles = objects(
        lazy("Cycle"),
        "The reporting cycles of a coalition, the oldest period first.",
        coalition=coalition_argument(),
        asks="reports.list_cycles",
        resolver=_cycles,
    )
    cycle = Field(
        lazy("Cycle"),
        "A reporting cycle; null when there is none of this id.",
        id=argument(graphene.NonNull(graphene.ID), "Its id."),
        asks="reports.get_cycles",
        resolver=_cycle,
    )
    reports = page_field(
        "Report",
        "Reports to a coalition, the newest first. Confidential until they are published.",
        asks="reports.list_reports",
        resolver=_reports,
        coalition=coalition_argument(),
        cycle=argument(graphene.ID, "Only reports in this cycle."),
        member=argument(graphene.ID, "Only reports of this member."),
        status=argument(ReportStatus, "Only reports that are this far."),
    )
    obligations = page_field(
        "Obligation",
        "Duties to report to a coalition, by their due date, those without one last.",
        asks="reports.list_obligations",
        resolver=_obligations,
        coalition=coalition_argument(),
        **obligation_filters(),
    )
