"""Who has which right, and who is invited to one. Names and addresses of people: for those who give rights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.chassis.kernel.paging import Page
from services.chassis.persistence.tenancy import by_refs
from services.chassis.persistence.unit_of_work import Work

from ..domain.grant_requests import (
    Found,
    ListGrants,
    ListGrantsOfMembers,
    ListInvitations,
    ListInvitationsOfMembers,
    ListNetworkGrants,
    ListNetworkInvitations,
)
from ..domain.grants import Grant
from ..domain.invitations import Invitation, InvitationStatus
from ..domain.people import Person
from ..store.grants import Grants, GrantsOfPeople, not_over
from ..store.invitations import Invitations, of_status
from ..store.people import People
from .granting import acting


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGrant:
    """A grant with the people in it: None of whom nothing is known (any more), such as an operator of the platform."""

    grant: Grant
    person: Person | None
    granted_by: Person | None
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInvitation:
    invitation: Invitation
    status: InvitationStatus
    invited_by: Person | None


def my_grants(work: Work, _: object) -> list[ShownGrant]:
    """What whoever asks may do now or later, the newest first."""
    return _grants(work, GrantsOfPeople(work).not_over(acting(work).id, work.today))


def list_grants(work: Work, request: ListGrants) -> list[Page[ShownGrant]]:
    """A page per coalition, the newest first. Raises InvalidInput (the cursor)."""
    role = {} if request.role is None else {"role": request.role.value}
    query = {**role, **_time(work, request.with_past)}
    pages = [Grants(work, coalition=coalition).matching(query, request.page) for coalition in request.coalitions]
    return _grant_pages(work, pages)


def list_grants_of_members(work: Work, request: ListGrantsOfMembers) -> list[Page[ShownGrant]]:
    """A page per member, the newest first. Raises InvalidInput (the cursor)."""
    time = _time(work, request.with_past)

    def find(coalition: str, ids: list[str]) -> dict[str, Page[Grant]]:
        return Grants(work, coalition=coalition).of_members(ids, time, request.page)

    return _grant_pages(work, [page or Page.empty(request.page) for page in by_refs(request.refs, find)])


def list_network_grants(work: Work, request: ListNetworkGrants) -> Page[ShownGrant]:
    """Of roles in the whole network, the newest first. Raises InvalidInput (the cursor)."""
    page = Grants(work, coalition=None).matching(_time(work, request.with_past), request.page)
    return _grant_pages(work, [page])[0]


def list_invitations(work: Work, request: ListInvitations) -> list[Page[ShownInvitation]]:
    """A page per coalition, the newest first. Raises InvalidInput (the cursor)."""
    query = of_status(request.status, at=work.now)
    pages = [Invitations(work, coalition=coalition).matching(query, request.page) for coalition in request.coalitions]
    return _invitation_pages(work, pages)


def list_invitations_of_members(work: Work, request: ListInvitationsOfMembers) -> list[Page[ShownInvitation]]:
    """A page per member, the newest first. Raises InvalidInput (the cursor)."""
    status = of_status(request.status, at=work.now)

    def find(coalition: str, ids: list[str]) -> dict[str, Page[Invitation]]:
        return Invitations(work, coalition=coalition).of_members(ids, status, request.page)

    return _invitation_pages(work, [page or Page.empty(request.page) for page in by_refs(request.refs, find)])


def list_network_invitations(work: Work, request: ListNetworkInvitations) -> Page[ShownInvitation]:
    """To roles in the whole network, the newest first. Raises InvalidInput (the cursor)."""
    page = Invitations(work, coalition=None).matching(of_status(request.status, at=work.now), request.page)
    return _invitation_pages(work, [page])[0]


def find_grant(work: Work, place: Found) -> ShownGrant:
    """One that was just given or taken away."""
    grant = Grants(work, coalition=place.coalition).find(place.id)
    assert grant is not None
    return _grants(work, [grant])[0]


def find_invitation(work: Work, place: Found) -> ShownInvitation:
    """One that was just made or taken back."""
    invitation = Invitations(work, coalition=place.coalition).find(place.id)
    assert invitation is not None
    return _invitations(work, [invitation])[0]


def every_grant(work: Work, _: None) -> list[ShownGrant]:
    """Those in the whole platform that are not over, by scope: for its operator."""
    return _grants(work, GrantsOfPeople(work).all_not_over(work.today))


def _time(work: Work, with_past: bool) -> dict[str, Any]:
    return {} if with_past else not_over(work.today)


def _grant_pages(work: Work, pages: Sequence[Page[Grant]]) -> list[Page[ShownGrant]]:
    """With the people in all of them."""
    shown = iter(_grants(work, [grant for page in pages for grant in page.items]))
    return [page.holding(tuple(islice(shown, len(page.items)))) for page in pages]


def _invitation_pages(work: Work, pages: Sequence[Page[Invitation]]) -> list[Page[ShownInvitation]]:
    """With the people in all of them."""
    shown = iter(_invitations(work, [each for page in pages for each in page.items]))
    return [page.holding(tuple(islice(shown, len(page.items)))) for page in pages]


def _grants(work: Work, grants: Iterable[Grant]) -> list[ShownGrant]:
    """With the people, in one question."""
    found = list(grants)
    people = People(work).get_many(id for grant in found for id in (grant.person_id, grant.granted_by))
    return [
        ShownGrant(
            grant=grant,
            person=people.get(grant.person_id),
            granted_by=people.get(grant.granted_by),
            holds=grant.holds_on(work.today),
        )
        for grant in found
    ]


def _invitations(work: Work, invitations: Iterable[Invitation]) -> list[ShownInvitation]:
    """With the people, in one question."""
    found = list(invitations)
    people: Mapping[str, Person] = People(work).get_many(each.invited_by for each in found)
    return [
        ShownInvitation(invitation=each, status=each.status(work.now), invited_by=people.get(each.invited_by))
        for each in found
    ]
