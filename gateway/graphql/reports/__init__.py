"""Reporting: what the reports service answers."""

from .contributions import CoalitionReporting, MemberObligations
from .cycle import CycleFields
from .evidence import EvidenceFields, EvidenceMeta, ReportEvidence
from .mutations import Mutations
from .nodes import NODES
from .obligation import ObligationFields
from .queries import Queries
from .report import ReportFields
from .subscriptions import Subscriptions

__all__ = [
    "NODES",
    "CoalitionReporting",
    "CycleFields",
    "EvidenceFields",
    "EvidenceMeta",
    "MemberObligations",
    "Mutations",
    "ObligationFields",
    "Queries",
    "ReportEvidence",
    "ReportFields",
    "Subscriptions",
]
