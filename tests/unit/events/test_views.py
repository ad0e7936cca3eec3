"""What goes out through the door, to the last field."""

from datetime import date

from services.chassis.kernel.text import LocalizedText
from services.events.domain.members import Member
from services.events.domain.overview import overview
from services.events.domain.rules import DEFAULT_RULES
from services.events.schemas import views

from .examples import TODAY, conference, registration, window


def test_a_conference() -> None:
    subject = conference(
        theme=LocalizedText.of("de", "Weltoffene Städte"),
        registration=window(capacity=300, delegates_per_member=2),
        version=2,
    )

    assert views.CONFERENCE.one(overview(subject, taken=12, adopted=[], today=TODAY)) == {
        "id": "01980000-0000-7000-8000-0000000000c1",
        "coalition": "eccar",
        "version": 2,
        "kind": "general_assembly",
        "title": {"original": "en", "texts": {"en": "ECCAR General Assembly"}},
        "theme": {"original": "de", "texts": {"de": "Weltoffene Städte"}},
        "start_date": "2026-10-21",
        "end_date": "2026-10-23",
        "mode": "hybrid",
        "host_city": {"name": "Graz", "country": "AT"},
        "source": "eccar.info",
        "registration": {
            "opens_on": "2026-08-20",
            "closes_on": "2026-10-10",
            "capacity": 300,
            "delegates_per_member": 2,
            "taken": 12,
            "is_open": True,
        },
        "is_statutory": True,
    }


def test_a_conference_of_which_little_is_known() -> None:
    subject = conference(theme=None, host_city=None, source=None)

    seen = views.CONFERENCE.one(overview(subject, taken=0, adopted=[], today=TODAY))

    assert {name: value for name, value in seen.items() if value is None} == {
        "theme": None,
        "host_city": None,
        "source": None,
        "registration": None,
    }


def test_a_registration() -> None:
    assert views.REGISTRATION.one(registration(function="Deputy mayor", member_place=1)) == {
        "id": "r1",
        "coalition": "eccar",
        "version": 1,
        "conference_id": "01980000-0000-7000-8000-0000000000c1",
        "member_id": "m1",
        "name": "Ada Example",
        "email": "ada@graz.example",
        "function": "Deputy mayor",
        "attendance": "on_site",
        "status": "confirmed",
        "registered_at": "2026-09-01T09:30:00.250Z",
        "erased_at": None,
    }


def test_a_ref_to_a_registration_says_nothing_personal() -> None:
    assert views.ref(registration()) == {"coalition": "eccar", "id": "r1"}


def test_what_was_not_found_stays_in_its_place() -> None:
    known = overview(conference(), taken=0, adopted=[], today=date(2026, 1, 1))

    assert [view and view["id"] for view in views.CONFERENCE.batch([None, known])] == [None, known.conference.id]
    assert [view and view["id"] for view in views.REGISTRATION.batch([registration(), None])] == ["r1", None]


def test_rules_and_members() -> None:
    member = Member(id="m1", coalition="eccar", standing="candidate", sequence=3)

    assert views.MEMBER.items([member]) == {"items": [{"id": "m1", "standing": "candidate", "sequence": 3}]}
    assert views.RULES.batch([DEFAULT_RULES]) == [
        {
            "valid_from": None,
            "statutory_kinds": ["general_assembly", "members_session", "steering_committee"],
            "is_default": True,
            "source": DEFAULT_RULES.source,
        }
    ]
