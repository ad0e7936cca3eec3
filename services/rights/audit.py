"""What questions to the audit log are about, the same in every service."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.chassis.kernel.audit import ListAudit
from services.chassis.kernel.context import acting_principal

from .decide import Target
from .policy import About


def _coalitions(_work: Any, request: ListAudit) -> Iterator[Target]:
    return (Target(coalition=coalition) for coalition in request.coalitions)


def _network(_work: Any, _request: Any) -> Target:
    return Target()


def _own(_work: Any, _request: Any) -> Target:
    principal = acting_principal()
    return Target(person_id=principal.id if principal else None)


AUDIT: Final[Mapping[str, About]] = {
    "list_audit": _coalitions,
    "list_network_audit": _network,
    "list_own_audit": _own,
}
"""Part of each service's `about`."""
