"""For each method: what it is asked when it is about a place. A method that is not here fails the test."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .world import FILE, Place, application, days, invitation, special_needs, text

Ask = Callable[[Place], dict[str, Any]]


def _member(place: Place) -> dict[str, Any]:
    return {"coalition": place.coalition, "member_id": place.member_id}


def _conference(place: Place) -> dict[str, Any]:
    return {"coalition": place.coalition, "conference_id": place.conference_id}


def _registration(place: Place) -> dict[str, Any]:
    return {"coalition": place.coalition, "registration_id": place.registration_id}


def _report(place: Place) -> dict[str, Any]:
    return {"coalition": place.coalition, "report_id": place.report_id}


def _application(place: Place) -> dict[str, Any]:
    return {"coalition": place.coalition, "application_id": place.application_id}


def _refs(field: str) -> Ask:
    return lambda place: {"refs": [{"coalition": place.coalition, "id": getattr(place, field)}]}


def _coalition(place: Place) -> dict[str, Any]:
    return {"coalition": place.coalition}


def _coalitions(place: Place) -> dict[str, Any]:
    return {"coalitions": [place.coalition]}


def _nothing(_place: Place) -> dict[str, Any]:
    return {}


_RULES: Final = {"rules": [{"category": "contacts", "keep_days": 900}], "is_sample": True}

_AUDIT: Final[Mapping[str, Ask]] = {
    "list_audit": _coalitions,
    "list_network_audit": _nothing,
    "list_own_audit": _nothing,
}

_MESSAGE_LOG: Final[Mapping[str, Ask]] = {
    "list_messages": lambda place: {
        "coalition": place.coalition,
        "types": ["membership.member_admitted.v1"],
        "since": f"{days(0)}T00:00:00Z",
    },
}

_MEMBERSHIP: Final[Mapping[str, Ask]] = {
    "register_coalition": lambda place: {
        "key": place.coalition,
        "name": text("Again"),
        "region": "Europe",
        "source": "a test",
    },
    "publish_plan": lambda place: {
        "coalition": place.coalition,
        "version": "2004",
        "is_complete": True,
        "source": "a test",
        "commitments": [{"number": 1, "title": text("Commitment 1")}],
    },
    "register_city": lambda place: {"name": "Graz", "country": "AT", "legal_type": "city"},
    "record_membership": lambda place: {
        "coalition": place.coalition,
        "cities": [place.city_id],
        "milestones": [{"kind": "admission"}],
    },
    "apply_for_membership": lambda place: {
        "coalition": place.coalition,
        "cities": [place.city_id],
        "applied_on": days(-1),
    },
    "record_decision": lambda place: {
        **_member(place),
        "outcome": "admitted",
        "body": "steering_committee",
        "decided_on": days(-1),
    },
    "record_milestone": lambda place: {**_member(place), "kind": "act_of_accession"},
    "get_coalitions": lambda place: {"keys": [place.coalition]},
    "list_coalitions": _nothing,
    "member_counts": _coalitions,
    "get_plans": lambda place: {"refs": [{"coalition": place.coalition, "id": "x"}]},
    "list_plans": _coalitions,
    "get_cities": lambda place: {"ids": [place.city_id]},
    "list_cities": _nothing,
    "get_members": _refs("member_id"),
    "list_members": _coalition,
    "list_members_of": _coalitions,
    "list_memberships_of_city": lambda place: {"city_ids": [place.city_id]},
    "register_application": lambda place: application(place.coalition),
    "rotate_application_token": lambda place: {**_application(place), "overlap_hours": 0},
    # A version that it has never had: an application must work on while others are asked.
    "revoke_application": lambda place: {**_application(place), "expected_version": 9999},
    "revoke_application_token": lambda place: {**_application(place), "token_id": "x"},
    "get_applications": _refs("application_id"),
    "list_applications": _coalitions,
    "identify": lambda place: {"issuer": "https://issuer.example", "subject": "somebody"},
    "open_session": lambda place: {
        "hash": "0" * 64,
        "issuer": "https://issuer.example",
        "subject": "somebody",
        "expires_at": f"{days(1)}T00:00:00Z",
    },
    "close_session": lambda place: {"hash": "0" * 64},
    "close_sessions": lambda place: {"issuer": "https://issuer.example", "subject": "somebody"},
    "invite_person": lambda place: invitation(place, "guest"),
    "revoke_invitation": lambda place: {"coalition": place.coalition, "invitation_id": place.invitation_id},
    "accept_invitation": lambda place: {"token": "no such invitation"},
    "revoke_grant": lambda place: {"coalition": place.coalition, "grant_id": place.grant_id},
    "hand_over_focal_point": lambda place: {**_member(place), "email": "successor@people.example"},
    "my_grants": _nothing,
    "list_grants": _coalitions,
    "list_grants_of_members": _refs("member_id"),
    "list_network_grants": _nothing,
    "list_invitations": _coalitions,
    "list_invitations_of_members": _refs("member_id"),
    "list_network_invitations": _nothing,
    "record_contact": lambda place: {**_member(place), "role": "Mayor", "name": "Mia Mayor"},
    "remove_contact": lambda place: {"coalition": place.coalition, "contact_id": place.contacts.pop()},
    "list_public_contacts_of_members": _refs("member_id"),
    "list_contacts_of_members": _refs("member_id"),
    "publish_consent_text": lambda place: {
        "coalition": place.coalition,
        "purpose": "photos",
        "version": "1",
        "text": text("Photos may be shown."),
        "valid_from": days(0),
    },
    "give_consent": lambda place: {"coalition": place.coalition, "purpose": "photos", "text_version": "none"},
    "withdraw_consent": lambda place: {"coalition": place.coalition, "purpose": "photos"},
    "list_consent_texts": _coalitions,
    "list_own_consents": _nothing,
    "adopt_retention_rules": lambda place: {**_RULES, "coalition": place.coalition},
    "adopt_retention_rules.network": lambda place: _RULES,
    "get_retention_rules": _coalitions,
    "request_export": lambda place: {"coalition": place.coalition, "email": "stranger@people.example"},
    "request_export.everywhere": _nothing,
    "request_erasure": lambda place: {"coalition": place.coalition, "email": "stranger@people.example"},
    "request_erasure.everywhere": _nothing,
    "get_data_requests": lambda place: {"ids": [place.data_request_id]},
    "list_data_requests": _coalition,
    "list_data_requests.everywhere": _nothing,
    "list_own_data_requests": _nothing,
    "get_export_part": lambda place: {"request_id": place.data_request_id},
    **_AUDIT,
    **_MESSAGE_LOG,
}

_EVENTS: Final[Mapping[str, Ask]] = {
    "announce_conference": lambda place: {
        "coalition": place.coalition,
        "kind": "workshop",
        "title": text("Workshop of Graz"),
        "start_date": days(60),
        "end_date": days(60),
        "mode": "hybrid",
    },
    "open_registration": lambda place: {**_conference(place), "closes_on": days(50)},
    # A version that it has never had: a conference must not close while others are asked.
    "close_registration": lambda place: {**_conference(place), "expected_version": 99},
    "adopt_conference_rules": lambda place: {"coalition": place.coalition, "statutory_kinds": []},
    "register_delegate": lambda place: {
        **_conference(place),
        "member_id": place.member_id,
        "name": "Ada Example",
        "email": "ada@graz.example",
        "attendance": "online",
    },
    "cancel_registration": lambda place: {
        "coalition": place.coalition,
        "registration_id": place.registration_id,
        "expected_version": 99,
    },
    "get_conferences": _refs("conference_id"),
    "list_conferences": _nothing,
    "list_conferences_of": _coalitions,
    "get_conference_rules": _coalitions,
    "get_registrations": _refs("registration_id"),
    "list_registrations": _refs("conference_id"),
    "list_registrations_of_members": _refs("member_id"),
    # In this order: who may record them finds them, and then they are gone.
    "record_special_needs": lambda place: special_needs(place.coalition, place.registration_id),
    "get_special_needs": _refs("registration_id"),
    "withdraw_special_needs": lambda place: _registration(place),
    "record_minutes": lambda place: {
        **_conference(place),
        "title": text("Minutes"),
        "adopted_on": days(60),
        "present": [],
    },
    "list_minutes": _refs("conference_id"),
    "get_export_part": lambda place: {"request_id": place.data_request_id},
    **_AUDIT,
    **_MESSAGE_LOG,
    "projected_members": _coalition,
}

_REPORTS: Final[Mapping[str, Ask]] = {
    "open_cycle": lambda place: {
        "coalition": place.coalition,
        "name": text("Again"),
        "period_start": days(-20),
        "period_end": days(-10),
        "due_on": days(30),
    },
    "start_report": lambda place: {**_member(place), "cycle_id": place.cycle_id},
    "save_answer": lambda place: {**_report(place), "commitment": 1, "status": "planned"},
    "submit_report": lambda place: {**_report(place), "expected_version": 9999},
    "stage_evidence": lambda place: {**_report(place), **FILE},
    # Told again and again, it is one arrival.
    "receive_evidence": lambda place: {
        "coalition": place.coalition,
        "file_id": place.evidence_id,
        "upload_id": "u",
        "sha256": "a" * 64,
        "size": FILE["size"],
        "media_type": FILE["media_type"],
        "scan": "clean",
    },
    "remove_evidence": lambda place: {
        "coalition": place.coalition,
        "evidence_id": place.evidence_id,
        "expected_version": 9999,
    },
    "settle_evidence": lambda place: {"coalition": place.coalition, "file_id": place.evidence_id, "scan": "infected"},
    "forget_staged_evidence": _nothing,
    "list_waiting_evidence": _nothing,
    "list_needed_objects": lambda place: {"coalition": place.coalition, "object_ids": ["u"]},
    "get_evidence": _refs("submitted_evidence_id"),
    "get_evidence.drafts": _refs("evidence_id"),
    "list_evidence_of_reports": _refs("submitted_report_id"),
    "list_evidence_of_reports.drafts": _refs("report_id"),
    "get_cycles": _refs("cycle_id"),
    "list_cycles": _coalitions,
    "get_reports": _refs("submitted_report_id"),
    "get_reports.drafts": _refs("report_id"),
    "get_export_part": lambda place: {"request_id": place.data_request_id},
    **_AUDIT,
    **_MESSAGE_LOG,
    "list_reports": lambda place: {**_member(place), "status": "submitted"},
    "list_reports.drafts": lambda place: {**_member(place), "status": "draft"},
    "list_obligations": _coalition,
    "list_obligations_of": _coalitions,
    "list_obligations_of_members": _refs("member_id"),
    "projected_members": _coalition,
}


def _of(service: str, asks: Mapping[str, Ask]) -> dict[str, Ask]:
    return {f"{service}.{name}": ask for name, ask in asks.items()}


ARGUMENTS: Final[Mapping[str, Ask]] = {
    **_of("membership", _MEMBERSHIP),
    **_of("events", _EVENTS),
    **_of("reports", _REPORTS),
}
