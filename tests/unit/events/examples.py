"""Conferences, registrations and commands that tests change in one thing."""

from datetime import UTC, date, datetime
from typing import Any

from services.chassis.kernel.text import LocalizedText
from services.events.domain.conferences import Conference, RegistrationWindow
from services.events.domain.kinds import ConferenceKind
from services.events.domain.registrations import Registration, register_delegate
from services.events.domain.requests import RegisterDelegate
from services.events.domain.venue import Attendance, ConferenceMode, HostCity

TODAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 9, 30, 0, 250_000, tzinfo=UTC)


def window(**changes: Any) -> RegistrationWindow:
    """Open from 20 August to 10 October 2026, no limits."""
    facts = {
        "opens_on": date(2026, 8, 20),
        "closes_on": date(2026, 10, 10),
        "capacity": None,
        "delegates_per_member": None,
    }
    return RegistrationWindow(**{**facts, **changes})


def conference(**changes: Any) -> Conference:
    """A hybrid General Assembly on 21 to 23 October 2026, its registration not opened."""
    facts = {
        "id": "01980000-0000-7000-8000-0000000000c1",
        "coalition": "eccar",
        "version": 1,
        "kind": ConferenceKind.GENERAL_ASSEMBLY,
        "title": LocalizedText.of("en", "ECCAR General Assembly"),
        "theme": None,
        "start_date": date(2026, 10, 21),
        "end_date": date(2026, 10, 23),
        "mode": ConferenceMode.HYBRID,
        "host_city": HostCity(name="Graz", country="AT"),
        "source": "eccar.info",
        "registration": None,
    }
    return Conference(**{**facts, **changes})


def command(**changes: Any) -> RegisterDelegate:
    facts = {
        "coalition": "eccar",
        "conference_id": "01980000-0000-7000-8000-0000000000c1",
        "member_id": "m1",
        "name": "Ada Example",
        "email": "ada@graz.example",
        "attendance": Attendance.ON_SITE,
    }
    return RegisterDelegate(**{**facts, **changes})


def registration(*, id: str = "r1", member_place: int | None = None, **changes: Any) -> Registration:
    return register_delegate(command(**changes), id=id, member_place=member_place, email_pseudonym="pseudonym", at=NOW)
