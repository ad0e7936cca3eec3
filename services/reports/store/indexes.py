"""The indexes of this service's database: the coalition first, as every query has it.

What is found by its id alone uses MongoDB's own index.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from ..domain.statuses import ObligationStatus


def _index(*fields: str) -> IndexModel:
    return IndexModel([("coalition", ASCENDING), *((field, ASCENDING) for field in fields)])


INDEXES: Final[Mapping[str, Sequence[IndexModel]]] = {
    "members": (_index("_id"),),
    "plans": (
        IndexModel(
            [("coalition", ASCENDING), ("plan_version", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]
        ),
        IndexModel([("coalition", ASCENDING), ("published_at", DESCENDING), ("_id", DESCENDING)]),
    ),
    "cycles": (_index("period_start", "period_end"),),
    "reports": (
        _index("_id"),
        _index("cycle_id", "_id"),
        _index("member_id", "_id"),
        _index("status", "_id"),
        _index("cycle_id", "status", "_id"),
        IndexModel(
            [("coalition", ASCENDING), ("cycle_id", ASCENDING), ("member_id", ASCENDING)],
            name="one_report_per_member_and_cycle",
            unique=True,
        ),
    ),
    "obligations": (
        _index("member_id", "_id"),
        _index("due_key", "_id"),
        _index("status", "due_key", "_id"),
        IndexModel(
            [("coalition", ASCENDING), ("member_id", ASCENDING)],
            name="one_open_obligation_per_member",
            unique=True,
            partialFilterExpression={"status": ObligationStatus.OPEN.value},
        ),
    ),
}
