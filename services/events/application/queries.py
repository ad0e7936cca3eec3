"""What people ask. Conferences and rules are public; registrations are personal data."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ...chassis.persistence.pagination import Order, Page, PageRequest
from ...chassis.persistence.unit_of_work import Work
from ..domain.conferences import Conference
from ..domain.members import ProjectedMember
from ..domain.overview import ConferenceOverview
from ..domain.questions import (
    GetByRefs,
    GetConferenceRules,
    ListConferences,
    ListConferencesOf,
    ListProjectedMembers,
    ListRegistrations,
    Paged,
    Ref,
)
from ..domain.registrations import Registration
from ..domain.rules import ConferenceRules, rules_over_time
from ..store.conferences import Conferences, NetworkConferences
from ..store.projections import ProjectedMembers
from ..store.registrations import RegistrationPages, Registrations
from . import policies
from .overviews import adopted_rules, overviews_of

T = TypeVar("T", Conference, Registration)


def get_conferences(work: Work, question: GetByRefs) -> list[ConferenceOverview | None]:
    """Parallel to the refs; None for what the coalition does not have."""
    found = _by_ref(question.refs, lambda coalition, ids: Conferences(work, coalition=coalition).get_many(ids))
    seen = {each.conference.id: each for each in overviews_of(work, list(found.values()))}
    return [seen[ref.id] if ref in found else None for ref in question.refs]


def list_conferences(work: Work, question: ListConferences) -> Page[ConferenceOverview]:
    """Of one coalition, or of the whole network. Raises InvalidInput: a cursor of another list."""
    conferences = (
        NetworkConferences(work) if question.coalition is None else Conferences(work, coalition=question.coalition)
    )
    return _seen(work, conferences.page(question, order=_order(question), request=_page_request(question)))


def list_conferences_of(work: Work, question: ListConferencesOf) -> list[Page[ConferenceOverview]]:
    """A page per coalition. Raises InvalidInput: a cursor of another list."""
    order, request = _order(question), _page_request(question)
    pages = (
        Conferences(work, coalition=key).page(question, order=order, request=request) for key in question.coalitions
    )
    return [_seen(work, page) for page in pages]


def get_registrations(work: Work, question: GetByRefs) -> list[Registration | None]:
    """Parallel to the refs; None for what the coalition does not have. Raises Forbidden."""
    policies.secretariat_only(work.principal)
    found = _by_ref(question.refs, lambda coalition, ids: Registrations(work, coalition=coalition).get_many(ids))
    return [found.get(ref) for ref in question.refs]


def list_registrations(work: Work, question: ListRegistrations) -> list[Page[Registration]]:
    """A page per conference, in the order of registration. Raises Forbidden, InvalidInput."""
    policies.secretariat_only(work.principal)
    return _pages(question, lambda coalition: RegistrationPages.of_conferences(work, coalition=coalition))


def list_registrations_of_members(work: Work, question: ListRegistrations) -> list[Page[Registration]]:
    """A page per member, the newest first. Raises Forbidden, InvalidInput."""
    policies.secretariat_only(work.principal)
    return _pages(question, lambda coalition: RegistrationPages.of_members(work, coalition=coalition))


def get_conference_rules(work: Work, question: GetConferenceRules) -> list[tuple[ConferenceRules, ...]]:
    """Per coalition its rules over time; the platform's default where it has none of its own."""
    return [rules_over_time(adopted_rules(work, coalition)) for coalition in question.coalitions]


def projected_members(work: Work, question: ListProjectedMembers) -> list[ProjectedMember]:
    """What this service knows of a coalition's members, to compare with what the membership service knows.

    Raises Forbidden.
    """
    policies.secretariat_only(work.principal)
    return ProjectedMembers(work, coalition=question.coalition).all()


def _by_ref(refs: Sequence[Ref], get_many: Callable[[str, list[str]], Iterable[T]]) -> dict[Ref, T]:
    found = (thing for coalition, ids in _grouped(refs) for thing in get_many(coalition, ids))
    return {Ref(coalition=thing.coalition, id=thing.id): thing for thing in found}


def _grouped(refs: Sequence[Ref]) -> list[tuple[str, list[str]]]:
    ids: dict[str, list[str]] = {}
    for ref in refs:
        ids.setdefault(ref.coalition, []).append(ref.id)
    return list(ids.items())


def _pages(question: ListRegistrations, pages_of: Callable[[str], RegistrationPages]) -> list[Page[Registration]]:
    request = _page_request(question)
    found: dict[Ref, Page[Registration]] = {}
    for coalition, ids in _grouped(question.refs):
        pages = pages_of(coalition).pages(ids, request)
        found |= {Ref(coalition=coalition, id=id): page for id, page in pages.items()}
    nothing: Page[Registration] = Page(items=(), cursors=(), has_next=False, total=0 if request.count else None)
    return [found.get(ref, nothing) for ref in question.refs]


def _page_request(question: Paged) -> PageRequest:
    return PageRequest(first=question.first, after=question.after, count=question.count)


def _order(question: ListConferences | ListConferencesOf) -> Order:
    return Order(question.order_by, question.order_by, descending=question.descending)


def _seen(work: Work, page: Page[Conference]) -> Page[ConferenceOverview]:
    seen = overviews_of(work, page.items)
    return Page(items=tuple(seen), cursors=page.cursors, has_next=page.has_next, total=page.total)
