"""The audit log: each service keeps its own, and here they are one list."""

from .entry import AuditEntryFields
from .trail import CoalitionAudit, Queries

__all__ = ["AuditEntryFields", "CoalitionAudit", "Queries"]
