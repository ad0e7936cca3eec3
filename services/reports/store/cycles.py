"""Report cycles."""

from collections.abc import Sequence
from datetime import date

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.cycles import Cycle
from .aggregates import Aggregates, Document, commitments_from_documents, commitments_to_documents


class Calendars(TenantRepository):
    """One document per coalition, changed by every opening of a cycle.

    That no two cycles overlap is a rule about several documents, which no unique index can express: two openings at
    the same time both write here, so the second runs again and sees what the first has stored.
    """

    collection = "calendars"

    def claim(self) -> None:
        """Let nobody else open a cycle of this coalition until this transaction is over."""
        key = self._documents.coalition
        found = self._documents.find_one({"_id": key})
        if found is None:
            self._documents.insert({"_id": key, "version": 1})
        else:
            self._documents.replace({"_id": key, "version": found["version"] + 1})


class Cycles(Aggregates[Cycle]):
    collection = "cycles"

    def overlapping(self, start: date, end: date) -> Cycle | None:
        """The first cycle whose period shares a day with `start` to `end`."""
        query = {"period_start": {"$lte": end.isoformat()}, "period_end": {"$gte": start.isoformat()}}
        document = self._documents.find_one(query, sort=[("period_start", 1)])
        return None if document is None else self.from_document(document)

    def all(self) -> Sequence[Cycle]:
        """Oldest period first."""
        return [self.from_document(document) for document in self._documents.find({}, sort=[("period_start", 1)])]

    def to_document(self, cycle: Cycle) -> Document:
        return {
            "_id": cycle.id,
            "version": cycle.version,
            "name": cycle.name.as_dict(),
            "period_start": cycle.period_start.isoformat(),
            "period_end": cycle.period_end.isoformat(),
            "opens_on": cycle.opens_on.isoformat(),
            "due_on": cycle.due_on.isoformat(),
            "plan_id": cycle.plan_id,
            "plan_version": cycle.plan_version,
            "commitments": commitments_to_documents(cycle.commitments),
        }

    def from_document(self, document: Document) -> Cycle:
        return Cycle(
            id=document["_id"],
            coalition=document["coalition"],
            version=document["version"],
            name=LocalizedText.from_dict(document["name"]),
            period_start=date.fromisoformat(document["period_start"]),
            period_end=date.fromisoformat(document["period_end"]),
            opens_on=date.fromisoformat(document["opens_on"]),
            due_on=date.fromisoformat(document["due_on"]),
            plan_id=document["plan_id"],
            plan_version=document["plan_version"],
            commitments=commitments_from_documents(document["commitments"]),
        )
