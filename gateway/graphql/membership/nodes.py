"""Finding objects of the membership service by their global ids."""

from collections.abc import Awaitable, Mapping

from gateway.graphql.core.ids import GlobalId
from gateway.graphql.core.node import Fetch
from gateway.graphql.core.resolving import Info, View

from .data_requests import data_request
from .loaders import ApplicationLoader, CityLoader, CoalitionLoader, MemberLoader, PlanLoader


def coalition(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(CoalitionLoader).load(found.key)


def plan(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(PlanLoader).load(found.ref)


def city(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(CityLoader).load(found.key)


def member(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(MemberLoader).load(found.ref)


def application(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(ApplicationLoader).load(found.ref)


NODES: Mapping[str, Fetch] = {
    "Coalition": coalition,
    "PlanVersion": plan,
    "City": city,
    "Member": member,
    "Application": application,
    "DataRequest": data_request,
}
