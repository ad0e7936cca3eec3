"""What delegates eat and need: only with consent, seen by those who must know, gone when the reason is gone."""

from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.errors import Forbidden, InvalidInput, ServiceError
from services.chassis.kernel.principal import Principal
from services.events.domain.errors import (
    ConferenceIsOver,
    ConsentRequired,
    ConsentTextNotInForce,
    RegistrationIsCancelled,
)
from services.events.domain.registrations import Registration
from services.rights.roles import Role
from tests.support.principals import SECRETARY, in_coalition, of_conference, of_member, person
from tests.support.pseudonyms import PSEUDONYMS

from .conftest import Service, everything, outbox

Documents = Database[dict[str, Any]]
NEEDS = {"dietary": "no nuts", "access_needs": "a ramp", "consent_version": "1"}


class Cast:
    """A delegate of Graz with a registration, and those who may have to do with it."""

    def __init__(self, service: Service) -> None:
        self.member_id = service.know_member()
        self.conference_id = service.announce_open()
        self.registration: Registration = service.register(
            self.conference_id, member_id=self.member_id, email="Ada@Graz.example"
        )
        self.focal_point = person("focal", of_member(Role.FOCAL_POINT, self.member_id))
        self.contributor = person("contributor", of_member(Role.CONTRIBUTOR, self.member_id))
        self.event_team = person("team", of_conference(self.conference_id))
        self.other_team = person("others", of_conference("another"))
        self.secretariat = person("office", in_coalition(Role.SECRETARIAT), in_coalition(Role.ADMINISTRATOR))

    @property
    def registered(self) -> dict[str, str]:
        return {"coalition": "eccar", "registration_id": self.registration.id}


@pytest.fixture
def cast(service: Service) -> Cast:
    service.know_consent_text("1")
    return Cast(service)


def record(service: Service, cast: Cast, by: Principal, **changes: Any) -> Any:
    service.principal = by
    try:
        return service.tell("record_special_needs", **cast.registered, **{**NEEDS, **changes})
    finally:
        service.principal = SECRETARY


def seen_by(service: Service, cast: Cast, principal: Principal) -> Any:
    service.principal = principal
    try:
        [found] = service.ask("get_special_needs", refs=[{"coalition": "eccar", "id": cast.registration.id}])
        return found and (found.dietary, found.access_needs)
    finally:
        service.principal = SECRETARY


def refused(error: type[ServiceError], service: Service, cast: Cast, by: Principal, **changes: Any) -> ServiceError:
    with pytest.raises(error) as refusal:
        record(service, cast, by, **changes)
    return refusal.value


def test_they_are_kept_apart_and_told_in_no_message(service: Service, cast: Cast, database: Documents) -> None:
    before = database["outbox"].count_documents({})

    needs = record(service, cast, cast.focal_point)

    assert (needs.id, needs.version, needs.entered_by) == (cast.registration.id, 1, cast.focal_point.id)
    assert (needs.conference_id, needs.member_id) == (cast.conference_id, cast.member_id)
    assert database["outbox"].count_documents({}) == before
    documents = everything(database)
    [stored] = documents.pop("special_needs")
    assert stored["dietary"] == "no nuts"
    assert "no nuts" not in str(documents)
    assert record(service, cast, cast.event_team, dietary="no nuts, no milk").version == 2


def test_only_those_see_them_who_must_know(service: Service, cast: Cast) -> None:
    record(service, cast, cast.focal_point)

    assert seen_by(service, cast, cast.focal_point) == ("no nuts", "a ramp")
    assert seen_by(service, cast, cast.event_team) == ("no nuts", "a ramp")
    assert seen_by(service, cast, cast.contributor) is None
    assert seen_by(service, cast, cast.other_team) is None
    with pytest.raises(Forbidden):
        seen_by(service, cast, cast.secretariat)


def test_neither_the_secretariat_nor_another_city_records_them(service: Service, cast: Cast) -> None:
    foreign = person("foreign", of_member(Role.FOCAL_POINT, "another"))
    for nobody in (cast.secretariat, cast.other_team, foreign, person("somebody")):
        refused(Forbidden, service, cast, nobody)


def test_nothing_is_kept_without_explicit_consent(service: Service, cast: Cast, database: Documents) -> None:
    missing = refused(ConsentRequired, service, cast, cast.focal_point, consent_version=None)
    assert missing.path == ("consent_version",)
    refused(ConsentTextNotInForce, service, cast, cast.focal_point, consent_version="2")
    service.know_consent_text("2", valid_from="2026-08-31")
    assert "'2'" in refused(ConsentTextNotInForce, service, cast, cast.focal_point, consent_version="1").message
    service.know_consent_text("3", valid_from="2026-09-02")
    refused(ConsentTextNotInForce, service, cast, cast.focal_point, consent_version="3")
    assert database["special_needs"].count_documents({}) == 0

    assert record(service, cast, cast.focal_point, consent_version="2").consent_version == "2"


def test_a_text_about_something_else_or_of_somebody_else_is_no_consent(service: Service) -> None:
    service.know_consent_text("1", purpose="photos")
    service.know_consent_text("1", coalition="lac")
    refused_without = Cast(service)

    refused(ConsentTextNotInForce, service, refused_without, refused_without.focal_point)


def test_what_cannot_be(service: Service, cast: Cast) -> None:
    refused(InvalidInput, service, cast, cast.focal_point, dietary=None, access_needs=None)
    service.principal = cast.event_team
    with pytest.raises(Forbidden):
        service.tell("record_special_needs", coalition="lac", registration_id=cast.registration.id, **NEEDS)
    service.principal = person("everywhere", of_conference("x", "lac"), of_conference(cast.conference_id))
    with pytest.raises(Forbidden):
        service.tell("withdraw_special_needs", coalition="eccar", registration_id="nothing")


def test_a_cancelled_registration_forgets_them_and_takes_no_new_ones(service: Service, cast: Cast) -> None:
    record(service, cast, cast.focal_point)

    service.cancel(cast.registration)

    assert seen_by(service, cast, cast.event_team) is None
    refused(RegistrationIsCancelled, service, cast, cast.focal_point)


def test_after_the_conference_nobody_needs_them(service: Service, cast: Cast) -> None:
    service.today = service.today.replace(month=10, day=24)

    refused(ConferenceIsOver, service, cast, cast.focal_point)


def test_they_are_withdrawn_by_those_who_record_them(service: Service, cast: Cast, database: Documents) -> None:
    record(service, cast, cast.focal_point)

    for _ in range(2):
        service.principal = cast.contributor
        assert service.tell("withdraw_special_needs", **cast.registered).id == cast.registration.id
        assert database["special_needs"].count_documents({}) == 0


def consent_withdrawn(**changes: Any) -> dict[str, Any]:
    return {
        "consent_id": "c1",
        "coalition": "eccar",
        "purpose": "special_needs",
        "person_id": "ada",
        "pseudonym": PSEUDONYMS.of("ada@graz.example"),
        "text_version": None,
        **changes,
    }


@pytest.mark.parametrize(
    "other", [{"purpose": "photos"}, {"coalition": "lac"}, {"pseudonym": None}, {"pseudonym": "somebody"}], ids=str
)
def test_a_withdrawn_consent_reaches_them_and_nothing_else(
    service: Service, cast: Cast, database: Documents, other: dict[str, Any]
) -> None:
    record(service, cast, cast.focal_point)

    service.receive("membership.consent_withdrawn.v1", consent_withdrawn(**other))
    assert database["special_needs"].count_documents({}) == 1
    service.receive("membership.consent_withdrawn.v1", consent_withdrawn())

    assert database["special_needs"].count_documents({}) == 0
    assert len(outbox(database, cast.registration.id)) == 1
