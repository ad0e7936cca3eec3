"""Evidence: files that belong to reports."""

from collections.abc import Awaitable
from typing import Final

from gateway.graphql.core.fields import Field, global_id, objects, version_field
from gateway.graphql.core.files import File, addresses_of
from gateway.graphql.core.ids import Ref, own_ref
from gateway.graphql.core.node import Node
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import Info, View

from .loaders import EvidenceOfReportLoader, ReportLoader

SHELF: Final = "evidence"
_MOST: Final = 50


class EvidenceMeta:
    """The `Meta` of Evidence."""

    interfaces = (Node, File)


def _report(evidence: View, info: Info) -> Awaitable[View | None]:
    return info.context.loader(ReportLoader).load(Ref(evidence["coalition"], evidence["owner_id"]))


def _evidence(report: View, info: Info) -> Awaitable[list[View]]:
    return info.context.loader(EvidenceOfReportLoader).load(own_ref(report))


class EvidenceFields:
    """What its own service says of an Evidence, beside what it has as a File."""

    id = global_id("Evidence")
    version = version_field()
    report = Field(lazy("Report"), "The report that it belongs to.", resolver=_report)
    url, upload = addresses_of(SHELF).values()


class ReportEvidence:
    """Report → its evidence."""

    evidence = objects(
        lazy("Evidence"),
        "Its files, in the order in which they were announced. For who may read the report.",
        rows=_MOST,
        resolver=_evidence,
    )
