"""Exports and erasures: asked for, answered by each service, done when all have."""

from services.chassis.kernel.ids import new_id
from services.chassis.kernel.paging import Page
from services.chassis.persistence.unit_of_work import Work
from services.chassis.protocol.envelope import Received

from ..domain.data_requests import DataRequest, DatedRequest, RequestKind, ServiceReceipt
from ..domain.events import DataRequestAnswered, request_event
from ..domain.personal_requests import ListDataRequests, ListOwnDataRequests, RequestData
from ..domain.requests import GetByIds
from ..schemas.consumed import ReceiptState
from ..store.coalitions import Coalitions
from ..store.data_requests import DataRequests, DataRequestsOfAllCoalitions
from ..store.people import People
from .granting import acting


def request_export(work: Work, request: RequestData) -> DatedRequest:
    """Raises UnknownCoalition, DataAlreadyRequested."""
    return _ask(work, request, RequestKind.EXPORT)


def request_erasure(work: Work, request: RequestData) -> DatedRequest:
    """Raises UnknownCoalition, DataAlreadyRequested."""
    return _ask(work, request, RequestKind.ERASURE)


def get_data_requests(work: Work, request: GetByIds) -> list[DatedRequest | None]:
    found = DataRequestsOfAllCoalitions(work).get_many(request.ids)
    return [DatedRequest(found[each], work.now) if each in found else None for each in request.ids]


def list_data_requests(work: Work, request: ListDataRequests) -> Page[DatedRequest]:
    """The newest first. Raises InvalidInput (the cursor)."""
    found = DataRequests(work, coalition=request.coalition).matching(request, at=work.now)
    return found.map(lambda each: DatedRequest(each, work.now))


def list_own_data_requests(work: Work, request: ListOwnDataRequests) -> Page[DatedRequest]:
    """The newest first. Raises InvalidInput (the cursor)."""
    found = DataRequestsOfAllCoalitions(work).of_person(acting(work).id, request.page)
    return found.map(lambda each: DatedRequest(each, work.now))


def note_receipt(work: Work, received: Received[ReceiptState]) -> None:
    """A service has answered. A receipt for a request that is forgotten by now changes nothing."""
    receipt = received.data
    stored = DataRequests(work, coalition=receipt.coalition or None)
    request = stored.find(receipt.request_id)
    if request is None:
        return
    answered = request.answered(
        ServiceReceipt(
            service=received.envelope.source, at=received.envelope.time, counts=receipt.counts, kept=receipt.kept
        )
    )
    if answered is not request:
        stored.store(answered)
        work.publish(DataRequestAnswered(answered))


def _ask(work: Work, request: RequestData, kind: RequestKind) -> DatedRequest:
    if request.coalition is not None:
        Coalitions(work).get(request.coalition)
    person_ids, pseudonym = _person(work, request)
    asked = DataRequest(
        id=new_id(),
        version=1,
        kind=kind,
        within=request.coalition,
        person_ids=person_ids,
        pseudonym=pseudonym,
        requested_by=acting(work).id,
        requested_at=work.now,
    )
    DataRequests(work, coalition=request.coalition).store(asked)
    work.publish(request_event(asked))
    return DatedRequest(asked, work.now)


def _person(work: Work, request: RequestData) -> tuple[tuple[str, ...], str | None]:
    """The ids and the pseudonym of whom it is about. One address may be known to several issuers, each of which makes
    another id of it."""
    asking = acting(work)
    person_id = asking.id if request.names_nobody else request.person_id
    email = asking.email if request.names_nobody else request.email
    if email is None and person_id is not None:
        known = People(work).find(person_id)
        email = known.email if known else None
    same = [person.id for person in People(work).with_address(email)] if email else []
    ids = dict.fromkeys([*([person_id] if person_id else []), *same])
    return tuple(ids), work.pseudonym(email) if email else None
