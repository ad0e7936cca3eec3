"""Blocks of seats as documents: one per block, so that two registrations seldom change the same one."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.chassis.persistence.tenancy import TenantRepository

from ..domain.seats import SeatBlock


class SeatBlocks(TenantRepository):
    collection = "seat_blocks"

    def of(self, conference_id: str) -> list[SeatBlock]:
        """All blocks of a conference; none before its registration was opened for the first time."""
        return [_from_document(row) for row in self._documents.find({"conference_id": conference_id})]

    def store(self, block: SeatBlock) -> None:
        """Raises VersionConflict when the block was changed since it was read; inside a transaction the database
        sees that first, and the transaction runs again."""
        self._documents.store(_to_document(block))

    def store_all(self, blocks: Sequence[SeatBlock]) -> None:
        for block in blocks:
            self.store(block)

    def taken(self, conference_ids: Iterable[str]) -> dict[str, int]:
        """Seats taken per conference; conferences without blocks are left out."""
        stages: list[dict[str, Any]] = [
            {"$match": {"conference_id": {"$in": list(conference_ids)}}},
            {"$group": {"_id": "$conference_id", "taken": {"$sum": "$taken"}}},
        ]
        return {row["_id"]: row["taken"] for row in self._documents.aggregate(stages)}


def _to_document(block: SeatBlock) -> dict[str, Any]:
    return {
        "_id": f"{block.conference_id}/{block.number:02}",
        "conference_id": block.conference_id,
        "number": block.number,
        "version": block.version,
        "capacity": block.capacity,
        "taken": block.taken,
    }


def _from_document(document: Mapping[str, Any]) -> SeatBlock:
    return SeatBlock(
        conference_id=document["conference_id"],
        number=document["number"],
        version=document["version"],
        capacity=document["capacity"],
        taken=document["taken"],
    )
