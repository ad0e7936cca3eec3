"""Contacts of members as documents."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.chassis.kernel.errors import NotFound
from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person

from ..domain.contacts import Contact, FieldVisibility, Visibility


class Contacts(TenantRepository, Aggregates[Contact]):
    collection = "contacts"

    def from_document(self, document: Document) -> Contact:
        return _from_document(document)

    def get(self, contact_id: str) -> Contact:
        """Raises NotFound."""
        found = self.find(contact_id)
        if found is None:
            raise NotFound("This coalition has no contact of that id.", path=("contact_id",))
        return found

    def of_member(self, member_id: str, contact_id: str) -> Contact:
        """Raises NotFound, also for another member's contact."""
        found = self.get(contact_id)
        if found.member_id != member_id:
            raise NotFound("This member has no contact of that id.", path=("contact_id",))
        return found

    def store(self, contact: Contact) -> None:
        """Raises VersionConflict."""
        self._documents.store(_to_document(contact))

    def delete(self, contact_id: str) -> None:
        self._documents.delete(contact_id)

    def by_member(self, member_ids: Iterable[str]) -> dict[str, list[Contact]]:
        """Of each member that has some, in the order in which they were recorded."""
        found: dict[str, list[Contact]] = {}
        rows = self._documents.find({"member_id": {"$in": list(member_ids)}}).sort("_id")
        for contact in map(_from_document, rows):
            found.setdefault(contact.member_id, []).append(contact)
        return found

    def confirmed_before(self, day: date, *, limit: int) -> list[str]:
        """The ids of up to `limit`."""
        query = _confirmed_before(day)
        return [row["_id"] for row in self._documents.find(query, projection={"_id": 1}).limit(limit)]

    def count_confirmed_before(self, day: date) -> int:
        return self._documents.count(_confirmed_before(day))


class ContactsOfAllCoalitions(NetworkRepository):
    """Asked across coalitions for one purpose: to tell a person what is held of them, or to erase it."""

    collection = Contacts.collection

    def of_person(self, subject: DataSubject) -> list[Contact]:
        query = of_person(subject, person="person_id", pseudonym="email_pseudonym")
        found = [_from_document(document) for document in self._documents.find(query).sort("_id")]
        return [contact for contact in found if subject.has_part_in(contact.coalition)]


def _confirmed_before(day: date) -> dict[str, Any]:
    return {"confirmed_on": {"$lt": day.isoformat()}}


def _to_document(contact: Contact) -> Document:
    return {
        "_id": contact.id,
        "version": contact.version,
        "member_id": contact.member_id,
        "role": contact.role,
        "name": contact.name,
        "email": contact.email,
        "email_pseudonym": contact.email_pseudonym,
        "phone": contact.phone,
        "person_id": contact.person_id,
        "visibility": {
            "name": contact.visibility.name.value,
            "email": contact.visibility.email.value,
            "phone": contact.visibility.phone.value,
        },
        "confirmed_on": contact.confirmed_on.isoformat(),
    }


def _from_document(document: Document) -> Contact:
    return Contact(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        member_id=document["member_id"],
        role=document["role"],
        name=document["name"],
        email=document["email"],
        email_pseudonym=document["email_pseudonym"],
        phone=document["phone"],
        person_id=document["person_id"],
        visibility=FieldVisibility(**{field: Visibility(level) for field, level in document["visibility"].items()}),
        confirmed_on=date.fromisoformat(document["confirmed_on"]),
    )
