"""The commands, each one transaction: read, decide (in `domain`), store, publish."""

from .accession import apply_for_membership, record_decision, record_membership, record_milestone
from .registry import publish_plan, register_city, register_coalition

__all__ = [
    "apply_for_membership",
    "publish_plan",
    "record_decision",
    "record_membership",
    "record_milestone",
    "register_city",
    "register_coalition",
]
