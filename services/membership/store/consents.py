"""Texts to consent to, and what people said to them, as documents."""

from datetime import date
from typing import Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.text import LocalizedText
from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository
from services.personal.data_subject import DataSubject

from ..domain.consents import Consent, ConsentAct, ConsentEntry, ConsentText, Purpose
from ..domain.errors import ConsentTextAlreadyPublished

_OLDEST_FIRST: Final = [("purpose", 1), ("valid_from", 1)]


class ConsentTexts(TenantRepository):
    collection = "consent_texts"

    def add(self, text: ConsentText) -> None:
        """Raises ConsentTextAlreadyPublished."""
        try:
            self._documents.insert(_text_document(text))
        except DuplicateKeyError as error:
            raise ConsentTextAlreadyPublished(
                "A text about this, of this version or valid from this day, is published already, and a published text "
                "does not change: choose another version and another day.",
                path=("version",),
            ) from error

    def all(self) -> list[ConsentText]:
        """By purpose, the oldest first."""
        return [text_from_document(document) for document in self._documents.find({}).sort(_OLDEST_FIRST)]

    def about(self, purpose: Purpose) -> list[ConsentText]:
        return [text_from_document(document) for document in self._documents.find({"purpose": purpose.value})]


class Consents(TenantRepository, Aggregates[Consent]):
    collection = "consents"

    def from_document(self, document: Document) -> Consent:
        return _from_document(document)

    def of(self, person_id: str, purpose: Purpose) -> Consent | None:
        document = self._documents.find_one({"person_id": person_id, "purpose": purpose.value})
        return None if document is None else _from_document(document)

    def store(self, consent: Consent) -> None:
        """Raises VersionConflict."""
        self._documents.store(_to_document(consent))


class ConsentsOfAllCoalitions(NetworkRepository):
    collection = Consents.collection

    def of_person(self, person_id: str) -> list[Consent]:
        rows = self._documents.find({"person_id": person_id}).sort("_id")
        return [_from_document(document) for document in rows]

    def of_subject(self, subject: DataSubject) -> list[Consent]:
        found = [consent for person_id in subject.person_ids for consent in self.of_person(person_id)]
        return [consent for consent in found if subject.has_part_in(consent.coalition)]


def _text_document(text: ConsentText) -> Document:
    return {
        "_id": text.id,
        "purpose": text.purpose.value,
        "version": text.version,
        "text": text.text.as_dict(),
        "valid_from": text.valid_from.isoformat(),
        "published_at": text.published_at,
    }


def text_from_document(document: Document) -> ConsentText:
    return ConsentText(
        id=document["_id"],
        coalition=document["coalition"],
        purpose=Purpose(document["purpose"]),
        version=document["version"],
        text=LocalizedText.from_dict(document["text"]),
        valid_from=date.fromisoformat(document["valid_from"]),
        published_at=document["published_at"],
    )


def _to_document(consent: Consent) -> Document:
    return {
        "_id": consent.id,
        "version": consent.version,
        "person_id": consent.person_id,
        "pseudonym": consent.pseudonym,
        "purpose": consent.purpose.value,
        "history": [
            {"act": entry.act.value, "text_version": entry.text_version, "at": entry.at} for entry in consent.history
        ],
    }


def _from_document(document: Document) -> Consent:
    return Consent(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        person_id=document["person_id"],
        pseudonym=document["pseudonym"],
        purpose=Purpose(document["purpose"]),
        history=tuple(
            ConsentEntry(act=ConsentAct(entry["act"]), text_version=entry["text_version"], at=entry["at"])
            for entry in document["history"]
        ),
    )
