"""Coalitions, plans and cities."""

from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Conflict, Forbidden, NotFound, ServiceError, Unauthenticated
from services.chassis.kernel.ids import is_id
from services.chassis.kernel.principal import Principal
from services.membership.domain.errors import (
    CityAlreadyRegistered,
    CoalitionAlreadyRegistered,
    PlanAlreadyPublished,
    UnknownCoalition,
    UnknownCountry,
)
from tests.support.principals import SECRETARY, SOMEBODY

from .service import Membership


def test_a_coalition_is_registered_with_everything_known_of_it(service: Membership) -> None:
    known: dict[str, Any] = {
        "key": "africa",
        "acronym": "CACRD",
        "name": {"original": "fr", "texts": {"fr": "Coalition des villes africaines", "en": "African Coalition"}},
        "former_name": "Old Name",
        "region": "Africa",
        "m49": ["002"],
        "launched": "2006-09",
        "launched_in": "Nairobi",
        "languages": ["en", "fr"],
        "currency": "XOF",
        "legal_form": "network",
        "office": "Nairobi",
        "lead_city": "Nairobi",
        "secretariat": "UNESCO",
        "members_claimed": 54,
        "sub_regional_leads": ["Bamako", "Durban"],
        "national_arms": ["Arm"],
        "founders": ["Kigali"],
        "admits": ["city", "ngo_associate"],
        "source": "unesco.org",
        "reporting_rules": [
            {
                "valid_from": "2020-01-01",
                "first_report_after_months": 24,
                "interval_months": 12,
                "is_sample": True,
                "source": "statutes",
            }
        ],
        "admission_rules": [{"valid_from": None, "bodies": ["general_assembly"], "source": "statutes"}],
    }
    assert service.register_coalition(**known) == {**known, "version": 1}
    assert service.get_coalitions("africa", "nowhere", "africa") == [
        {**known, "version": 1},
        None,
        {**known, "version": 1},
    ]
    assert service.messages()[-1] == ("coalition_registered.v1", "africa", 1)


def test_a_key_is_registered_once(service: Membership) -> None:
    before = service.contents()
    with pytest.raises(CoalitionAlreadyRegistered) as caught:
        service.register_coalition(key="eccar", region="Elsewhere")
    assert (caught.value.code, caught.value.path) == ("COALITION_ALREADY_REGISTERED", ("key",))
    assert service.contents() == before


def test_coalitions_are_listed_by_key(service: Membership) -> None:
    service.register_coalition(key="africa")
    first = service.list_coalitions(first=2, count=True)
    assert [each["key"] for each in first["items"]] == ["africa", "eccar"]
    assert (first["has_next"], first["total"]) == (True, 3)
    rest = service.list_coalitions(first=2, after=first["cursors"][-1])
    assert [each["key"] for each in rest["items"]] == ["lac"]
    assert (rest["has_next"], rest["total"]) == (False, None)


def test_a_plan_is_published_and_found(service: Membership) -> None:
    group = {"original": "en", "texts": {"en": "In the cities"}}
    commitment = {
        "number": 3,
        "group": 1,
        "title": {"original": "es", "texts": {"es": "Vigilancia"}},
        "summary": None,
        "themes": ["vigilance", "housing"],
        "concepts": ["http://vocabularies.unesco.org/thesaurus/concept8170"],
    }
    plan = service.publish_plan(
        coalition="lac", version="2006", adopted="2006-10", is_complete=False, groups=[group], commitments=[commitment]
    )
    assert is_id(plan["id"])
    assert plan == {
        "id": plan["id"],
        "coalition": "lac",
        "version": "2006",
        "adopted": "2006-10",
        "adopted_in": None,
        "is_complete": False,
        "source": "a test",
        "groups": [group],
        "commitments": [commitment],
    }
    assert service.get_plans(("lac", plan["id"]), ("lac", "nothing"), ("nowhere", plan["id"])) == [plan, None, None]
    assert service.messages()[-1] == ("plan_published.v1", plan["id"], 1)


def test_plans_of_coalitions_are_listed_oldest_first(service: Membership) -> None:
    service.publish_plan(coalition="eccar", version="2020", adopted="2020")
    service.publish_plan(coalition="eccar", version="draft", adopted=None)
    eccar, nowhere, lac = service.list_plans("eccar", "nowhere", "lac")
    assert [plan["version"] for plan in eccar if plan] == ["draft", "2004", "2020"]
    assert (nowhere, lac) == ([], [])


def test_a_version_is_published_once_per_coalition(service: Membership) -> None:
    before = service.contents()
    with pytest.raises(PlanAlreadyPublished) as caught:
        service.publish_plan(coalition="eccar", version="2004")
    assert (caught.value.code, caught.value.path) == ("PLAN_ALREADY_PUBLISHED", ("version",))
    assert service.contents() == before
    assert service.publish_plan(coalition="lac", version="2004")["version"] == "2004"


def test_a_plan_needs_its_coalition(service: Membership) -> None:
    before = service.contents()
    with pytest.raises(UnknownCoalition) as caught:
        service.publish_plan(coalition="atlantis", version="1")
    assert (caught.value.code, caught.value.path) == ("UNKNOWN_COALITION", ("coalition",))
    assert isinstance(caught.value, NotFound)
    assert service.contents() == before


def test_a_city_is_registered_and_found(service: Membership) -> None:
    known = {
        "name": "Graz",
        "alternative_names": ["Gradec"],
        "country": "AT",
        "legal_type": "city",
        "geonames_id": 2778067,
        "population": 303270,
        "population_year": 2024,
        "latitude": 47.0673,
        "longitude": 15.442,
        "source": "etc-graz.at",
    }
    graz = service.register_city(**known)
    assert is_id(graz["id"])
    assert graz == {**known, "id": graz["id"], "version": 1}
    assert service.get_cities("nothing", graz["id"]) == [None, graz]
    assert service.messages()[-1] == ("city_registered.v1", graz["id"], 1)
    row = service.database["outbox"].find_one({"subject": graz["id"]})
    assert row is not None
    assert (row["coalition"], row["correlationid"], row["published_at"]) == ("", "story", None)


@pytest.mark.parametrize(
    "again",
    [
        {"name": "Elsewhere", "geonames_id": 2778067},
        {"name": "GRAZ"},
        {"name": "Gráz "},
    ],
    ids=["geonames", "case", "diacritics"],
)
def test_a_city_is_registered_once(service: Membership, again: dict[str, Any]) -> None:
    service.register_city(name="Graz", geonames_id=2778067)
    before = service.contents()
    with pytest.raises(CityAlreadyRegistered) as caught:
        service.register_city(**again)
    assert caught.value.code == "CITY_ALREADY_REGISTERED"
    assert isinstance(caught.value, Conflict)
    assert service.contents() == before


def test_the_same_name_elsewhere_or_of_another_kind_is_another_city(service: Membership) -> None:
    ids = {
        service.register_city(name="Fribourg", country="CH", legal_type="city")["id"],
        service.register_city(name="Fribourg", country="CH", legal_type="canton")["id"],
        service.register_city(name="Fribourg", country="FR", legal_type="city")["id"],
    }
    assert len(ids) == 3


def test_an_unknown_country_is_refused(service: Membership) -> None:
    before = service.contents()
    with pytest.raises(UnknownCountry) as caught:
        service.register_city(country="XK")
    assert (caught.value.code, caught.value.path) == ("UNKNOWN_COUNTRY", ("country",))
    assert service.contents() == before


def test_cities_are_found_by_what_people_type(service: Membership) -> None:
    for name, country, kind in (
        ("Malmö", "SE", "city"),
        ("Çair (Skopje)", "MK", "borough"),
        ("Bruxelles/Brussel", "BE", "city"),
        ("Mallorca", "ES", "region"),
    ):
        service.register_city(name=name, country=country, legal_type=kind, alternative_names=[f"{name} Council"])

    def names(**filters: Any) -> list[str]:
        return [city["name"] for city in service.list_cities(**filters)["items"]]

    assert names() == ["Bruxelles/Brussel", "Çair (Skopje)", "Mallorca", "Malmö"]
    assert names(search="mal") == ["Mallorca", "Malmö"]
    assert names(search="MALMÖ") == names(search="malmo") == ["Malmö"]
    assert names(search="skop cair") == ["Çair (Skopje)"]
    assert names(search="brussel") == ["Bruxelles/Brussel"]
    assert names(search="council mal") == ["Mallorca", "Malmö"]
    assert names(search="almo") == names(search="!") == names(search="malmo skopje") == []
    assert names(search="  ") == names()
    assert names(search=".*") == []
    assert names(country="se") == ["Malmö"]
    assert names(legal_type="borough") == ["Çair (Skopje)"]
    assert names(search="mal", country="ES", legal_type="region") == ["Mallorca"]
    page = service.list_cities(first=1, search="mal", count=True)
    assert (page["has_next"], page["total"]) == (True, 2)
    rest = service.list_cities(first=1, search="mal", after=page["cursors"][0])
    assert [city["name"] for city in rest["items"]] == ["Malmö"]


@pytest.mark.parametrize("principal", [None, SOMEBODY], ids=["anonymous", "somebody"])
def test_only_who_has_the_right_changes_anything(service: Membership, principal: Principal | None) -> None:
    city = service.register_city(name="Graz")["id"]
    member = service.apply_for_membership(cities=[city])["id"]
    before = service.contents()
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: service.register_coalition(key="africa"),
        lambda: service.publish_plan(coalition="eccar", version="2030"),
        lambda: service.register_city(name="Wien"),
        lambda: service.record_membership(cities=[city], milestones=[{"kind": "admission"}]),
        lambda: service.apply_for_membership(cities=[city]),
        lambda: service.record_decision(member_id=member),
        lambda: service.record_milestone(member_id=member, kind="act_of_accession"),
    )
    with context.use(CallContext(principal=principal)):
        for attempt in attempts:
            with pytest.raises((Unauthenticated, Forbidden)):
                attempt()
        assert service.contents() == before
        # Public facts are for everybody.
        assert service.get_members(("eccar", member))[0] is not None
        assert service.list_cities()["items"][0]["name"] == "Graz"


def test_a_repeated_command_with_its_key_has_one_effect(service: Membership) -> None:
    key = CallContext(principal=SECRETARY, idempotency_key="once")
    with context.use(key):
        first, again = service.register_city(name="Graz"), service.register_city(name="Graz")
    assert first == again
    assert [kind for kind, _, _ in service.messages()].count("city_registered.v1") == 1


def test_every_error_is_expected(service: Membership) -> None:
    attempts: tuple[Callable[[], Any], ...] = (
        lambda: service.register_coalition(key="eccar"),
        lambda: service.publish_plan(coalition="nowhere", version="1"),
    )
    for attempt in attempts:
        with pytest.raises(ServiceError) as caught:
            attempt()
        assert caught.value.expected
