"""What this service is asked about rights: validated input, no decision yet. `coalition` None: of the whole network."""

from dataclasses import dataclass
from datetime import date

from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.principal import Scope
from services.chassis.kernel.requests import Ref
from services.rights.roles import Role

from .invitations import InvitationStatus
from .people import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """By the operator of the platform, to whom an issuer knows. Without `valid_from` from today on."""

    identity: Identity
    role: Role
    scope: Scope
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeGrant:
    coalition: str | None = None
    grant_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitePerson:
    """`name` and `language` are for whoever writes the letter with the link. Without `valid_from` from today on."""

    role: Role
    scope: Scope
    email: str
    name: str | None = None
    language: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeInvitation:
    coalition: str | None = None
    invitation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation:
    """`token_hash` is the SHA-256 of the link's secret, in hex: the secret itself goes no further than the schema."""

    token_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverFocalPoint:
    """To whom: `person_id` or `email`, one of them. `from_person_id` says whose work it is where there are several."""

    coalition: str
    member_id: str
    email: str | None = None
    person_id: str | None = None
    from_person_id: str | None = None
    name: str | None = None
    language: str | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListGrants:
    """Those of each of `coalitions`, by coalition; with `with_past` also those that are over."""

    coalitions: tuple[str, ...]
    role: Role | None = None
    with_past: bool = False
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListGrantsOfMembers:
    refs: tuple[Ref, ...]
    with_past: bool = False
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNetworkGrants:
    with_past: bool = False
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInvitations:
    coalitions: tuple[str, ...]
    status: InvitationStatus | None = None
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListInvitationsOfMembers:
    refs: tuple[Ref, ...]
    status: InvitationStatus | None = None
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNetworkInvitations:
    status: InvitationStatus | None = None
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMyGrants:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a grant, or an invitation, is found again."""

    coalition: str | None
    id: str
