"""Special needs as documents, in a collection of their own: whoever reads registrations does not read these."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.special_needs import SpecialNeeds


class SpecialNeedsOfDelegates(TenantRepository, Aggregates[SpecialNeeds]):
    """By the id of the registration."""

    collection = "special_needs"

    def from_document(self, document: Document) -> SpecialNeeds:
        return SpecialNeeds(
            id=document["_id"],
            coalition=document["coalition"],
            version=document["version"],
            conference_id=document["conference_id"],
            member_id=document["member_id"],
            dietary=document["dietary"],
            access_needs=document["access_needs"],
            consent_version=document["consent_version"],
            entered_by=document["entered_by"],
            entered_at=document["entered_at"],
        )

    def store(self, needs: SpecialNeeds) -> None:
        """Raises VersionConflict."""
        self._documents.store(_to_document(needs))

    def delete(self, registration_ids: Iterable[str]) -> int:
        """Returns how many there were."""
        found = [document["_id"] for document in self._documents.find_many(registration_ids)]
        for registration_id in found:
            self._documents.delete(registration_id)
        return len(found)

    def conferences(self) -> list[str]:
        """Ids of the conferences of whose delegates some needs are known."""
        stages: list[dict[str, Any]] = [{"$group": {"_id": "$conference_id"}}]
        return [row["_id"] for row in self._documents.aggregate(stages)]

    def of_conferences(self, conference_ids: Sequence[str], *, limit: int) -> list[str]:
        """The ids of up to `limit`."""
        query = {"conference_id": {"$in": list(conference_ids)}}
        return [document["_id"] for document in self._documents.find(query, projection={"_id": 1}).limit(limit)]

    def count(self, conference_ids: Sequence[str]) -> int:
        return self._documents.count({"conference_id": {"$in": list(conference_ids)}})


def _to_document(needs: SpecialNeeds) -> Document:
    return {
        "_id": needs.id,
        "version": needs.version,
        "conference_id": needs.conference_id,
        "member_id": needs.member_id,
        "dietary": needs.dietary,
        "access_needs": needs.access_needs,
        "consent_version": needs.consent_version,
        "entered_by": needs.entered_by,
        "entered_at": needs.entered_at,
    }
