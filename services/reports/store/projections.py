"""Copies of what the membership service tells, healed by every later message about the same thing."""

from services.chassis.persistence import values
from services.chassis.persistence.collection import Document, NetworkCollection
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository
from services.chassis.persistence.unit_of_work import Work

from ..domain.coalitions import Coalition
from ..domain.hand_overs import HandOver
from ..domain.members import Member
from ..domain.plans import Plan
from . import commitments, rules


class Coalitions(TenantRepository, Aggregates[Coalition]):
    collection = "coalitions"

    def from_document(self, document: Document) -> Coalition:
        known = tuple(rules.from_document(rule) for rule in document["rules"])
        return Coalition(key=document["_id"], rules=known, sequence=document["sequence"])

    def this(self) -> Coalition | None:
        return self.find(self.coalition)

    def project(self, coalition: Coalition) -> bool:
        """False: something newer is known."""
        told = [rules.to_document(rule) for rule in coalition.rules]
        return self._documents.project({"_id": coalition.key, "sequence": coalition.sequence, "rules": told})


def known_coalitions(work: Work) -> list[str]:
    """The keys of all coalitions that this service has heard of."""
    rows = NetworkCollection(work, Coalitions.collection).find({}, projection={"_id": 1}).sort("_id")
    return [row["_id"] for row in rows]


class Plans(TenantRepository, Aggregates[Plan]):
    collection = "plans"

    def from_document(self, document: Document) -> Plan:
        return Plan(
            id=document["_id"],
            coalition=document["coalition"],
            version=document["plan_version"],
            commitments=commitments.from_documents(document["commitments"]),
            published_at=document["published_at"],
            sequence=document["sequence"],
        )

    def newest(self, version: str | None) -> Plan | None:
        """The plan `version`, or without one the plan that was published last."""
        query = {} if version is None else {"plan_version": version}
        document = self._documents.find_one(query, sort=[("published_at", -1), ("_id", -1)])
        return None if document is None else self.from_document(document)

    def project(self, plan: Plan) -> bool:
        """False: something newer is known."""
        return self._documents.project(
            {
                "_id": plan.id,
                "sequence": plan.sequence,
                "plan_version": plan.version,
                "commitments": commitments.to_documents(plan.commitments),
                "published_at": plan.published_at,
            }
        )


class Members(TenantRepository, Aggregates[Member]):
    collection = "members"

    def from_document(self, document: Document) -> Member:
        return Member(
            id=document["_id"],
            coalition=document["coalition"],
            standing=document["standing"],
            admitted_on=values.partial_date(document["admitted_on"]),
            sequence=document["sequence"],
        )

    def all(self) -> list[Member]:
        """By id. A coalition has hundreds of members, not thousands."""
        return [self.from_document(document) for document in self._documents.find({}, sort=[("_id", 1)])]

    def project(self, member: Member) -> bool:
        """False: something newer is known."""
        return self._documents.project(
            {
                "_id": member.id,
                "sequence": member.sequence,
                "standing": member.standing,
                "admitted_on": values.text_of(member.admitted_on),
            }
        )


class HandOvers(TenantRepository, Aggregates[HandOver]):
    collection = "hand_overs"

    def from_document(self, document: Document) -> HandOver:
        return HandOver(
            id=document["_id"],
            coalition=document["coalition"],
            member_id=document["member_id"],
            number=document["number"],
            from_person=document["from_person"],
            to_person=document["to_person"],
            sequence=document["sequence"],
        )

    def of_member(self, member_id: str) -> list[HandOver]:
        """In the order of their numbers."""
        found = self._documents.find({"member_id": member_id}, sort=[("number", 1)])
        return [self.from_document(document) for document in found]

    def project(self, hand_over: HandOver) -> bool:
        """False: something newer is known."""
        return self._documents.project(
            {
                "_id": hand_over.id,
                "sequence": hand_over.sequence,
                "member_id": hand_over.member_id,
                "number": hand_over.number,
                "from_person": hand_over.from_person,
                "to_person": hand_over.to_person,
            }
        )
