"""The roles that people and applications can have, where each holds, and who may give it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.chassis.kernel.principal import NETWORK, TENANT


class ScopeKind(StrEnum):
    """What a role can be about."""

    NETWORK = NETWORK
    COALITION = TENANT
    CONFERENCE = "conference"
    MEMBER = "member"


class Role(StrEnum):
    NETWORK_ADMINISTRATOR = "network_administrator"
    UNESCO_COORDINATOR = "unesco_coordinator"
    ADMINISTRATOR = "administrator"
    SECRETARIAT = "secretariat"
    TREASURER = "treasurer"
    STEERING_COMMITTEE = "steering_committee"
    SCIENTIFIC_COMMITTEE = "scientific_committee"
    AUDITOR = "auditor"
    EVENT_TEAM = "event_team"
    FOCAL_POINT = "focal_point"
    CONTRIBUTOR = "contributor"
    POLITICAL_REPRESENTATIVE = "political_representative"

    @property
    def scope_kind(self) -> ScopeKind:
        """The one kind of scope in which this role can be held."""
        return SCOPE_KINDS[self]


SCOPE_KINDS: Final[Mapping[Role, ScopeKind]] = {
    Role.NETWORK_ADMINISTRATOR: ScopeKind.NETWORK,
    Role.UNESCO_COORDINATOR: ScopeKind.NETWORK,
    Role.ADMINISTRATOR: ScopeKind.COALITION,
    Role.SECRETARIAT: ScopeKind.COALITION,
    Role.TREASURER: ScopeKind.COALITION,
    Role.STEERING_COMMITTEE: ScopeKind.COALITION,
    Role.SCIENTIFIC_COMMITTEE: ScopeKind.COALITION,
    Role.AUDITOR: ScopeKind.COALITION,
    Role.EVENT_TEAM: ScopeKind.CONFERENCE,
    Role.FOCAL_POINT: ScopeKind.MEMBER,
    Role.CONTRIBUTOR: ScopeKind.MEMBER,
    Role.POLITICAL_REPRESENTATIVE: ScopeKind.MEMBER,
}

DESCRIPTIONS: Final[Mapping[Role, str]] = {
    Role.NETWORK_ADMINISTRATOR: "Runs the shared house: founds coalitions and appoints their first administrators.",
    Role.UNESCO_COORDINATOR: "Reads what all coalitions share; never drafts, never personal contacts.",
    Role.ADMINISTRATOR: "Decides in a coalition who has which right, and keeps its rules, applications and audit log.",
    Role.SECRETARIAT: "Does a coalition's daily work: members, conferences, cycles.",
    Role.TREASURER: "Keeps a coalition's fees.",
    Role.STEERING_COMMITTEE: "Decides on admissions.",
    Role.SCIENTIFIC_COMMITTEE: "Evaluates reports.",
    Role.AUDITOR: "Reads a coalition's records and its audit log; changes nothing.",
    Role.EVENT_TEAM: "Runs one conference: registration and attendance.",
    Role.FOCAL_POINT: "A member's contact, who does its work with the coalition.",
    Role.CONTRIBUTOR: "Helps a member's focal point with its reports and registrations.",
    Role.POLITICAL_REPRESENTATIVE: "Speaks for a member; reads what it has submitted.",
}

_OF_A_MEMBER: Final = frozenset({Role.FOCAL_POINT, Role.CONTRIBUTOR, Role.POLITICAL_REPRESENTATIVE})
_OF_A_COALITION: Final = frozenset(role for role, kind in SCOPE_KINDS.items() if kind is ScopeKind.COALITION)

MAY_GRANT: Final[Mapping[Role, frozenset[Role]]] = {
    Role.NETWORK_ADMINISTRATOR: frozenset({Role.NETWORK_ADMINISTRATOR, Role.UNESCO_COORDINATOR, Role.ADMINISTRATOR}),
    Role.ADMINISTRATOR: _OF_A_COALITION | _OF_A_MEMBER | {Role.EVENT_TEAM},
    Role.SECRETARIAT: _OF_A_MEMBER | {Role.EVENT_TEAM},
    Role.FOCAL_POINT: frozenset({Role.CONTRIBUTOR, Role.POLITICAL_REPRESENTATIVE}),
}
"""Which roles a role may give and take away, each within its own scope. A role that is not named may give none."""

LAST_ONE_STAYS: Final = frozenset({Role.NETWORK_ADMINISTRATOR, Role.ADMINISTRATOR})
"""Roles of which a scope must always have one holder: without them nobody could give rights any more."""
