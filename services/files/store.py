"""Files as documents. A service derives its repository from `Files` and names its collection."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from pymongo import IndexModel

from services.chassis.persistence.collection import Document
from services.chassis.persistence.indexes import index, tenant_index
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person

from .file import Announced, File, FileStatus, Receipt, Scan, Verdict

BINDERS: Final = "binders"

_WITH_NAME: Final = {"staged_by": {"$type": "string"}}
_WITH_BYTES: Final = {"$in": [FileStatus.RECEIVED.value, FileStatus.AVAILABLE.value]}


def indexes() -> Sequence[IndexModel]:
    """Of a collection of files."""
    return (
        tenant_index("owner_id", "_id"),
        tenant_index("receipt.sha256", "status", "_id"),
        tenant_index("receipt.object_id"),
        index("status", "staged_at", name="by_status"),
        # A person asks what all coalitions hold of them.
        index("staged_by", name="of_person", where=_WITH_NAME),
        tenant_index("owner_id", name="with_names", where=_WITH_NAME),
    )


class Binders(TenantRepository):
    """One document for each thing that has files, changed by whatever adds or removes one, and by whatever decides that
    none may be added any more: two of them at the same time both write here, so the second runs again and sees what
    the first has stored."""

    collection = BINDERS

    def claim(self, owner_id: str) -> None:
        """Let nobody else add a file to this thing, or close it, until this transaction is over."""
        found = self._documents.find_one({"_id": owner_id})
        self._documents.store({"_id": owner_id, "version": found["version"] + 1 if found else 1})


class Files(TenantRepository, Aggregates[File]):
    """Of one coalition."""

    def from_document(self, document: Document) -> File:
        return from_document(document)

    def store(self, file: File) -> None:
        """Raises VersionConflict."""
        self._documents.store(_to_document(file))

    def count_of(self, owner_id: str) -> int:
        """Files that it has, or that are announced for it."""
        kept = {"$nin": [FileStatus.REMOVED, FileStatus.REFUSED]}
        return self._documents.count({"owner_id": owner_id, "status": kept})

    def by_owner(self, owner_ids: Iterable[str]) -> dict[str, list[File]]:
        """All but those that were removed, in the order of their announcement (ids grow with time)."""
        found: dict[str, list[File]] = {owner_id: [] for owner_id in owner_ids}
        query = {"owner_id": {"$in": list(found)}, "status": {"$ne": FileStatus.REMOVED}}
        for document in self._documents.find(query, sort=[("_id", 1)]):
            found[document["owner_id"]].append(from_document(document))
        return found

    def available_with(self, sha256: str) -> File | None:
        """One with these bytes, the oldest."""
        query = {"receipt.sha256": sha256, "status": FileStatus.AVAILABLE}
        document = self._documents.find_one(query, sort=[("_id", 1)])
        return None if document is None else from_document(document)

    def needed(self, object_ids: Iterable[str]) -> list[str]:
        """Those of these objects that some file needs. One that none needs, none will ever need again: only a file
        whose own object it is, or one that found it by a file that has it, refers to it."""
        query = {"receipt.object_id": {"$in": list(object_ids)}, "status": _WITH_BYTES}
        rows = self._documents.find(query, projection={"receipt.object_id": 1})
        return sorted({row["receipt"]["object_id"] for row in rows})

    def owners_with_names(self) -> list[str]:
        """Ids of the things with a file of which it is known who has sent it."""
        stages: list[dict[str, Any]] = [{"$match": _WITH_NAME}, {"$group": {"_id": "$owner_id"}}]
        return [row["_id"] for row in self._documents.aggregate(stages)]

    def with_names(self, owner_ids: Sequence[str], *, limit: int) -> list[File]:
        """Up to `limit` files of these things of which it is known who has sent them."""
        found = self._documents.find({"owner_id": {"$in": list(owner_ids)}, **_WITH_NAME}).limit(limit)
        return [from_document(document) for document in found]

    def count_with_names(self, owner_ids: Sequence[str]) -> int:
        return self._documents.count({"owner_id": {"$in": list(owner_ids)}, **_WITH_NAME})


class FilesOfAllCoalitions(NetworkRepository):
    """Asked across coalitions for two purposes: to tell a person what is held of them or to erase it, and to do what
    is left to do with files, whose ever they are."""

    def of_person(self, subject: DataSubject) -> list[File]:
        """Files that the person has sent."""
        query = of_person(subject, person="staged_by", pseudonym=None)
        found = [from_document(document) for document in self._documents.find(query).sort("_id")]
        return [file for file in found if subject.has_part_in(file.coalition)]

    def waiting(self, first: int) -> list[File]:
        """Those that wait for the scanner, the longest first."""
        return self._oldest({"status": FileStatus.RECEIVED}, first)

    def never_sent(self, before: datetime, first: int) -> list[File]:
        """Those that were announced before then, and whose bytes never came."""
        return self._oldest({"status": FileStatus.STAGED, "staged_at": {"$lt": before}}, first)

    def forget(self, file: File) -> None:
        self._documents.delete(file.id)

    def _oldest(self, query: dict[str, Any], first: int) -> list[File]:
        return [from_document(each) for each in self._documents.find(query).sort("staged_at", 1).limit(first)]


def _to_document(file: File) -> Document:
    announced, receipt, verdict = file.announced, file.receipt, file.verdict
    return {
        "_id": file.id,
        "version": file.version,
        "owner_id": file.owner_id,
        "name": announced.name,
        "media_type": announced.media_type,
        "size": announced.size,
        "announced_sha256": announced.sha256,
        "status": file.status,
        "staged_by": file.staged_by,
        "staged_at": file.staged_at,
        "receipt": None if receipt is None else _receipt_document(receipt),
        "verdict": None if verdict is None else {"scan": verdict.scan, "threat": verdict.threat},
    }


def _receipt_document(receipt: Receipt) -> Document:
    return {
        "upload_id": receipt.upload_id,
        "object_id": receipt.object_id,
        "sha256": receipt.sha256,
        "received_at": receipt.received_at,
    }


def from_document(document: Document) -> File:
    receipt, verdict = document["receipt"], document["verdict"]
    return File(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        owner_id=document["owner_id"],
        announced=Announced(
            name=document["name"],
            media_type=document["media_type"],
            size=document["size"],
            sha256=document["announced_sha256"],
        ),
        status=FileStatus(document["status"]),
        staged_by=document["staged_by"],
        staged_at=document["staged_at"],
        receipt=None if receipt is None else Receipt(**receipt),
        verdict=None if verdict is None else Verdict(scan=Scan(verdict["scan"]), threat=verdict["threat"]),
    )
