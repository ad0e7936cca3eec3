"""Registering delegates and cancelling, one after the other."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import ExpectedError, NotFound, VersionConflict
from services.chassis.kernel.ids import new_id
from services.events.domain.errors import (
    AlreadyRegistered,
    AttendanceNotOffered,
    ConferenceFull,
    ConferenceIsOver,
    MemberRequired,
    NotAMember,
    RegistrationAlreadyCancelled,
    RegistrationNotOpen,
    TooManyDelegates,
)
from services.events.domain.registrations import RegistrationStatus

from .conftest import Service, everything, outbox

Documents = Database[dict[str, Any]]


def refuse(
    service: Service, database: Documents, error: type[ExpectedError], conference_id: str, **delegate: Any
) -> None:
    """The delegate is refused by `error`, and nothing has changed."""
    before = everything(database)
    with pytest.raises(error):
        service.register(conference_id, **delegate)
    assert everything(database) == before


def test_a_delegate_has_a_seat_and_one_message_tells_of_it(service: Service, database: Documents) -> None:
    member_id = service.know_member()
    conference_id = service.announce_open(capacity=2)

    registration = service.register(
        conference_id, member_id=member_id, email="ada@graz.example", function="Deputy mayor", attendance="online"
    )

    assert registration.status is RegistrationStatus.CONFIRMED
    assert registration.registered_at == datetime(2026, 9, 1, 9, 30, tzinfo=UTC)
    assert service.ask("get_registrations", refs=[{"coalition": "eccar", "id": registration.id}]) == [registration]
    assert service.overview(conference_id).taken == 1
    assert outbox(database, registration.id) == [("events.delegate_registered.v1", 1)]
    [row] = database["outbox"].find({"subject": registration.id})
    assert row["data"] == {
        "registration_id": registration.id,
        "coalition": "eccar",
        "conference_id": conference_id,
        "member_id": member_id,
        "attendance": "online",
        "status": "confirmed",
    }


def test_personal_data_is_in_the_registration_and_nowhere_else(service: Service, database: Documents) -> None:
    conference_id = service.announce_open()
    registration = service.register(conference_id, name="Zoe Unique", email="zoe@unique.example", function="Usher")
    service.cancel(registration, reason="privately unique")

    elsewhere = {name: rows for name, rows in everything(database).items() if name != "registrations"}

    told = str(elsewhere)
    assert registration.id in told
    for personal in ("Zoe", "zoe@", "Usher", "privately"):
        assert personal not in told


def test_registration_must_be_open(service: Service, database: Documents) -> None:
    never = service.announce()
    later = service.announce_open(opens_on="2026-09-02")
    closed = service.announce_open()
    service.tell("close_registration", coalition="eccar", conference_id=closed)
    today = service.announce_open(closes_on="2026-09-01")

    for conference_id in (never, later, closed):
        refuse(service, database, RegistrationNotOpen, conference_id)
    service.register(today)

    service.today = date(2026, 9, 2)
    refuse(service, database, RegistrationNotOpen, today)
    service.register(later)


def test_an_unknown_conference(service: Service, database: Documents) -> None:
    refuse(service, database, NotFound, new_id())
    refuse(service, database, NotFound, "not-even-an-id")


def test_one_attends_as_the_conference_is_held(service: Service, database: Documents) -> None:
    in_person, online = service.announce_open(mode="in_person"), service.announce_open(mode="online")

    refuse(service, database, AttendanceNotOffered, in_person, attendance="online")
    refuse(service, database, AttendanceNotOffered, online, attendance="on_site")
    service.register(in_person, attendance="on_site")
    service.register(online, attendance="online")


@pytest.mark.parametrize("kind", ["general_assembly", "members_session", "steering_committee"])
def test_a_statutory_meeting_is_for_members_in_standing(service: Service, database: Documents, kind: str) -> None:
    conference_id = service.announce_open(kind=kind)
    candidate = service.know_member("candidate")

    refuse(service, database, MemberRequired, conference_id)
    refuse(service, database, NotAMember, conference_id, member_id=new_id())
    refuse(service, database, NotAMember, conference_id, member_id=candidate)
    service.register(conference_id, member_id=service.know_member())

    admitted = {"member_id": candidate, "coalition": "eccar", "standing": "member"}
    service.receive("membership.member_admitted.v1", admitted, sequence=2)
    service.register(conference_id, member_id=candidate)
    service.receive("membership.member_withdrawn.v1", {**admitted, "standing": "former"}, sequence=3)
    refuse(service, database, NotAMember, conference_id, member_id=candidate)


def test_an_open_meeting_is_for_anybody_but_not_of_an_invented_member(service: Service, database: Documents) -> None:
    conference_id = service.announce_open()

    service.register(conference_id)
    service.register(conference_id, member_id=service.know_member("candidate"))
    refuse(service, database, NotAMember, conference_id, member_id=new_id())


def test_a_coalition_s_own_rules_open_its_assembly(service: Service, database: Documents) -> None:
    assembly = service.announce_open(kind="general_assembly")
    refuse(service, database, MemberRequired, assembly)

    service.tell("adopt_conference_rules", coalition="eccar", statutory_kinds=["workshop"])

    service.register(assembly)
    refuse(service, database, MemberRequired, service.announce_open(kind="workshop"))


def test_the_conference_is_full_at_its_capacity(service: Service, database: Documents) -> None:
    conference_id = service.announce_open(capacity=3)
    for _ in range(3):
        service.register(conference_id)

    refuse(service, database, ConferenceFull, conference_id)
    assert service.overview(conference_id).taken == 3


def test_a_member_sends_no_more_than_its_quota(service: Service, database: Documents) -> None:
    conference_id = service.announce_open(delegates_per_member=2)
    one, other = service.know_member(), service.know_member()
    first = service.register(conference_id, member_id=one)
    service.register(conference_id, member_id=one)

    refuse(service, database, TooManyDelegates, conference_id, member_id=one)
    service.register(conference_id, member_id=other)
    service.register(conference_id)
    service.register(service.announce_open(delegates_per_member=2), member_id=one)

    service.cancel(first)
    service.register(conference_id, member_id=one)
    refuse(service, database, TooManyDelegates, conference_id, member_id=one)


def test_one_address_registers_once_per_conference(service: Service, database: Documents) -> None:
    conference_id = service.announce_open(capacity=1)
    service.register(conference_id, email="Ada@Graz.example")

    refuse(service, database, AlreadyRegistered, conference_id, email="ada@graz.example")
    service.register(service.announce_open(), email="ada@graz.example")


def test_cancelling_frees_the_seat_and_lets_one_register_again(service: Service, database: Documents) -> None:
    conference_id = service.announce_open(capacity=1)
    registration = service.register(conference_id, email="ada@graz.example")

    cancelled = service.cancel(registration, reason="ill", expected_version=1)

    assert (cancelled.version, cancelled.status) == (2, RegistrationStatus.CANCELLED)
    assert cancelled.cancellation_reason == "ill"
    assert service.overview(conference_id).taken == 0
    assert outbox(database, registration.id) == [
        ("events.delegate_registered.v1", 1),
        ("events.delegate_unregistered.v1", 2),
    ]
    again = service.register(conference_id, email="ada@graz.example")
    assert again.id != registration.id
    assert service.overview(conference_id).taken == 1


def test_what_cannot_be_cancelled_changes_nothing(service: Service, database: Documents) -> None:
    conference_id = service.announce_open()
    cancelled, standing = service.register(conference_id), service.register(conference_id)
    service.cancel(cancelled)
    before = everything(database)

    with pytest.raises(RegistrationAlreadyCancelled):
        service.cancel(cancelled)
    with pytest.raises(VersionConflict):
        service.cancel(standing, expected_version=2)
    for missing in (new_id(), "x"):
        with pytest.raises(NotFound):
            service.tell("cancel_registration", coalition="eccar", registration_id=missing)
    service.today = date(2026, 10, 24)
    with pytest.raises(ConferenceIsOver):
        service.cancel(standing)

    assert everything(database) == before


def test_one_can_cancel_after_registration_ended_until_the_last_day(service: Service) -> None:
    registration = service.register(service.announce_open())

    service.today = date(2026, 10, 23)

    assert service.cancel(registration).status is RegistrationStatus.CANCELLED
