"""Finding objects of the reports service by their global ids."""

from collections.abc import Awaitable, Mapping

from gateway.graphql.core.ids import GlobalId
from gateway.graphql.core.node import Fetch
from gateway.graphql.core.resolving import Info, View

from .loaders import CycleLoader, EvidenceLoader, ReportLoader


def cycle(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(CycleLoader).load(found.ref)


def report(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(ReportLoader).load(found.ref)


def evidence(info: Info, found: GlobalId) -> Awaitable[View | None]:
    return info.context.loader(EvidenceLoader).load(found.ref)


NODES: Mapping[str, Fetch] = {"Cycle": cycle, "Report": report, "Evidence": evidence}
