"""What other services have told: coalitions' rules, plans and members, each as of its newest message."""

from services.chassis.persistence.tenancy import TenantRepository

from ..domain.coalitions import Coalition
from ..domain.dates import PartialDate
from ..domain.members import Member
from ..domain.plans import Plan
from .aggregates import Document, commitments_from_documents, commitments_to_documents
from .rules import rule_from_document, rule_to_document


class Coalitions(TenantRepository):
    collection = "coalitions"

    def project(self, coalition: Coalition) -> bool:
        """False: what is stored is as new or newer."""
        rules = [rule_to_document(rule) for rule in coalition.rules]
        return self._documents.project({"_id": coalition.key, "sequence": coalition.sequence, "rules": rules})

    def this(self) -> Coalition | None:
        document = self._documents.find_one({"_id": self._documents.coalition})
        if document is None:
            return None
        rules = tuple(rule_from_document(rule) for rule in document["rules"])
        return Coalition(key=document["_id"], rules=rules, sequence=document["sequence"])


class Plans(TenantRepository):
    collection = "plans"

    def project(self, plan: Plan) -> bool:
        """False: what is stored is as new or newer."""
        return self._documents.project(
            {
                "_id": plan.id,
                "sequence": plan.sequence,
                "plan_version": plan.version,
                "commitments": commitments_to_documents(plan.commitments),
                "published_at": plan.published_at,
            }
        )

    def newest(self, version: str | None) -> Plan | None:
        """The plan `version`, or without one the plan that was published last."""
        query = {} if version is None else {"plan_version": version}
        document = self._documents.find_one(query, sort=[("published_at", -1), ("_id", -1)])
        return None if document is None else _plan(document)


class Members(TenantRepository):
    collection = "members"

    def project(self, member: Member) -> bool:
        """False: what is stored is as new or newer."""
        admitted_on = member.admitted_on
        return self._documents.project(
            {
                "_id": member.id,
                "sequence": member.sequence,
                "standing": member.standing,
                "admitted_on": None if admitted_on is None else str(admitted_on),
            }
        )

    def one(self, id: str) -> Member | None:
        document = self._documents.find_one({"_id": id})
        return None if document is None else _member(document)

    def all(self) -> list[Member]:
        return [_member(document) for document in self._documents.find({}, sort=[("_id", 1)])]


def _plan(document: Document) -> Plan:
    return Plan(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["plan_version"],
        commitments=commitments_from_documents(document["commitments"]),
        published_at=document["published_at"],
        sequence=document["sequence"],
    )


def _member(document: Document) -> Member:
    admitted_on = document["admitted_on"]
    return Member(
        id=document["_id"],
        coalition=document["coalition"],
        standing=document["standing"],
        admitted_on=None if admitted_on is None else PartialDate.parse(admitted_on),
        sequence=document["sequence"],
    )
