"""Copies of what the membership service tells, healed by every later message about the same thing."""

from typing import Any, Final

from ...chassis.persistence.tenancy import TenantRepository
from ..domain.members import ProjectedMember

MEMBERS: Final = "members"
COALITIONS: Final = "coalitions"


class ProjectedMembers(TenantRepository):
    collection = MEMBERS

    def find(self, member_id: str) -> ProjectedMember | None:
        document = self._documents.find_one({"_id": member_id})
        return _from_document(document) if document else None

    def all(self) -> list[ProjectedMember]:
        """By id. A coalition has hundreds of members, not thousands."""
        return [_from_document(document) for document in self._documents.find({}).sort("_id")]

    def project(self, member: ProjectedMember) -> bool:
        """False: what is stored is as new or newer."""
        return self._documents.project({"_id": member.id, "standing": member.standing, "sequence": member.sequence})


class ProjectedCoalitions(TenantRepository):
    collection = COALITIONS

    def is_known(self) -> bool:
        return self._documents.find_one({"_id": self._documents.coalition}, projection={"_id": 1}) is not None

    def project(self, *, sequence: int) -> bool:
        """False: what is stored is as new or newer."""
        return self._documents.project({"_id": self._documents.coalition, "sequence": sequence})


def _from_document(document: dict[str, Any]) -> ProjectedMember:
    return ProjectedMember(
        id=document["_id"],
        coalition=document["coalition"],
        standing=document["standing"],
        sequence=document["sequence"],
    )
