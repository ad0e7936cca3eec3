"""The browsers in which people are signed in. A session that is over is gone: MongoDB removes it, or a logout does."""

from collections.abc import Iterable

from services.chassis.persistence.collection import Document
from services.chassis.persistence.repository import NetworkRepository

from ..domain.people import Identity, Session


class Sessions(NetworkRepository):
    collection = "sessions"

    def find(self, hash: str) -> Session | None:
        document = self._documents.find_one({"_id": hash})
        return None if document is None else _from_document(document)

    def add(self, session: Session) -> None:
        self._documents.insert(_to_document(session))

    def of_people(self, person_ids: Iterable[str]) -> list[Session]:
        rows = self._documents.find({"person_id": {"$in": list(person_ids)}}).sort("_id")
        return [_from_document(each) for each in rows]

    def close(self, hash: str) -> int:
        return self._documents.remove({"_id": hash})

    def close_of_person(self, person_id: str) -> int:
        return self._documents.remove({"person_id": person_id})

    def close_of_issuer(self, issuer: str, sid: str) -> int:
        """Those that belong to the issuer's session `sid`."""
        return self._documents.remove({"issuer": issuer, "sid": sid})


def _to_document(session: Session) -> Document:
    identity = session.identity
    return {
        "_id": session.hash,
        "person_id": identity.id,
        "issuer": identity.issuer,
        "subject": identity.subject,
        "name": identity.name,
        "email": identity.email,
        "sid": session.sid,
        "opened_at": session.opened_at,
        "expires_at": session.expires_at,
    }


def _from_document(document: Document) -> Session:
    identity = {field: document[field] for field in ("issuer", "subject", "name", "email")}
    return Session(
        hash=document["_id"],
        identity=Identity(**identity),
        sid=document["sid"],
        opened_at=document["opened_at"],
        expires_at=document["expires_at"],
    )
