"""Fields of other folders' types that the reports service answers."""

from typing import Any

from gateway.graphql.core.connections import loaded_page, page_field
from gateway.graphql.core.fields import argument, objects
from gateway.graphql.core.ids import own_key, own_ref
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import loaded_by
from gateway.graphql.core.scalars import Date

from .enums import ObligationStatus
from .loaders import CyclesOfCoalitionLoader, ObligationsOfCoalitionLoader, ObligationsOfMemberLoader


def obligation_filters() -> dict[str, Any]:
    """The arguments that narrow a list of obligations."""
    return {
        "due_before": argument(Date, "Only those due before this day."),
        "status": argument(ObligationStatus, "Only those in this state."),
    }


class CoalitionReporting:
    """Coalition → its reporting cycles and its members' obligations."""

    cycles = objects(
        lazy("Cycle"),
        "Its reporting cycles, the oldest period first.",
        rows=10,
        resolver=loaded_by(CyclesOfCoalitionLoader, own_key),
    )
    obligations = page_field(
        "Obligation",
        "Its members' duties to report, by their due date.",
        resolver=loaded_page(ObligationsOfCoalitionLoader, own_key),
        **obligation_filters(),
    )


class MemberObligations:
    """Member → its obligations."""

    obligations = objects(
        lazy("Obligation"),
        "Its duties to report, the oldest first.",
        rows=5,
        resolver=loaded_by(ObligationsOfMemberLoader, own_ref),
    )
