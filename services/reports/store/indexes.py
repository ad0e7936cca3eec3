"""The indexes of the reports database: the coalition first, as every query has it. What is found by its id alone uses
MongoDB's own index."""

from typing import Final

from services.chassis.persistence.indexes import IndexesByCollection, index, tenant_index
from services.files.store import BINDERS
from services.files.store import indexes as file_indexes
from services.personal import exports, retention_store

from ..domain.statuses import ObligationStatus

INDEXES: Final[IndexesByCollection] = {
    "members": (tenant_index("_id"),),
    "plans": (
        tenant_index("plan_version", "-published_at", "-_id"),
        tenant_index("-published_at", "-_id"),
    ),
    "cycles": (tenant_index("period_start", "period_end"),),
    "reports": (
        tenant_index("_id"),
        tenant_index("cycle_id", "_id"),
        tenant_index("member_id", "_id"),
        tenant_index("status", "_id"),
        tenant_index("cycle_id", "status", "_id"),
        tenant_index("cycle_id", name="with_names", where={"responsible": {"$type": "string"}}),
        # A person asks what all coalitions hold of them.
        index("responsible", name="of_person", where={"responsible": {"$type": "string"}}),
        tenant_index("cycle_id", "member_id", name="one_report_per_member_and_cycle", unique=True),
    ),
    "hand_overs": (tenant_index("member_id", "number"),),
    "obligations": (
        tenant_index("member_id", "_id"),
        tenant_index("due_key", "_id"),
        tenant_index("status", "due_key", "_id"),
        tenant_index(
            "member_id",
            name="one_open_obligation_per_member",
            unique=True,
            where={"status": ObligationStatus.OPEN.value},
        ),
    ),
    "evidence": file_indexes(),
    BINDERS: (tenant_index("_id"),),
    **exports.INDEXES,
    **retention_store.INDEXES,
}
