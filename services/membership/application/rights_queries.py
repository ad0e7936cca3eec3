"""Who has which right, and who is invited to one. Names and addresses of people: for those who give rights."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.chassis.kernel.paging import Page
from services.chassis.kernel.requests import Ref
from services.chassis.persistence.unit_of_work import Work
from services.rights.roles import ScopeKind

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
    return [_grant_page(work, coalition, query, request) for coalition in request.coalitions]


def list_grants_of_members(work: Work, request: ListGrantsOfMembers) -> list[Page[ShownGrant]]:
    """A page per member, the newest first. Raises InvalidInput (the cursor)."""
    time = _time(work, request.with_past)
    return [_grant_page(work, ref.coalition, {**_of_member(ref), **time}, request) for ref in request.refs]


def list_network_grants(work: Work, request: ListNetworkGrants) -> Page[ShownGrant]:
    """Of roles in the whole network, the newest first. Raises InvalidInput (the cursor)."""
    return _grant_page(work, None, _time(work, request.with_past), request)


def list_invitations(work: Work, request: ListInvitations) -> list[Page[ShownInvitation]]:
    """A page per coalition, the newest first. Raises InvalidInput (the cursor)."""
    query = of_status(request.status, at=work.now)
    return [_invitation_page(work, coalition, query, request) for coalition in request.coalitions]


def list_invitations_of_members(work: Work, request: ListInvitationsOfMembers) -> list[Page[ShownInvitation]]:
    """A page per member, the newest first. Raises InvalidInput (the cursor)."""
    status = of_status(request.status, at=work.now)
    return [_invitation_page(work, ref.coalition, {**_of_member(ref), **status}, request) for ref in request.refs]


def list_network_invitations(work: Work, request: ListNetworkInvitations) -> Page[ShownInvitation]:
    """To roles in the whole network, the newest first. Raises InvalidInput (the cursor)."""
    return _invitation_page(work, None, of_status(request.status, at=work.now), request)


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


def _of_member(ref: Ref) -> dict[str, Any]:
    return {"kind": ScopeKind.MEMBER.value, "scope_id": ref.id}


def _grant_page(work: Work, coalition: str | None, query: dict[str, Any], request: Any) -> Page[ShownGrant]:
    page = Grants(work, coalition=coalition).matching(query, request.page)
    return page.holding(tuple(_grants(work, page.items)))


def _invitation_page(work: Work, coalition: str | None, query: dict[str, Any], request: Any) -> Page[ShownInvitation]:
    page = Invitations(work, coalition=coalition).matching(query, request.page)
    return page.holding(tuple(_invitations(work, page.items)))


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
