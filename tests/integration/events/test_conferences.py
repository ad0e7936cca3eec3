"""Announcing conferences, opening and closing their registration, the rules about them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import InvalidInput, NotFound, Unauthenticated, VersionConflict
from services.chassis.kernel.ids import new_id
from services.events.domain.errors import (
    ConferenceAlreadyAnnounced,
    ConferenceIsOver,
    RegistrationAlreadyOpen,
    RegistrationNotOpen,
    RulesAlreadyAdopted,
    UnknownCoalition,
)

from .conftest import CONFERENCE, Service, everything, outbox

Documents = Database[dict[str, Any]]


def test_an_announced_conference_is_stored_and_told_once(service: Service, database: Documents) -> None:
    announced = service.tell("announce_conference", **CONFERENCE)

    conference = announced.conference
    assert (conference.version, conference.registration, announced.is_statutory) == (1, None, False)
    assert service.overview(conference.id) == announced
    assert outbox(database, conference.id) == [("events.conference_announced.v1", 1)]
    [row] = database["outbox"].find({"subject": conference.id})
    assert (row["coalition"], row["data"]["conference_id"]) == ("eccar", conference.id)


def test_an_unknown_coalition_can_be_tried_again(service: Service, database: Documents) -> None:
    with pytest.raises(UnknownCoalition) as refused:
        service.announce(coalition="arab")
    assert refused.value.retryable
    assert database["conferences"].count_documents({}) == 0
    assert database["outbox"].count_documents({}) == 0

    service.know_coalition("arab")
    assert service.announce(coalition="arab")


@pytest.mark.parametrize(
    ("changes", "is_the_same"),
    [
        ({"title": {"original": "en", "texts": {"en": "ECCAR  general CONFERENCE"}}, "mode": "online"}, True),
        ({"title": {"original": "fr", "texts": {"fr": "ECCAR General Conference!"}}}, True),
        ({"title": {"original": "en", "texts": {"en": "ECCAR Conference"}}}, False),
        ({"kind": "workshop"}, False),
        ({"start_date": "2026-10-22"}, False),
        ({"coalition": "lac"}, False),
    ],
)
def test_the_same_conference_is_announced_once(
    service: Service, database: Documents, changes: dict[str, Any], is_the_same: bool
) -> None:
    service.tell("announce_conference", **CONFERENCE)
    before = everything(database)

    if is_the_same:
        with pytest.raises(ConferenceAlreadyAnnounced):
            service.tell("announce_conference", **{**CONFERENCE, **changes})
        assert everything(database) == before
    else:
        service.tell("announce_conference", **{**CONFERENCE, **changes})
        assert database["conferences"].count_documents({}) == 2


def test_an_announcement_that_ends_before_it_starts_leaves_nothing(service: Service, database: Documents) -> None:
    with pytest.raises(InvalidInput):
        service.announce(end_date="2026-10-20")

    assert database["conferences"].count_documents({}) == 0
    assert database["outbox"].count_documents({}) == 0


def test_opening_and_closing(service: Service, database: Documents) -> None:
    conference_id = service.announce()

    opened = service.open(conference_id, capacity=40, delegates_per_member=2)
    closed = service.tell("close_registration", coalition="eccar", conference_id=conference_id)

    window = opened.conference.registration
    assert window is not None
    assert (window.opens_on, window.closes_on) == (date(2026, 9, 1), date(2026, 10, 10))
    assert (window.capacity, window.delegates_per_member) == (40, 2)
    assert (opened.conference.version, opened.is_open, opened.taken) == (2, True, 0)
    assert (closed.conference.version, closed.is_open) == (3, False)
    assert closed.conference.registration == replace(window, closed_on=date(2026, 9, 1))
    assert service.overview(conference_id) == closed
    assert outbox(database, conference_id) == [
        ("events.conference_announced.v1", 1),
        ("events.registration_opened.v1", 2),
        ("events.registration_closed.v1", 3),
    ]


def test_what_cannot_be_opened_or_closed_changes_nothing(service: Service, database: Documents) -> None:
    fresh, opened = service.announce(), service.announce_open()
    over = service.announce(start_date="2026-08-30", end_date="2026-08-31")
    before = everything(database)

    with pytest.raises(RegistrationAlreadyOpen):
        service.open(opened)
    with pytest.raises(ConferenceIsOver):
        service.open(over)
    with pytest.raises(InvalidInput):
        service.open(fresh, closes_on="2026-10-24")
    with pytest.raises(RegistrationNotOpen):
        service.tell("close_registration", coalition="eccar", conference_id=fresh)
    for missing in (new_id(), "x"):
        with pytest.raises(NotFound):
            service.open(missing)
        with pytest.raises(NotFound):
            service.tell("close_registration", coalition="eccar", conference_id=missing)

    assert everything(database) == before


def test_who_read_an_older_version_reads_again(service: Service, database: Documents) -> None:
    conference_id = service.announce()
    service.open(conference_id, expected_version=1)
    before = everything(database)

    with pytest.raises(VersionConflict):
        service.tell("close_registration", coalition="eccar", conference_id=conference_id, expected_version=1)
    assert everything(database) == before

    service.tell("close_registration", coalition="eccar", conference_id=conference_id, expected_version=2)
    with pytest.raises(VersionConflict):
        service.open(conference_id, expected_version=2)
    assert service.open(conference_id, expected_version=3).conference.version == 4


def test_who_is_registered_keeps_the_seat_when_registration_opens_again(service: Service) -> None:
    conference_id = service.announce_open(capacity=3)
    first, second = service.register(conference_id), service.register(conference_id)
    service.tell("close_registration", coalition="eccar", conference_id=conference_id)

    with pytest.raises(InvalidInput, match="2 delegates are registered already"):
        service.open(conference_id, capacity=1)
    assert service.open(conference_id, capacity=70).taken == 2

    service.cancel(first)
    assert service.overview(conference_id).taken == 1
    service.cancel(second)
    assert service.overview(conference_id).taken == 0


def test_registering_leaves_the_version_of_the_conference_to_the_secretariat(service: Service) -> None:
    conference_id = service.announce_open()

    service.register(conference_id)

    assert service.overview(conference_id).conference.version == 2
    service.tell("close_registration", coalition="eccar", conference_id=conference_id, expected_version=2)


def test_a_coalition_without_rules_of_its_own_has_the_default_and_can_see_that(service: Service) -> None:
    [eccar, lac] = service.ask("get_conference_rules", coalitions=["eccar", "lac"])

    assert [rules.is_default for rules in eccar] == [True]
    assert eccar == lac


def test_own_rules_decide_from_their_day_on_and_for_their_coalition_only(service: Service, database: Documents) -> None:
    before = service.announce(kind="workshop", start_date="2026-10-01")
    after = service.announce(kind="workshop")
    foreign = service.announce(kind="workshop", coalition="lac")

    rules = service.tell(
        "adopt_conference_rules",
        coalition="eccar",
        valid_from="2026-10-02",
        statutory_kinds=["workshop"],
        source="Statutes of 2026",
    )

    assert [(each.is_default, each.valid_from) for each in rules] == [(True, None), (False, date(2026, 10, 2))]
    assert service.overview(before).is_statutory is False
    assert service.overview(after).is_statutory is True
    assert service.overview(foreign, coalition="lac").is_statutory is False
    [row] = database["outbox"].find({"type": "events.conference_rules_adopted.v1"})
    assert (row["sequence"], row["data"]["statutory_kinds"]) == (1, ["workshop"])


def test_rules_are_adopted_once_per_day_and_by_coalitions_only(service: Service, database: Documents) -> None:
    service.tell("adopt_conference_rules", coalition="eccar", statutory_kinds=[])
    before = everything(database)

    with pytest.raises(RulesAlreadyAdopted):
        service.tell("adopt_conference_rules", coalition="eccar", statutory_kinds=["workshop"])
    with pytest.raises(UnknownCoalition):
        service.tell("adopt_conference_rules", coalition="arab", statutory_kinds=[])

    assert everything(database) == before
    service.tell("adopt_conference_rules", coalition="lac", statutory_kinds=["workshop"])


def test_without_the_right_nothing_happens_and_nothing_personal_is_seen(service: Service, database: Documents) -> None:
    conference_id = service.announce_open()
    registration = service.register(conference_id)
    ref = {"coalition": "eccar", "id": conference_id}
    before = everything(database)
    service.principal = None

    refused: list[tuple[str, dict[str, Any]]] = [
        ("announce_conference", {**CONFERENCE, "kind": "workshop"}),
        ("open_registration", {"coalition": "eccar", "conference_id": conference_id, "closes_on": "2026-10-10"}),
        ("close_registration", {"coalition": "eccar", "conference_id": conference_id}),
        ("cancel_registration", {"coalition": "eccar", "registration_id": registration.id}),
        ("adopt_conference_rules", {"coalition": "eccar", "statutory_kinds": []}),
    ]
    for name, arguments in refused:
        with pytest.raises(Unauthenticated):
            service.tell(name, **arguments)
    with pytest.raises(Unauthenticated):
        service.register(conference_id)
    personal = {"list_registrations": ref, "list_registrations_of_members": ref, "get_registrations": ref}
    for name, of in personal.items():
        with pytest.raises(Unauthenticated):
            service.ask(name, refs=[of])
    with pytest.raises(Unauthenticated):
        service.ask("projected_members", coalition="eccar")

    assert everything(database) == before
    assert service.overview(conference_id).taken == 1
    assert len(service.ask("list_conferences").items) == 1
    assert len(service.ask("list_conferences_of", coalitions=["eccar"])[0].items) == 1
    assert len(service.ask("get_conference_rules", coalitions=["eccar"])) == 1
