"""Conferences as documents, of one coalition or of the whole network."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.kernel.text import LocalizedText, fold, words
from services.chassis.persistence import values
from services.chassis.persistence.collection import Document
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.repository import Aggregates, NetworkRepository
from services.chassis.persistence.tenancy import TenantRepository

from ..domain.conferences import Conference, RegistrationWindow
from ..domain.errors import ConferenceAlreadyAnnounced, ConferenceNotFound
from ..domain.kinds import ConferenceKind
from ..domain.requests import ConferenceFilter
from ..domain.venue import ConferenceMode, HostCity
from .indexes import BY_START_DATE, BY_START_DATE_IN_NETWORK

COLLECTION: Final = "conferences"


class Conferences(TenantRepository, Aggregates[Conference]):
    collection = COLLECTION

    def from_document(self, document: Document) -> Conference:
        return _from_document(document)

    def get(self, conference_id: str) -> Conference:
        """Raises ConferenceNotFound, also for another coalition's conference."""
        found = self.find(conference_id)
        if found is None:
            raise ConferenceNotFound
        return found

    def store(self, conference: Conference) -> None:
        """Raises ConferenceAlreadyAnnounced, and VersionConflict when somebody else changed it since it was read."""
        try:
            self._documents.store(_to_document(conference))
        except DuplicateKeyError as error:
            raise ConferenceAlreadyAnnounced from error

    def matching(self, chosen: ConferenceFilter, *, order: Order, request: PageRequest) -> Page[Conference]:
        return self.page(_query(chosen), order=order, request=request, hint=BY_START_DATE)


class NetworkConferences(NetworkRepository, Aggregates[Conference]):
    """Conferences of all coalitions. They are public facts: this is the one query that asks for no coalition."""

    collection = COLLECTION

    def from_document(self, document: Document) -> Conference:
        return _from_document(document)

    def matching(self, chosen: ConferenceFilter, *, order: Order, request: PageRequest) -> Page[Conference]:
        return self.page(_query(chosen), order=order, request=request, hint=BY_START_DATE_IN_NETWORK)


def _query(chosen: ConferenceFilter) -> dict[str, Any]:
    query: dict[str, Any] = {}
    if chosen.kinds is not None:
        query["kind"] = {"$in": [kind.value for kind in chosen.kinds]}
    if chosen.from_date:
        query["end_date"] = {"$gte": chosen.from_date.isoformat()}
    if chosen.to_date:
        query["start_date"] = {"$lte": chosen.to_date.isoformat()}
    sought = words(chosen.search or "")
    if sought:
        query["$and"] = [{"search_text": {"$regex": re.escape(word)}} for word in sought]
    return query


def _to_document(conference: Conference) -> dict[str, Any]:
    return {
        "_id": conference.id,
        "version": conference.version,
        "kind": conference.kind.value,
        "title": conference.title.as_dict(),
        "theme": values.localized_document(conference.theme),
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
        "closed_on": values.text_of(window.closed_on),
    }


def _from_document(document: Mapping[str, Any]) -> Conference:
    city, window = document["host_city"], document["registration"]
    return Conference(
        id=document["_id"],
        coalition=document["coalition"],
        version=document["version"],
        kind=ConferenceKind(document["kind"]),
        title=LocalizedText.from_dict(document["title"]),
        theme=values.localized(document["theme"]),
        start_date=date.fromisoformat(document["start_date"]),
        end_date=date.fromisoformat(document["end_date"]),
        mode=ConferenceMode(document["mode"]),
        host_city=HostCity(**city) if city else None,
        source=document["source"],
        registration=_window(window) if window else None,
    )


def _window(document: Mapping[str, Any]) -> RegistrationWindow:
    return RegistrationWindow(
        opens_on=date.fromisoformat(document["opens_on"]),
        closes_on=date.fromisoformat(document["closes_on"]),
        capacity=document["capacity"],
        delegates_per_member=document["delegates_per_member"],
        closed_on=values.day(document["closed_on"]),
    )
