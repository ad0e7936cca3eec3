"""What can be asked. Conferences and rules are public; registrations are personal data.

Batches answer in the order of the request, with one question to the database per coalition.
"""

from collections.abc import Callable

from services.chassis.kernel.paging import Page, PageRequest
from services.chassis.kernel.requests import GetByRefs, OfCoalitions
from services.chassis.persistence.pagination import Order
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work

from ..domain.conferences import Conference
from ..domain.members import Member
from ..domain.overview import ConferenceOverview
from ..domain.registrations import Registration
from ..domain.requests import ListConferences, ListConferencesOf, ListProjectedMembers, ListRegistrations
from ..domain.rules import ConferenceRules, rules_over_time
from ..store.conferences import Conferences, NetworkConferences
from ..store.projections import Members
from ..store.registrations import Pages, Registrations, pages_of_conferences, pages_of_members
from .overviews import adopted_rules, overviews_of


def get_conferences(work: Work, request: GetByRefs) -> list[ConferenceOverview | None]:
    """Public. None for what the coalition does not have."""
    found = by_refs(request.refs, lambda coalition, ids: Conferences(work, coalition=coalition).get_many(ids))
    seen = {each.conference.id: each for each in overviews_of(work, [each for each in found if each is not None])}
    return [None if each is None else seen[each.id] for each in found]


def list_conferences(work: Work, request: ListConferences) -> Page[ConferenceOverview]:
    """Public. Of one coalition, or of the whole network. Raises InvalidInput (the cursor)."""
    conferences = (
        NetworkConferences(work) if request.coalition is None else Conferences(work, coalition=request.coalition)
    )
    return _overviews(work, conferences.matching(request.filter, order=_order(request), request=request.page))


def list_conferences_of(work: Work, request: ListConferencesOf) -> list[Page[ConferenceOverview]]:
    """Public. A page per coalition. Raises InvalidInput (the cursor)."""
    pages = (
        Conferences(work, coalition=key).matching(request.filter, order=_order(request), request=request.page)
        for key in request.coalitions
    )
    return [_overviews(work, page) for page in pages]


def get_registrations(work: Work, request: GetByRefs) -> list[Registration | None]:
    """None for what the coalition does not have. Raises Forbidden."""
    return by_refs(request.refs, lambda coalition, ids: Registrations(work, coalition=coalition).get_many(ids))


def list_registrations(work: Work, request: ListRegistrations) -> list[Page[Registration]]:
    """A page per conference, in the order of registration. Raises Forbidden, InvalidInput (the cursor)."""
    return _pages(work, request, pages_of_conferences)


def list_registrations_of_members(work: Work, request: ListRegistrations) -> list[Page[Registration]]:
    """A page per member, the newest first. Raises Forbidden, InvalidInput (the cursor)."""
    return _pages(work, request, pages_of_members)


def get_conference_rules(work: Work, request: OfCoalitions) -> list[tuple[ConferenceRules, ...]]:
    """Public. Per coalition its rules over time; the platform's default where it has none of its own."""
    return [rules_over_time(adopted_rules(work, coalition)) for coalition in request.coalitions]


def projected_members(work: Work, request: ListProjectedMembers) -> list[Member]:
    """All members that this service knows of a coalition, to compare with the membership service. Raises Forbidden."""
    return Members(work, coalition=request.coalition).all()


def _pages(
    work: Work, request: ListRegistrations, pages_of: Callable[[Work, str, list[str], PageRequest], Pages]
) -> list[Page[Registration]]:
    found = by_refs(request.refs, lambda coalition, ids: pages_of(work, coalition, ids, request.page))
    return [page or Page.empty(request.page) for page in found]


def _order(request: ListConferences | ListConferencesOf) -> Order:
    return Order(request.order_by, request.order_by, descending=request.descending)


def _overviews(work: Work, page: Page[Conference]) -> Page[ConferenceOverview]:
    return page.holding(tuple(overviews_of(work, page.items)))
