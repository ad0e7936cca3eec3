"""Adopted minutes as documents: written once, never changed."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.text import LocalizedText, fold
from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person

from ..domain.errors import MinutesAlreadyRecorded
from ..domain.minutes import Minutes, Present

COLLECTION: Final = "minutes"


class MinutesOfConferences(TenantRepository, Aggregates[Minutes]):
    collection = COLLECTION

    def from_document(self, document: Document) -> Minutes:
        return _from_document(document)

    def add(self, minutes: Minutes) -> None:
        """Raises MinutesAlreadyRecorded: the conference has minutes of this title."""
        try:
            self._documents.insert(_to_document(minutes))
        except DuplicateKeyError as error:
            raise MinutesAlreadyRecorded from error

    def by_conference(self, conference_ids: Iterable[str]) -> dict[str, list[Minutes]]:
        """Of each conference that has some, in the order in which they were recorded."""
        found: dict[str, list[Minutes]] = {}
        rows = self._documents.find({"conference_id": {"$in": list(conference_ids)}}).sort("_id")
        for minutes in map(_from_document, rows):
            found.setdefault(minutes.conference_id, []).append(minutes)
        return found


class MinutesOfAllCoalitions(NetworkRepository):
    """Asked across coalitions for one purpose: to tell a person where they are named."""

    collection = COLLECTION

    def naming(self, subject: DataSubject) -> list[Minutes]:
        query = of_person(subject, person="present.person_id", pseudonym="present.email_pseudonym")
        found = [_from_document(document) for document in self._documents.find(query).sort("_id")]
        return [each for each in found if subject.has_part_in(each.coalition)]


def _to_document(minutes: Minutes) -> Document:
    return {
        "_id": minutes.id,
        "version": minutes.version,
        "conference_id": minutes.conference_id,
        "title": minutes.title.as_dict(),
        "title_key": fold(minutes.title.best_for(None)),
        "adopted_on": minutes.adopted_on.isoformat(),
        "present": [
            {"name": each.name, "person_id": each.person_id, "email_pseudonym": each.email_pseudonym}
            for each in minutes.present
        ],
    }


def _from_document(document: Document) -> Minutes:
    return Minutes(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        conference_id=document["conference_id"],
        title=LocalizedText.from_dict(document["title"]),
        adopted_on=date.fromisoformat(document["adopted_on"]),
        present=tuple(Present(**each) for each in document["present"]),
    )
