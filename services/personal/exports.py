"""What a service has exported of one person, kept for a week to be read by who asked for it. It is in no message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo import ASCENDING, IndexModel

from services.chassis.persistence.collection import Document
from services.chassis.persistence.indexes import IndexesByCollection, index
from services.chassis.persistence.repository import Aggregates, NetworkRepository

from .data_subject import DataSubject

COLLECTION: Final = "exports"
KEPT_FOR: Final = timedelta(days=7)

INDEXES: Final[IndexesByCollection] = {
    COLLECTION: (
        IndexModel([("expires_at", ASCENDING)], name="expiry", expireAfterSeconds=0),
        index("person_ids", name="of_person"),
        index("pseudonym", name="of_pseudonym"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPart:
    """One service's part of an export: documents by the name of their collection. `id` is the request's."""

    id: str
    requested_by: str
    coalition: str | None
    person_ids: tuple[str, ...]
    pseudonym: str | None
    made_at: datetime
    data: Mapping[str, Any]

    @property
    def expires_at(self) -> datetime:
        return self.made_at + KEPT_FOR

    def may_be_read_by(self, person_id: str) -> bool:
        """By who asked for it, and by the person whom it is about."""
        return person_id == self.requested_by or person_id in self.person_ids


class ExportParts(NetworkRepository, Aggregates[ExportPart]):
    """Of all coalitions: a person asks for what is held of them anywhere."""

    collection = COLLECTION

    def from_document(self, document: Document) -> ExportPart:
        return ExportPart(
            id=document["_id"],
            requested_by=document["requested_by"],
            coalition=document["coalition"],
            person_ids=tuple(document["person_ids"]),
            pseudonym=document["pseudonym"],
            made_at=document["made_at"],
            data=document["data"],
        )

    def keep(self, part: ExportPart) -> None:
        self._documents.insert(
            {
                "_id": part.id,
                "requested_by": part.requested_by,
                "coalition": part.coalition,
                "person_ids": list(part.person_ids),
                "pseudonym": part.pseudonym,
                "made_at": part.made_at,
                "expires_at": part.expires_at,
                "data": dict(part.data),
            }
        )

    def delete_of(self, subject: DataSubject) -> int:
        """Delete the exports of what a request for erasure is about. Returns how many there were."""
        query = of_person(subject, person="person_ids", pseudonym="pseudonym")
        found = [self.from_document(document) for document in self._documents.find(query)]
        erased = [part for part in found if subject.has_part_in(part.coalition)]
        for part in erased:
            self._documents.delete(part.id)
        return len(erased)


def of_person(subject: DataSubject, *, person: str | None, pseudonym: str | None) -> dict[str, Any]:
    """The query for documents about a person, which carry an id or the pseudonym in these fields (None: in none)."""
    either: list[dict[str, Any]] = []
    if person is not None and subject.person_ids:
        either.append({person: {"$in": list(subject.person_ids)}})
    if pseudonym is not None and subject.pseudonym is not None:
        either.append({pseudonym: subject.pseudonym})
    return {"$or": either} if either else {"_id": {"$in": []}}
