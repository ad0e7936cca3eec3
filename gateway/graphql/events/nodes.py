"""Finding objects of the events service by their global ids."""

from collections.abc import Awaitable, Mapping

from gateway.graphql.core.ids import GlobalId
from gateway.graphql.core.node import Fetch
from gateway.graphql.core.resolving import Info, View

from .loaders import ConferenceLoader, RegistrationLoader


def conference(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(ConferenceLoader).load(found.ref)


def registration(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(RegistrationLoader).load(found.ref)


NODES: Mapping[str, Fetch] = {"Conference": conference, "Registration": registration}
