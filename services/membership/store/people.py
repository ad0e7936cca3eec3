"""People. They belong to the whole network: what they may do in a coalition, their grants say."""

from datetime import datetime

from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates, NetworkRepository

from ..domain.people import Identity, Person, address_key, known, seen


class People(NetworkRepository, Aggregates[Person]):
    collection = "people"

    def from_document(self, document: Document) -> Person:
        return Person(
            issuer=document["issuer"],
            subject=document["subject"],
            name=document["name"],
            email=document["email"],
            version=document["version"],
            first_known_at=document["first_known_at"],
            last_seen_at=document["last_seen_at"],
        )

    def remember(self, identity: Identity, *, at: datetime) -> Person:
        """The person, stored as `identity` tells it. Raises VersionConflict."""
        stored = self.find(identity.id)
        return self._store_if_new(known(identity, stored, at=at), stored)

    def welcome(self, identity: Identity, *, at: datetime) -> Person:
        """The person, stored as being here at this moment. Raises VersionConflict."""
        stored = self.find(identity.id)
        return self._store_if_new(seen(identity, stored, at=at), stored)

    def with_address(self, email: str) -> list[Person]:
        """Whoever has it: the same address may be known to several issuers."""
        return [self.from_document(each) for each in self._documents.find({"email_key": address_key(email)})]

    def forget(self, person_id: str) -> None:
        """What they did keeps their id, and nobody can tell any more whose it is."""
        self._documents.delete(person_id)

    def _store_if_new(self, person: Person, stored: Person | None) -> Person:
        if person != stored:
            self._documents.store(_to_document(person))
        return person


def _to_document(person: Person) -> Document:
    return {
        "_id": person.id,
        "version": person.version,
        "issuer": person.issuer,
        "subject": person.subject,
        "name": person.name,
        "email": person.email,
        "email_key": None if person.email is None else address_key(person.email),
        "first_known_at": person.first_known_at,
        "last_seen_at": person.last_seen_at,
    }
