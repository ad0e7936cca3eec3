"""The permission table: each method of each service, and who may call it. What has no row, nobody may do.

`docs/permissions.md` is generated from it, every service enforces it, and a test walks every cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .roles import Role, ScopeKind


class Audience(StrEnum):
    """Who may, beside the holders of a role."""

    PUBLIC = "public"
    """Anybody, signed in or not."""

    SIGNED_IN = "signed_in"
    """Any person who has signed in."""

    SELF = "self"
    """The person whom it is about."""

    GATEWAY = "gateway"
    """The gateway itself, for whoever knocks."""


class Area(StrEnum):
    """What a method is about. An application's scopes are an area with `read` or `write`."""

    COALITIONS = "coalitions"
    CITIES = "cities"
    MEMBERS = "members"
    CONFERENCES = "conferences"
    REGISTRATIONS = "registrations"
    REPORTS = "reports"
    PEOPLE = "people"
    PERSONAL_DATA = "personal_data"
    AUDIT = "audit"
    MESSAGES = "messages"
    APPLICATIONS = "applications"
    IDENTITY = "identity"


class Access(StrEnum):
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`personal`: what is read is personal data, so that reading it is an entry in the audit log."""

    area: Area
    access: Access
    allowed: frozenset[Role | Audience]
    does: str
    personal: bool = False

    @property
    def api_scope(self) -> str:
        return f"{self.area}:{self.access}"

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(each for each in self.allowed if isinstance(each, Role))

    @property
    def is_public(self) -> bool:
        return Audience.PUBLIC in self.allowed


def _read(area: Area, does: str, *allowed: Role | Audience, personal: bool = False) -> Row:
    return Row(area=area, access=Access.READ, allowed=frozenset(allowed), does=does, personal=personal)


def _write(area: Area, does: str, *allowed: Role | Audience) -> Row:
    return Row(area=area, access=Access.WRITE, allowed=frozenset(allowed), does=does)


_OFFICE: Final = (Role.SECRETARIAT, Role.ADMINISTRATOR)
_CITY_STAFF: Final = (Role.FOCAL_POINT, Role.CONTRIBUTOR)
_READERS: Final = (
    *_OFFICE,
    Role.STEERING_COMMITTEE,
    Role.SCIENTIFIC_COMMITTEE,
    Role.AUDITOR,
    Role.UNESCO_COORDINATOR,
    *_CITY_STAFF,
    Role.POLITICAL_REPRESENTATIVE,
)
_APPOINTERS: Final = (Role.NETWORK_ADMINISTRATOR, *_OFFICE, Role.FOCAL_POINT)
"""Who may give some role; which one, `roles.MAY_GRANT` says."""

_DRAFTERS: Final = (Role.SECRETARIAT, *_CITY_STAFF)
_INSIDERS: Final = tuple(role for role in Role if role.scope_kind is not ScopeKind.NETWORK)
"""Whoever has any role in a coalition, about whatever of it (`rights.insiders`)."""

_EXPORT_PART: Final = _read(
    Area.PERSONAL_DATA, "Read a service's part of an export that one asked for", Audience.SELF, personal=True
)

_MEMBERSHIP: Final[Mapping[str, Row]] = {
    "register_coalition": _write(Area.COALITIONS, "Found a coalition", Role.NETWORK_ADMINISTRATOR),
    "publish_plan": _write(
        Area.COALITIONS, "Publish a plan of a coalition", Role.NETWORK_ADMINISTRATOR, Role.ADMINISTRATOR
    ),
    "register_city": _write(Area.CITIES, "Enter a city in the registry", Role.NETWORK_ADMINISTRATOR, *_OFFICE),
    "record_membership": _write(
        Area.MEMBERS, "Record a membership from the archives", Role.NETWORK_ADMINISTRATOR, *_OFFICE
    ),
    "apply_for_membership": _write(Area.MEMBERS, "Record an application for membership", *_OFFICE),
    "record_decision": _write(Area.MEMBERS, "Record a decision on an application", *_OFFICE, Role.STEERING_COMMITTEE),
    "record_milestone": _write(Area.MEMBERS, "Record a milestone of a membership", *_OFFICE),
    "get_coalitions": _read(Area.COALITIONS, "Read coalitions", Audience.PUBLIC),
    "list_coalitions": _read(Area.COALITIONS, "List coalitions", Audience.PUBLIC),
    "member_counts": _read(Area.MEMBERS, "Count members", Audience.PUBLIC),
    "get_plans": _read(Area.COALITIONS, "Read plans", Audience.PUBLIC),
    "list_plans": _read(Area.COALITIONS, "List plans", Audience.PUBLIC),
    "get_cities": _read(Area.CITIES, "Read cities", Audience.PUBLIC),
    "list_cities": _read(Area.CITIES, "List cities", Audience.PUBLIC),
    "get_members": _read(Area.MEMBERS, "Read members", Audience.PUBLIC),
    "list_members": _read(Area.MEMBERS, "List members", Audience.PUBLIC),
    "list_members_of": _read(Area.MEMBERS, "List the members of coalitions", Audience.PUBLIC),
    "list_memberships_of_city": _read(Area.MEMBERS, "List a city's memberships", Audience.PUBLIC),
    "register_application": _write(Area.APPLICATIONS, "Register an application", Role.ADMINISTRATOR),
    "rotate_application_token": _write(Area.APPLICATIONS, "Give an application a new token", Role.ADMINISTRATOR),
    "revoke_application": _write(Area.APPLICATIONS, "Revoke an application", Role.ADMINISTRATOR),
    "revoke_application_token": _write(Area.APPLICATIONS, "Revoke a token of an application", Role.ADMINISTRATOR),
    "get_applications": _read(Area.APPLICATIONS, "Read applications", Role.ADMINISTRATOR, Role.AUDITOR),
    "list_applications": _read(
        Area.APPLICATIONS, "List the applications of coalitions", Role.ADMINISTRATOR, Role.AUDITOR
    ),
    "record_contact": _write(Area.MEMBERS, "Record a contact of a member", *_OFFICE, Role.FOCAL_POINT),
    "remove_contact": _write(Area.MEMBERS, "Remove a contact of a member", *_OFFICE, Role.FOCAL_POINT),
    "list_public_contacts_of_members": _read(
        Area.MEMBERS, "Read what is public of the contacts of members", Audience.PUBLIC
    ),
    "list_contacts_of_members": _read(
        Area.PEOPLE,
        "Read what one may see of the contacts of members",
        Audience.SIGNED_IN,
        *_INSIDERS,
        personal=True,
    ),
    "list_contacts_of_members.members": _read(
        Area.PEOPLE, "Read what contacts show to the coalition", *_INSIDERS, personal=True
    ),
    "list_contacts_of_members.secretariat": _read(
        Area.PEOPLE,
        "Read what contacts show to the secretariat, and to who keeps them for the member",
        *_OFFICE,
        Role.FOCAL_POINT,
        personal=True,
    ),
    "list_contacts_of_members.self": _read(
        Area.PEOPLE, "Read all of the contact that one is", Audience.SELF, personal=True
    ),
    "publish_consent_text": _write(Area.PERSONAL_DATA, "Publish a text to consent to", Role.ADMINISTRATOR),
    "give_consent": _write(Area.PERSONAL_DATA, "Give one's own consent", Audience.SIGNED_IN),
    "withdraw_consent": _write(Area.PERSONAL_DATA, "Withdraw one's own consent", Audience.SIGNED_IN),
    "list_consent_texts": _read(Area.PERSONAL_DATA, "Read the texts to consent to", Audience.PUBLIC),
    "list_own_consents": _read(Area.PERSONAL_DATA, "List one's own consents", Audience.SIGNED_IN),
    "adopt_retention_rules": _write(
        Area.COALITIONS,
        "Adopt rules about how long personal data is kept",
        Role.ADMINISTRATOR,
        Role.NETWORK_ADMINISTRATOR,
    ),
    "adopt_retention_rules.network": _write(
        Area.COALITIONS,
        "Adopt rules about how long personal data of no coalition is kept",
        Role.NETWORK_ADMINISTRATOR,
    ),
    "get_retention_rules": _read(Area.COALITIONS, "Read how long personal data is kept", Audience.PUBLIC),
    "request_export": _write(
        Area.PERSONAL_DATA, "Ask for what a coalition holds of a person", Audience.SELF, Role.ADMINISTRATOR
    ),
    "request_export.everywhere": _write(
        Area.PERSONAL_DATA, "Ask for what is held of oneself everywhere", Audience.SELF
    ),
    "request_erasure": _write(
        Area.PERSONAL_DATA, "Have erased what a coalition holds of a person", Audience.SELF, Role.ADMINISTRATOR
    ),
    "request_erasure.everywhere": _write(
        Area.PERSONAL_DATA, "Have erased what is held of oneself everywhere", Audience.SELF
    ),
    "get_data_requests": _read(
        Area.PERSONAL_DATA,
        "Read requests for exports and erasures",
        Audience.SELF,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.NETWORK_ADMINISTRATOR,
    ),
    "get_data_requests.everywhere": _read(
        Area.PERSONAL_DATA,
        "Read requests for exports and erasures everywhere",
        Audience.SELF,
        Role.NETWORK_ADMINISTRATOR,
    ),
    "list_data_requests": _read(
        Area.PERSONAL_DATA,
        "List requests for exports and erasures in a coalition",
        Role.ADMINISTRATOR,
        Role.AUDITOR,
        Role.NETWORK_ADMINISTRATOR,
    ),
    "list_data_requests.everywhere": _read(
        Area.PERSONAL_DATA, "List requests for exports and erasures everywhere", Role.NETWORK_ADMINISTRATOR
    ),
    "list_own_data_requests": _read(Area.PERSONAL_DATA, "List the requests that one made oneself", Audience.SIGNED_IN),
    "get_export_part": _EXPORT_PART,
    "identify": _read(Area.IDENTITY, "Find out who somebody is and what they may do", Audience.GATEWAY),
    "open_session": _write(Area.IDENTITY, "Open a session", Audience.GATEWAY),
    "close_session": _write(Area.IDENTITY, "Close a session", Audience.GATEWAY),
    "close_sessions": _write(Area.IDENTITY, "Close the sessions of somebody", Audience.GATEWAY),
    "invite_person": _write(Area.PEOPLE, "Invite somebody to a role", *_APPOINTERS),
    "revoke_invitation": _write(Area.PEOPLE, "Take an invitation back", *_APPOINTERS),
    "accept_invitation": _write(Area.PEOPLE, "Accept an invitation", Audience.SIGNED_IN),
    "revoke_grant": _write(Area.PEOPLE, "Take a role from somebody", *_APPOINTERS, Audience.SELF),
    "hand_over_focal_point": _write(Area.PEOPLE, "Hand the work of a member's focal point over", *_OFFICE),
    "my_grants": _read(Area.PEOPLE, "Read one's own rights", Audience.SIGNED_IN),
    "list_grants": _read(
        Area.PEOPLE,
        "List who has which right in coalitions",
        Role.NETWORK_ADMINISTRATOR,
        *_OFFICE,
        Role.AUDITOR,
        personal=True,
    ),
    "list_grants_of_members": _read(
        Area.PEOPLE, "List who acts for members", *_OFFICE, Role.AUDITOR, Role.FOCAL_POINT, personal=True
    ),
    "list_network_grants": _read(
        Area.PEOPLE, "List who has a right in the whole network", Role.NETWORK_ADMINISTRATOR, personal=True
    ),
    "list_invitations": _read(
        Area.PEOPLE,
        "List the invitations of coalitions",
        Role.NETWORK_ADMINISTRATOR,
        *_OFFICE,
        Role.AUDITOR,
        personal=True,
    ),
    "list_invitations_of_members": _read(
        Area.PEOPLE, "List the invitations to act for members", *_OFFICE, Role.AUDITOR, Role.FOCAL_POINT, personal=True
    ),
    "list_network_invitations": _read(
        Area.PEOPLE, "List the invitations to roles in the whole network", Role.NETWORK_ADMINISTRATOR, personal=True
    ),
}

_REGISTRARS: Final = (Role.SECRETARIAT, Role.EVENT_TEAM, *_CITY_STAFF)
_CARERS: Final = (Role.EVENT_TEAM, *_CITY_STAFF)
"""Who must know what a delegate eats and needs, or has been told it. The secretariat need not."""

_EVENTS: Final[Mapping[str, Row]] = {
    "announce_conference": _write(Area.CONFERENCES, "Announce a conference", Role.NETWORK_ADMINISTRATOR, *_OFFICE),
    "open_registration": _write(Area.CONFERENCES, "Open registration", *_OFFICE, Role.EVENT_TEAM),
    "close_registration": _write(Area.CONFERENCES, "Close registration", *_OFFICE, Role.EVENT_TEAM),
    "adopt_conference_rules": _write(Area.CONFERENCES, "Adopt rules for conferences", *_OFFICE),
    "register_delegate": _write(Area.REGISTRATIONS, "Register a delegate", *_REGISTRARS),
    "cancel_registration": _write(Area.REGISTRATIONS, "Cancel a registration", *_REGISTRARS),
    "get_conferences": _read(Area.CONFERENCES, "Read conferences", Audience.PUBLIC),
    "list_conferences": _read(Area.CONFERENCES, "List conferences", Audience.PUBLIC),
    "list_conferences_of": _read(Area.CONFERENCES, "List the conferences of coalitions", Audience.PUBLIC),
    "get_conference_rules": _read(Area.CONFERENCES, "Read rules for conferences", Audience.PUBLIC),
    "get_registrations": _read(Area.REGISTRATIONS, "Read registrations", *_REGISTRARS, personal=True),
    "list_registrations": _read(
        Area.REGISTRATIONS,
        "List the registrations for conferences",
        Role.SECRETARIAT,
        Role.EVENT_TEAM,
        personal=True,
    ),
    "list_registrations_of_members": _read(
        Area.REGISTRATIONS, "List the registrations of members", Role.SECRETARIAT, *_CITY_STAFF, personal=True
    ),
    "record_special_needs": _write(Area.PERSONAL_DATA, "Record a delegate's special needs", *_CARERS),
    "withdraw_special_needs": _write(Area.PERSONAL_DATA, "Delete a delegate's special needs", *_CARERS),
    "get_special_needs": _read(Area.PERSONAL_DATA, "Read special needs of delegates", *_CARERS, personal=True),
    "record_minutes": _write(
        Area.CONFERENCES, "Record the adopted minutes of a conference", Role.SECRETARIAT, Role.EVENT_TEAM
    ),
    "list_minutes": _read(Area.PEOPLE, "Read the adopted minutes of conferences", *_INSIDERS, personal=True),
    "get_export_part": _EXPORT_PART,
    "projected_members": _read(
        Area.MEMBERS, "Read what this service knows of members", *_OFFICE, Role.AUDITOR, Role.NETWORK_ADMINISTRATOR
    ),
}

_REPORTS: Final[Mapping[str, Row]] = {
    "open_cycle": _write(Area.REPORTS, "Open a reporting cycle", *_OFFICE),
    "start_report": _write(Area.REPORTS, "Start a report", *_DRAFTERS),
    "save_answer": _write(Area.REPORTS, "Save an answer in a report", *_DRAFTERS),
    "submit_report": _write(Area.REPORTS, "Submit a report", Role.SECRETARIAT, Role.FOCAL_POINT),
    "stage_evidence": _write(Area.REPORTS, "Announce a file for a report", *_DRAFTERS),
    # The gateway tells of it in the name of who sends the bytes, with the rights that they have when all have come.
    "receive_evidence": _write(Area.REPORTS, "Add a file to a report", *_DRAFTERS),
    "remove_evidence": _write(Area.REPORTS, "Remove a file from a report", *_DRAFTERS),
    "settle_evidence": _write(Area.REPORTS, "Tell what the scanner says of a file that waited", Audience.GATEWAY),
    "forget_staged_evidence": _write(Area.REPORTS, "Forget announced files that never came", Audience.GATEWAY),
    "list_waiting_evidence": _read(Area.REPORTS, "List the files that wait for the scanner", Audience.GATEWAY),
    "list_needed_objects": _read(Area.REPORTS, "Find out which stored objects are needed", Audience.GATEWAY),
    "get_evidence": _read(Area.REPORTS, "Read the files of submitted reports", *_READERS),
    "get_evidence.drafts": _read(Area.REPORTS, "Read the files of drafts of reports", *_DRAFTERS),
    "list_evidence_of_reports": _read(Area.REPORTS, "List the files of submitted reports", *_READERS),
    "list_evidence_of_reports.drafts": _read(Area.REPORTS, "List the files of drafts of reports", *_DRAFTERS),
    "get_cycles": _read(Area.REPORTS, "Read reporting cycles", Audience.PUBLIC),
    "list_cycles": _read(Area.REPORTS, "List reporting cycles", Audience.PUBLIC),
    "get_reports": _read(Area.REPORTS, "Read submitted reports", *_READERS),
    "get_reports.drafts": _read(Area.REPORTS, "Read drafts of reports", *_DRAFTERS),
    "list_reports": _read(Area.REPORTS, "List submitted reports", *_READERS),
    "list_reports.drafts": _read(Area.REPORTS, "List reports, drafts too", *_DRAFTERS),
    "list_obligations": _read(
        Area.REPORTS,
        "List what members owe",
        *_OFFICE,
        Role.STEERING_COMMITTEE,
        Role.AUDITOR,
        Role.UNESCO_COORDINATOR,
    ),
    "list_obligations_of": _read(
        Area.REPORTS,
        "List what the members of coalitions owe",
        *_OFFICE,
        Role.STEERING_COMMITTEE,
        Role.AUDITOR,
        Role.UNESCO_COORDINATOR,
    ),
    "list_obligations_of_members": _read(Area.REPORTS, "List what a member owes", *_READERS),
    "get_export_part": _EXPORT_PART,
    "projected_members": _read(
        Area.MEMBERS, "Read what this service knows of members", *_OFFICE, Role.AUDITOR, Role.NETWORK_ADMINISTRATOR
    ),
}

_AUDIT: Final[Mapping[str, Row]] = {
    "list_audit": _read(Area.AUDIT, "Read a coalition's audit log", Role.ADMINISTRATOR, Role.AUDITOR, personal=True),
    "list_network_audit": _read(Area.AUDIT, "Read the network's audit log", Role.NETWORK_ADMINISTRATOR, personal=True),
    "list_own_audit": _read(Area.AUDIT, "Read what one did, and who has read one's data", Audience.SELF),
}
"""In every service."""

_MESSAGE_LOG: Final[Mapping[str, Row]] = {
    "list_messages": _read(Area.MESSAGES, "Read which messages were published since another one", Audience.GATEWAY),
}
"""In every service."""


def _of(service: str, rows: Mapping[str, Row]) -> dict[str, Row]:
    return {f"{service}.{method}": row for method, row in rows.items()}


TABLE: Final[Mapping[str, Row]] = {
    **_of("membership", {**_MEMBERSHIP, **_AUDIT, **_MESSAGE_LOG}),
    **_of("events", {**_EVENTS, **_AUDIT, **_MESSAGE_LOG}),
    **_of("reports", {**_REPORTS, **_AUDIT, **_MESSAGE_LOG}),
}
"""By `<service>.<method>`; a method that is two things to two people has a row for each, the second with a suffix."""
