"""Copies of what the membership service tells, healed by every later message about the same thing."""

from datetime import date

from services.chassis.persistence.collection import Document, NetworkCollection
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository
from services.chassis.persistence.unit_of_work import Work

from ..domain.members import Member
from ..domain.special_needs import ConsentText


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


class ConsentTexts(TenantRepository):
    """The texts to consent to; the texts themselves are read at their owner's."""

    collection = "consent_texts"

    def about(self, purpose: str) -> list[ConsentText]:
        return [_consent_text(document) for document in self._documents.find({"purpose": purpose})]

    def project(self, text: ConsentText) -> bool:
        """False: something newer is known."""
        return self._documents.project(
            {
                "_id": text.id,
                "sequence": text.sequence,
                "purpose": text.purpose,
                "version": text.version,
                "valid_from": text.valid_from.isoformat(),
            }
        )


def _consent_text(document: Document) -> ConsentText:
    return ConsentText(
        id=document["_id"],
        coalition=document["coalition"],
        purpose=document["purpose"],
        version=document["version"],
        valid_from=date.fromisoformat(document["valid_from"]),
        sequence=document["sequence"],
    )


class Coalitions(TenantRepository):
    collection = "coalitions"

    def is_known(self) -> bool:
        return self._documents.find_one({"_id": self.coalition}, projection={"_id": 1}) is not None

    def project(self, *, sequence: int) -> bool:
        """False: something newer is known."""
        return self._documents.project({"_id": self.coalition, "sequence": sequence})


def known_coalitions(work: Work) -> list[str]:
    """The keys of all coalitions that this service has heard of."""
    rows = NetworkCollection(work, Coalitions.collection).find({}, projection={"_id": 1}).sort("_id")
    return [row["_id"] for row in rows]
