"""Two coalitions with two members each, and what belongs to them: somewhere to have rights, and to have none."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from services.chassis.kernel.principal import NETWORK, TENANT, Grant, Principal, Scope
from services.chassis.protocol.rpc import RemoteError
from services.rights.roles import Role, ScopeKind
from tests.support.bus import BusClient
from tests.support.principals import person
from tests.support.processes import eventually

TODAY: Final = datetime.now(UTC).date()
HOME: Final = "eccar"
ABROAD: Final = "lac"
_CONTACTS: Final = 25
FILE: Final = {"name": "Evidence.pdf", "media_type": "application/pdf", "size": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A member and a conference of a coalition, and what belongs to both."""

    coalition: str
    city_id: str
    member_id: str
    conference_id: str
    registration_id: str
    cycle_id: str
    report_id: str
    submitted_report_id: str
    evidence_id: str
    submitted_evidence_id: str
    application_id: str
    grant_id: str
    invitation_id: str
    data_request_id: str
    contacts: list[str]
    """Contacts that are there to be removed, one by each who is asked to."""

    @property
    def scopes(self) -> dict[str, Scope]:
        """Where somebody of this place has each kind of role."""
        return {
            ScopeKind.NETWORK: Scope(NETWORK),
            ScopeKind.COALITION: Scope(TENANT, self.coalition),
            ScopeKind.CONFERENCE: Scope(ScopeKind.CONFERENCE, self.coalition, self.conference_id),
            ScopeKind.MEMBER: Scope(ScopeKind.MEMBER, self.coalition, self.member_id),
        }

    def holder(self, role: Role) -> Principal:
        """Somebody who has this role here, and nothing else."""
        return person(f"holder-of-{role}", Grant(role, self.scopes[role.scope_kind]))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Rights are held at `own`; `neighbour` is another city at another conference of the same coalition, `abroad` is
    in another coalition."""

    own: Place
    neighbour: Place
    abroad: Place

    @property
    def places(self) -> dict[str, Place]:
        return {"own": self.own, "neighbour": self.neighbour, "abroad": self.abroad}


Give = Callable[[str, Role, Scope], str | None]
"""Gives somebody a role, by the operator."""


def create(client: BusClient, give: Give) -> World:
    for coalition in (HOME, ABROAD):
        _coalition(client, coalition)
    return World(
        own=_place(client, give, HOME, "Graz"),
        neighbour=_place(client, give, HOME, "Potsdam"),
        abroad=_place(client, give, ABROAD, "Lima"),
    )


def text(english: str) -> dict[str, Any]:
    return {"original": "en", "texts": {"en": english}}


def days(number: int) -> str:
    return (TODAY + timedelta(days=number)).isoformat()


def application(coalition: str) -> dict[str, Any]:
    """A machine that reads reports."""
    return {
        "coalition": coalition,
        "name": "Website",
        "purpose": "Shows reports",
        "role": "auditor",
        "api_scopes": ["reports:read"],
        "expires_at": f"{days(30)}T00:00:00Z",
    }


def _coalition(client: BusClient, key: str) -> None:
    client.call(
        "membership",
        "register_coalition",
        {
            "key": key,
            "name": text(key),
            "region": "Somewhere",
            "source": "a test",
            "reporting_rules": [{"first_report_after_months": 24, "interval_months": 24, "is_sample": True}],
        },
    )
    commitments = [{"number": 1, "title": text("Commitment 1")}]
    plan = {"coalition": key, "version": "2004", "is_complete": True, "source": "a test", "commitments": commitments}
    client.call("membership", "publish_plan", plan)


def _place(client: BusClient, give: Give, coalition: str, city: str) -> Place:
    def told(service: str, method: str, **arguments: Any) -> str:
        return str(client.call(service, method, {"coalition": coalition, **arguments})["id"])

    def once_known(service: str, method: str, **arguments: Any) -> str:
        """As soon as the service has heard of what others were told."""

        def attempt() -> str | None:
            with contextlib.suppress(RemoteError):
                return told(service, method, **arguments)
            return None

        return str(eventually(attempt, seconds=30))

    facts = {"name": city, "country": "AT", "legal_type": "city"}
    city_id = str(client.call("membership", "register_city", facts)["id"])
    member = told("membership", "record_membership", cities=[city_id], milestones=[{"kind": "admission"}])
    conference = once_known("events", "announce_conference", **workshop(city))
    told("events", "open_registration", conference_id=conference, closes_on=days(50))
    delegate = {"name": "Ada Example", "email": f"ada@{city.lower()}.example", "attendance": "online"}
    registration = once_known("events", "register_delegate", conference_id=conference, member_id=member, **delegate)
    _consent(client, coalition, conference, registration)
    offset = 1000 * (len(city) + ord(city[0]))
    cycle = _cycle(once_known, -offset)
    report = once_known("reports", "start_report", member_id=member, cycle_id=cycle)
    submitted, submitted_evidence = _submitted(once_known, told, member, -offset - 60)
    issued = client.call("membership", "register_application", application(coalition))
    return Place(
        grant_id=str(give(f"contributor-{city}", Role.CONTRIBUTOR, Scope(ScopeKind.MEMBER, coalition, member))),
        invitation_id=client.call("membership", "invite_person", _invitation(coalition, member, "late"))["id"],
        data_request_id=told("membership", "request_export", email=f"former@{city.lower()}.example"),
        contacts=[
            told("membership", "record_contact", member_id=member, role=f"Mayor {number}", name="Mia Mayor")
            for number in range(_CONTACTS)
        ],
        submitted_report_id=submitted,
        evidence_id=told("reports", "stage_evidence", report_id=report, **FILE),
        submitted_evidence_id=submitted_evidence,
        coalition=coalition,
        city_id=city_id,
        member_id=member,
        conference_id=conference,
        registration_id=registration,
        cycle_id=cycle,
        report_id=report,
        application_id=issued["application"]["id"],
    )


def invitation(place: Place, name: str) -> dict[str, Any]:
    """To contribute to the work of the place's member."""
    return _invitation(place.coalition, place.member_id, name)


def _invitation(coalition: str, member: str, name: str) -> dict[str, Any]:
    address = person(name).email
    return {"coalition": coalition, "member_id": member, "role": Role.CONTRIBUTOR, "email": address}


def workshop(city: str) -> dict[str, Any]:
    day = days(60)
    return {
        "kind": "workshop",
        "title": text(f"Workshop of {city}"),
        "start_date": day,
        "end_date": day,
        "mode": "hybrid",
    }


def special_needs(coalition: str, registration: str) -> dict[str, Any]:
    return {"coalition": coalition, "registration_id": registration, "dietary": "vegan", "consent_version": "1"}


def _consent(client: BusClient, coalition: str, conference: str, registration: str) -> None:
    """Wait until the events service knows the text to which delegates consent who tell of special needs."""
    words = {"version": "1", "text": text("We keep it for the caterer."), "valid_from": days(0)}
    with contextlib.suppress(RemoteError):
        client.call("membership", "publish_consent_text", {"coalition": coalition, "purpose": "special_needs", **words})
    carer = person("carer", Grant(Role.EVENT_TEAM, Scope(ScopeKind.CONFERENCE, coalition, conference)))

    def is_known() -> bool:
        with contextlib.suppress(RemoteError):
            needs = special_needs(coalition, registration)
            return bool(client.call("events", "record_special_needs", needs, principal=carer))
        return False

    eventually(is_known, seconds=30)


def _cycle(once_known: Callable[..., str], end: int) -> str:
    """A cycle of thirty days up to `end` days from today."""
    return once_known(
        "reports",
        "open_cycle",
        name=text(f"Cycle until {days(end)}"),
        period_start=days(end - 30),
        period_end=days(end),
        due_on=days(30),
    )


def _submitted(once_known: Callable[..., str], told: Callable[..., str], member: str, end: int) -> tuple[str, str]:
    """A submitted report and a file of it."""
    report = once_known("reports", "start_report", member_id=member, cycle_id=_cycle(once_known, end))
    told("reports", "save_answer", report_id=report, commitment=1, status="planned")
    evidence = told("reports", "stage_evidence", report_id=report, **FILE)
    return told("reports", "submit_report", report_id=report), evidence
