"""Report cycles."""

from collections.abc import Sequence
from datetime import date

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.cycles import Cycle
from . import commitments


class Calendars(TenantRepository):
    """One document per coalition, changed by every opening of a cycle.

    That no two cycles overlap is a rule about several documents, which no unique index can express: two openings at
    the same time both write here, so the second runs again and sees what the first has stored.
    """

    collection = "calendars"

    def claim(self) -> None:
        """Let nobody else open a cycle of this coalition until this transaction is over."""
        found = self._documents.find_one({"_id": self.coalition})
        self._documents.store({"_id": self.coalition, "version": found["version"] + 1 if found else 1})


class Cycles(TenantRepository, Aggregates[Cycle]):
    collection = "cycles"

    def from_document(self, document: Document) -> Cycle:
        return _from_document(document)

    def store(self, cycle: Cycle) -> None:
        """Raises VersionConflict when somebody else changed it since it was read."""
        self._documents.store(_to_document(cycle))

    def overlapping(self, start: date, end: date) -> Cycle | None:
        """The first cycle whose period shares a day with `start` to `end`."""
        query = {"period_start": {"$lte": end.isoformat()}, "period_end": {"$gte": start.isoformat()}}
        document = self._documents.find_one(query, sort=[("period_start", 1)])
        return None if document is None else self.from_document(document)

    def all(self) -> Sequence[Cycle]:
        """Oldest period first."""
        return [self.from_document(document) for document in self._documents.find({}, sort=[("period_start", 1)])]


def _to_document(cycle: Cycle) -> Document:
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
        "commitments": commitments.to_documents(cycle.commitments),
    }


def _from_document(document: Document) -> Cycle:
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
        commitments=commitments.from_documents(document["commitments"]),
    )
