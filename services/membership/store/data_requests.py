"""Requests for exports and erasures as documents: of one coalition, or about all of them."""

from datetime import datetime
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.personal.data_subject import DataSubject
from services.personal.exports import of_person
from services.personal.receipts import Counted, Kept

from ..domain.data_requests import ANSWERED_WITHIN, DataRequest, RequestKind, RequestStatus, ServiceReceipt
from ..domain.errors import DataAlreadyRequested
from ..domain.personal_requests import ListDataRequests
from .scoped import ScopedRepository

NEWEST_FIRST: Final = Order("requested", "_id", descending=True)
"""Ids grow with time, so the id alone is the order of asking."""


class DataRequests(ScopedRepository[DataRequest]):
    collection = "data_requests"

    def from_document(self, document: Document) -> DataRequest:
        return _from_document(document)

    def store(self, request: DataRequest) -> None:
        """Raises DataAlreadyRequested: the same is asked of the same person and not done yet, and VersionConflict."""
        try:
            self._documents.store(_to_document(request))
        except DuplicateKeyError as error:
            raise DataAlreadyRequested(
                "The same was asked for already and is on its way: look among the requests.", path=()
            ) from error

    def matching(self, chosen: ListDataRequests, *, at: datetime) -> Page[DataRequest]:
        """The newest first. Raises InvalidInput (the cursor)."""
        query: dict[str, Any] = values.given(kind=chosen.kind, status=chosen.status)
        if chosen.overdue:
            query |= {"status": RequestStatus.OPEN.value, "requested_at": {"$lte": at - ANSWERED_WITHIN}}
        return self.page(query, order=NEWEST_FIRST, request=chosen.page)

    def done_before(self, at: datetime, *, limit: int) -> list[str]:
        """The ids of up to `limit`."""
        query = _done_before(at)
        return [row["_id"] for row in self._documents.find(query, projection={"_id": 1}).limit(limit)]

    def count_done_before(self, at: datetime) -> int:
        return self._documents.count(_done_before(at))

    def delete(self, request_id: str) -> None:
        self._documents.delete(request_id)


class DataRequestsOfAllCoalitions(NetworkRepository, Aggregates[DataRequest]):
    """By their ids, or by the person: who may see which, the policy says."""

    collection = DataRequests.collection

    def from_document(self, document: Document) -> DataRequest:
        return _from_document(document)

    def of_person(self, person_id: str, request: PageRequest) -> Page[DataRequest]:
        """What they asked for, and what was asked about them. Raises InvalidInput (the cursor)."""
        return self.page({"involved": person_id}, order=NEWEST_FIRST, request=request)

    def about(self, subject: DataSubject) -> list[DataRequest]:
        query = of_person(subject, person="person_ids", pseudonym="pseudonym")
        found = [_from_document(document) for document in self._documents.find(query).sort("_id")]
        return [each for each in found if subject.has_part_in(each.within)]


def _done_before(at: datetime) -> dict[str, Any]:
    return {"done_at": {"$lt": at}}


def _to_document(request: DataRequest) -> Document:
    involved = dict.fromkeys((request.requested_by, *request.person_ids))
    document = {
        "_id": request.id,
        "version": request.version,
        "kind": request.kind.value,
        "coalition": request.within,
        "person_ids": list(request.person_ids),
        "pseudonym": request.pseudonym,
        "requested_by": request.requested_by,
        "requested_at": request.requested_at,
        "expected": list(request.expected),
        "receipts": [_receipt_document(receipt) for receipt in request.receipts],
        "done_at": request.done_at,
        "status": request.status.value,
        "involved": list(involved),
    }
    if request.status is RequestStatus.OPEN:
        # Absent when it is done: the unique index holds only what is there.
        document["open_about"] = " ".join([*sorted(request.person_ids), request.pseudonym or ""])
    return document


def _receipt_document(receipt: ServiceReceipt) -> Document:
    return {
        "service": receipt.service,
        "at": receipt.at,
        "counts": [{"what": each.what, "count": each.count} for each in receipt.counts],
        "kept": [{"what": each.what, "count": each.count, "reason": each.reason} for each in receipt.kept],
    }


def _from_document(document: Document) -> DataRequest:
    return DataRequest(
        id=document["_id"],
        version=document["version"],
        kind=RequestKind(document["kind"]),
        within=document["coalition"],
        person_ids=tuple(document["person_ids"]),
        pseudonym=document["pseudonym"],
        requested_by=document["requested_by"],
        requested_at=document["requested_at"],
        expected=tuple(document["expected"]),
        receipts=tuple(_receipt(receipt) for receipt in document["receipts"]),
        done_at=document["done_at"],
    )


def _receipt(document: Document) -> ServiceReceipt:
    return ServiceReceipt(
        service=document["service"],
        at=document["at"],
        counts=tuple(Counted(**each) for each in document["counts"]),
        kept=tuple(Kept(**each) for each in document["kept"]),
    )
