"""The hand-overs of one coalition's focal points. They are added, and never change."""

from services.chassis.persistence.collection import Document
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.hand_overs import HandOver


class HandOvers(TenantRepository):
    collection = "hand_overs"

    def add(self, hand_over: HandOver) -> None:
        self._documents.insert(_to_document(hand_over))

    def count(self, member_id: str) -> int:
        return self._documents.count({"member_id": member_id})


def _to_document(hand_over: HandOver) -> Document:
    return {
        "_id": hand_over.id,
        "version": hand_over.version,
        "member_id": hand_over.member_id,
        "number": hand_over.number,
        "from_person": hand_over.from_person,
        "to_person": hand_over.to_person,
        "at": hand_over.at,
    }


def from_document(document: Document) -> HandOver:
    return HandOver(
        id=document["_id"],
        coalition=document["coalition"],
        member_id=document["member_id"],
        number=document["number"],
        from_person=document["from_person"],
        to_person=document["to_person"],
        at=document["at"],
    )
