"""Conferences as documents, of one coalition or of the whole network."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from pymongo.cursor import Cursor
from pymongo.errors import DuplicateKeyError

from ...chassis.kernel.text import LocalizedText
from ...chassis.persistence.pagination import Order, Page, PageRequest, after_cursor, page_of
from ...chassis.persistence.tenancy import TenantRepository
from ...chassis.persistence.unit_of_work import Work
from ..domain.conferences import Conference, RegistrationWindow
from ..domain.errors import ConferenceAlreadyAnnounced, ConferenceNotFound
from ..domain.folding import fold, words
from ..domain.kinds import ConferenceKind
from ..domain.questions import ConferenceFilter
from ..domain.venue import ConferenceMode, HostCity
from .indexes import BY_START_DATE, BY_START_DATE_IN_NETWORK

COLLECTION: Final = "conferences"


class Conferences(TenantRepository):
    collection = COLLECTION

    def get(self, conference_id: str) -> Conference:
        """Raises ConferenceNotFound, also for another coalition's conference."""
        document = self._documents.find_one({"_id": conference_id})
        if document is None:
            raise ConferenceNotFound
        return _from_document(document)

    def get_many(self, ids: Iterable[str]) -> list[Conference]:
        """Those that exist, in no order."""
        return [_from_document(document) for document in self._documents.find_many(list(ids))]

    def add(self, conference: Conference) -> None:
        """Raises ConferenceAlreadyAnnounced."""
        try:
            self._documents.insert(_to_document(conference))
        except DuplicateKeyError as error:
            raise ConferenceAlreadyAnnounced from error

    def save(self, conference: Conference) -> None:
        """Raises VersionConflict when somebody else changed it since it was read."""
        self._documents.replace(_to_document(conference))

    def page(self, wanted: ConferenceFilter, *, order: Order, request: PageRequest) -> Page[Conference]:
        return _page(self._find, self._documents.count, wanted, order, request)

    def _find(self, query: Mapping[str, Any]) -> Cursor[dict[str, Any]]:
        return self._documents.find(query, hint=BY_START_DATE)


class NetworkConferences:
    """Conferences of all coalitions. They are public facts: this is the one query that asks for no coalition."""

    def __init__(self, work: Work) -> None:
        self._collection = work.collection(COLLECTION)

    def page(self, wanted: ConferenceFilter, *, order: Order, request: PageRequest) -> Page[Conference]:
        return _page(self._find, self._count, wanted, order, request)

    def _find(self, query: Mapping[str, Any]) -> Cursor[dict[str, Any]]:
        return self._collection.find(query, hint=BY_START_DATE_IN_NETWORK)

    def _count(self, query: Mapping[str, Any]) -> int:
        # Without a condition nothing but the hint makes the server count by an index.
        return self._collection.count_documents(query, hint=BY_START_DATE_IN_NETWORK)


def _page(
    find: Callable[[Mapping[str, Any]], Cursor[dict[str, Any]]],
    count: Callable[[Mapping[str, Any]], int],
    wanted: ConferenceFilter,
    order: Order,
    request: PageRequest,
) -> Page[Conference]:
    query = _query(wanted)
    rows = find({**query, **after_cursor(order, request)}).sort(order.sort).limit(request.first + 1)
    total = count(query) if request.count else None
    return page_of(rows, order=order, request=request, total=total).map(_from_document)


def _query(wanted: ConferenceFilter) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if wanted.kinds is not None:
        query["kind"] = {"$in": [kind.value for kind in wanted.kinds]}
    if wanted.from_date:
        query["end_date"] = {"$gte": wanted.from_date.isoformat()}
    if wanted.to_date:
        query["start_date"] = {"$lte": wanted.to_date.isoformat()}
    sought = words(wanted.search or "")
    if sought:
        query["$and"] = [{"search_text": {"$regex": re.escape(word)}} for word in sought]
    return query


def _to_document(conference: Conference) -> dict[str, Any]:
    return {
        "_id": conference.id,
        "version": conference.version,
        "kind": conference.kind.value,
        "title": conference.title.as_dict(),
        "theme": conference.theme.as_dict() if conference.theme else None,
        "start_date": conference.start_date.isoformat(),
        "end_date": conference.end_date.isoformat(),
        "mode": conference.mode.value,
        "host_city": _host_city_document(conference.host_city),
        "source": conference.source,
        "registration": _window_document(conference.registration),
        "title_key": fold(conference.title.best_for(None)),
        "search_text": _search_text(conference),
    }


def _search_text(conference: Conference) -> str:
    texts = [*conference.title.texts.values()]
    if conference.theme:
        texts += conference.theme.texts.values()
    if conference.host_city:
        texts.append(conference.host_city.name)
    return fold(" ".join(texts))


def _host_city_document(city: HostCity | None) -> dict[str, Any] | None:
    return {"name": city.name, "country": city.country} if city else None


def _window_document(window: RegistrationWindow | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {
        "opens_on": window.opens_on.isoformat(),
        "closes_on": window.closes_on.isoformat(),
        "capacity": window.capacity,
        "delegates_per_member": window.delegates_per_member,
        "closed_on": window.closed_on.isoformat() if window.closed_on else None,
    }


def _from_document(document: Mapping[str, Any]) -> Conference:
    theme, city, window = document["theme"], document["host_city"], document["registration"]
    return Conference(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        kind=ConferenceKind(document["kind"]),
        title=LocalizedText.from_dict(document["title"]),
        theme=LocalizedText.from_dict(theme) if theme else None,
        start_date=date.fromisoformat(document["start_date"]),
        end_date=date.fromisoformat(document["end_date"]),
        mode=ConferenceMode(document["mode"]),
        host_city=HostCity(**city) if city else None,
        source=document["source"],
        registration=_window(window) if window else None,
    )


def _window(document: Mapping[str, Any]) -> RegistrationWindow:
    closed_on = document["closed_on"]
    return RegistrationWindow(
        opens_on=date.fromisoformat(document["opens_on"]),
        closes_on=date.fromisoformat(document["closes_on"]),
        capacity=document["capacity"],
        delegates_per_member=document["delegates_per_member"],
        closed_on=date.fromisoformat(closed_on) if closed_on else None,
    )
