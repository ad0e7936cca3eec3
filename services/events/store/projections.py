"""Copies of what the membership service tells, healed by every later message about the same thing."""

from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.members import Member


class Members(TenantRepository, Aggregates[Member]):
    collection = "members"

    def from_document(self, document: Document) -> Member:
        return Member(
            id=document["_id"],
            coalition=document["coalition"],
            standing=document["standing"],
            sequence=document["sequence"],
        )

    def all(self) -> list[Member]:
        """By id. A coalition has hundreds of members, not thousands."""
        return [self.from_document(document) for document in self._documents.find({}).sort("_id")]

    def project(self, member: Member) -> bool:
        """False: something newer is known."""
        return self._documents.project({"_id": member.id, "standing": member.standing, "sequence": member.sequence})


class Coalitions(TenantRepository):
    collection = "coalitions"

    def is_known(self) -> bool:
        return self._documents.find_one({"_id": self.coalition}, projection={"_id": 1}) is not None

    def project(self, *, sequence: int) -> bool:
        """False: something newer is known."""
        return self._documents.project({"_id": self.coalition, "sequence": sequence})
