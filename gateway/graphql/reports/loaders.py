"""What the reports service gives in batches."""

from gateway.graphql.core.ids import Ref
from gateway.graphql.core.loaders import ArgumentsLoader, ServiceLoader


class CycleLoader(ServiceLoader[Ref]):
    """Reporting cycle by id."""

    service, method, parameter = "reports", "get_cycles", "refs"


class CyclesOfCoalitionLoader(ServiceLoader[str]):
    """All reporting cycles, by the coalition's key."""

    service, method, parameter = "reports", "list_cycles", "coalitions"


class ReportLoader(ServiceLoader[Ref]):
    """Report by id."""

    service, method, parameter = "reports", "get_reports", "refs"


class EvidenceLoader(ServiceLoader[Ref]):
    """File of a report by its id."""

    service, method, parameter = "reports", "get_evidence", "refs"


class EvidenceOfReportLoader(ServiceLoader[Ref]):
    """The files of a report, by the report's id."""

    service, method, parameter = "reports", "list_evidence_of_reports", "refs"


class ObligationsOfMemberLoader(ServiceLoader[Ref]):
    """All obligations, the oldest first, by the member's id."""

    service, method, parameter = "reports", "list_obligations_of_members", "refs"


class ObligationsOfCoalitionLoader(ArgumentsLoader):
    """A page of obligations, by the coalition's key and the arguments of the field."""

    service, method, parameter = "reports", "list_obligations_of", "coalitions"
