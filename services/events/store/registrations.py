"""Registrations as documents."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence.children import PagesOfParents
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TENANT, TenantRepository
from services.chassis.persistence.unit_of_work import Work
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person

from ..domain.errors import AlreadyRegistered, RegistrationNotFound
from ..domain.registrations import Registration, RegistrationStatus, email_key
from ..domain.venue import Attendance
from . import conferences, projections

COLLECTION: Final = "registrations"

OLDEST_FIRST: Final = Order("oldest", "_id")
NEWEST_FIRST: Final = Order("newest", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of registration; and no cursor carries a name."""

_TELLING: Final = {"erased_at": None}
"""Of those that tell who the delegate is."""


class Registrations(TenantRepository, Aggregates[Registration]):
    collection = COLLECTION

    def from_document(self, document: Document) -> Registration:
        return _from_document(document)

    def get(self, registration_id: str) -> Registration:
        """Raises RegistrationNotFound, also for another coalition's registration."""
        found = self.find(registration_id)
        if found is None:
            raise RegistrationNotFound
        return found

    def confirmed(self, conference_id: str, *, email: str, member_id: str | None) -> list[Registration]:
        """The confirmed registrations for a conference with this e-mail address or of this member."""
        either: list[dict[str, Any]] = [{"email_key": email_key(email)}]
        if member_id is not None:
            either.append({"member_id": member_id})
        confirmed = {"conference_id": conference_id, "status": RegistrationStatus.CONFIRMED.value}
        query = {"$or": [{TENANT: self._documents.coalition, **confirmed, **each} for each in either]}
        return [self.from_document(document) for document in self._documents.find(query)]

    def conferences_with_names(self) -> list[str]:
        """Ids of the conferences of which some registration still tells who the delegate is."""
        stages: list[dict[str, Any]] = [{"$match": _TELLING}, {"$group": {"_id": "$conference_id"}}]
        return [row["_id"] for row in self._documents.aggregate(stages)]

    def with_names(self, conference_ids: Sequence[str], *, limit: int) -> list[Registration]:
        """Up to `limit` registrations for these conferences that still tell who the delegate is."""
        query = {"conference_id": {"$in": list(conference_ids)}, **_TELLING}
        return [self.from_document(document) for document in self._documents.find(query).limit(limit)]

    def count_with_names(self, conference_ids: Sequence[str]) -> int:
        return self._documents.count({"conference_id": {"$in": list(conference_ids)}, **_TELLING})

    def store(self, registration: Registration) -> None:
        """Raises AlreadyRegistered: a confirmed registration has the same e-mail address, and VersionConflict when
        somebody else changed it since it was read."""
        try:
            self._documents.store(_to_document(registration))
        except DuplicateKeyError as error:
            if "email_key" not in (error.details or {}).get("keyPattern", {}):
                raise
            raise AlreadyRegistered from error


class RegistrationsOfAllCoalitions(NetworkRepository, Aggregates[Registration]):
    """Asked across coalitions for one purpose: to tell a person what is held of them, or to erase it."""

    collection = COLLECTION

    def from_document(self, document: Document) -> Registration:
        return _from_document(document)

    def of_person(self, subject: DataSubject) -> list[Registration]:
        """Where the subject's coalition is set, of that one only."""
        query = of_person(subject, person=None, pseudonym="email_pseudonym")
        found = [self.from_document(document) for document in self._documents.find(query).sort("_id")]
        return [each for each in found if subject.has_part_in(each.coalition)]


Pages = dict[str, Page[Registration]]
"""By the ids of what they belong to; ids of nothing known here are left out."""


def pages_of_conferences(work: Work, coalition: str, ids: Sequence[str], request: PageRequest) -> Pages:
    """A page per conference, in the order of registration, all in one question. Raises InvalidInput (the cursor)."""
    parents = PagesOfParents(
        work,
        coalition=coalition,
        parents=conferences.COLLECTION,
        children=COLLECTION,
        foreign_key="conference_id",
        order=OLDEST_FIRST,
    )
    return _registrations(parents.pages(ids, request))


def pages_of_members(work: Work, coalition: str, ids: Sequence[str], request: PageRequest) -> Pages:
    """A page per member, the newest first, all in one question. Raises InvalidInput (the cursor)."""
    parents = PagesOfParents(
        work,
        coalition=coalition,
        parents=projections.Members.collection,
        children=COLLECTION,
        foreign_key="member_id",
        order=NEWEST_FIRST,
    )
    return _registrations(parents.pages(ids, request))


def _registrations(pages: Mapping[str, Page[Document]]) -> Pages:
    return {identity: page.map(_from_document) for identity, page in pages.items()}


def _to_document(registration: Registration) -> dict[str, Any]:
    return {
        "_id": registration.id,
        "version": registration.version,
        "conference_id": registration.conference_id,
        "member_id": registration.member_id,
        "member_place": registration.member_place,
        "name": registration.name,
        "email": registration.email,
        "email_key": registration.email_key,
        "email_pseudonym": registration.email_pseudonym,
        "function": registration.function,
        "attendance": registration.attendance.value,
        "status": registration.status.value,
        "registered_at": registration.registered_at,
        "cancelled_at": registration.cancelled_at,
        "cancellation_reason": registration.cancellation_reason,
        "erased_at": registration.erased_at,
    }


def _from_document(document: Mapping[str, Any]) -> Registration:
    return Registration(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        conference_id=document["conference_id"],
        member_id=document["member_id"],
        member_place=document["member_place"],
        name=document["name"],
        email=document["email"],
        email_pseudonym=document.get("email_pseudonym"),
        function=document["function"],
        attendance=Attendance(document["attendance"]),
        status=RegistrationStatus(document["status"]),
        registered_at=document["registered_at"],
        cancelled_at=document["cancelled_at"],
        cancellation_reason=document["cancellation_reason"],
        erased_at=document.get("erased_at"),
    )
