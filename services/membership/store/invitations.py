"""Invitations: of one coalition, or of the whole network; and, across all of them, the one that a link opens."""

from datetime import datetime
from typing import Any, Final

from services.chassis.kernel.principal import Scope
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import NetworkRepository
from services.chassis.persistence.unit_of_work import Work
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person
from services.rights.roles import Role

from ..domain.invitations import Invitation, InvitationStatus
from ..domain.people import address_key
from . import terms
from .scoped import ScopesRepository

NEWEST_FIRST: Final = Order("invited", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of inviting."""

_PLAIN: Final = (
    "version",
    "email",
    "name",
    "language",
    "token_hash",
    "invited_by",
    "invited_at",
    "expires_at",
    "replaces",
    "accepted_by",
    "accepted_at",
    "revoked_by",
    "revoked_at",
)


class Invitations(ScopesRepository[Invitation]):
    collection = "invitations"
    order = NEWEST_FIRST

    def __init__(self, work: Work, *, coalition: str | None) -> None:
        super().__init__(work, coalition=coalition)
        self._pseudonym = work.pseudonym

    def from_document(self, document: Document) -> Invitation:
        return _from_document(document)

    def store(self, invitation: Invitation) -> None:
        """Raises VersionConflict."""
        known_by = {"email_pseudonym": self._pseudonym(invitation.email)}
        self._documents.store(to_document(invitation) | known_by)

    def good_until_before(self, at: datetime, *, limit: int) -> list[str]:
        """The ids of up to `limit` that cannot be accepted any more since a time before that."""
        rows = self._documents.find({"expires_at": {"$lt": at}}, projection={"_id": 1}).limit(limit)
        return [row["_id"] for row in rows]

    def count_good_until_before(self, at: datetime) -> int:
        return self._documents.count({"expires_at": {"$lt": at}})

    def delete(self, invitation_id: str) -> None:
        self._documents.delete(invitation_id)

    def open_for(self, role: Role, scope: Scope, email: str) -> list[Invitation]:
        """Those that somebody at this address may have, to the role in exactly this scope; some may have expired."""
        query = {**terms.within(scope), "role": role.value, "email_key": address_key(email), **_OPEN}
        return [_from_document(each) for each in self._documents.find(query)]


class InvitationsOfPeople(NetworkRepository):
    """Asked across coalitions for one purpose: to tell a person what is held of them, or to erase it."""

    collection = Invitations.collection

    def of_person(self, subject: DataSubject) -> list[Invitation]:
        """Those sent to them, and those that they accepted."""
        query = of_person(subject, person="accepted_by", pseudonym="email_pseudonym")
        found = [_from_document(each) for each in self._documents.find(query).sort("_id")]
        return [each for each in found if subject.has_part_in(each.scope.coalition)]


class InvitationsByToken(NetworkRepository):
    collection = Invitations.collection

    def find(self, token_hash: str) -> Invitation | None:
        document = self._documents.find_one({"token_hash": token_hash})
        return None if document is None else _from_document(document)


_OPEN: Final = {"accepted_at": None, "revoked_at": None}


def of_status(status: InvitationStatus | None, *, at: datetime) -> dict[str, Any]:
    """The filter for invitations that have this status at that time."""
    day = at.date().isoformat()
    match status:
        case InvitationStatus.PENDING:
            return {**_OPEN, "expires_at": {"$gt": at}, "last_day": {"$gte": day}}
        case InvitationStatus.EXPIRED:
            over = [{"expires_at": {"$lte": at}}, {"last_day": {"$lt": day}}]
            # Under "$and", because the cursor of a page has an "$or" of its own.
            return {**_OPEN, "$and": [{"$or": over}]}
        case InvitationStatus.ACCEPTED:
            return {"accepted_at": {"$ne": None}}
        case InvitationStatus.REVOKED:
            return {"revoked_at": {"$ne": None}}
        case None:
            return {}


def to_document(invitation: Invitation) -> Document:
    return {
        "_id": invitation.id,
        **{name: getattr(invitation, name) for name in _PLAIN},
        "role": invitation.role.value,
        **terms.scope_document(invitation.scope),
        **terms.term_document(invitation.term),
        "email_key": address_key(invitation.email),
    }


def _from_document(document: Document) -> Invitation:
    return Invitation(
        id=document["_id"],
        **{name: document[name] for name in _PLAIN},
        role=Role(document["role"]),
        scope=terms.scope(document),
        term=terms.term(document),
    )
