"""What the boundary takes, and each way in which it says no."""

from datetime import date
from typing import Any

import pytest

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.text import LocalizedText
from services.chassis.messaging.validation import load
from services.chassis.schemas.requests import Request
from services.membership.domain.body import Body
from services.membership.domain.decision import Decision, Outcome, Votes
from services.membership.domain.errors import UnknownCountry
from services.membership.domain.milestones import Milestone, MilestoneKind
from services.membership.domain.requests import (
    ApplyForMembership,
    ListMembers,
    MemberFilter,
    Near,
    RecordDecision,
    RecordMilestone,
)
from services.membership.domain.standing import Standing
from services.membership.schemas import requests
from services.membership.schemas.themes import THEMES

from .examples import day

NAME = {"original": "en", "texts": {"en": "European Coalition"}}
COALITION: dict[str, Any] = {"key": "eccar", "name": NAME, "region": "Europe", "source": "eccar.info"}
PLAN: dict[str, Any] = {
    "coalition": "eccar",
    "version": "2004",
    "is_complete": True,
    "source": "nuernberg.de",
    "commitments": [{"number": 1, "title": NAME}],
}
CITY: dict[str, Any] = {"name": "Graz", "country": "AT", "legal_type": "city"}
APPLICATION: dict[str, Any] = {"coalition": "eccar", "cities": ["a"], "applied_on": "2026-10-01"}
DECISION: dict[str, Any] = {
    "coalition": "eccar",
    "member_id": "m",
    "outcome": "admitted",
    "body": "steering_committee",
    "decided_on": "2026-11-20",
}
HISTORY: dict[str, Any] = {"coalition": "eccar", "cities": ["a"], "milestones": [{"kind": "admission"}]}
STEP: dict[str, Any] = {"coalition": "eccar", "member_id": "m", "kind": "withdrawal"}


def commitment(**values: Any) -> dict[str, Any]:
    return {"commitments": [{"number": 1, "title": NAME, **values}]}


def text(original: Any, texts: Any) -> dict[str, Any]:
    return {"name": {"original": original, "texts": texts}}


def refused(schema: type[Request], data: dict[str, Any]) -> list[tuple[str | int, ...]]:
    """The paths of the wrong fields."""
    with pytest.raises(InvalidInput) as caught:
        load(schema(), data)
    assert caught.value.code == "INVALID_INPUT"
    return [violation.path for violation in caught.value.violations]


RULE = {"first_report_after_months": 24, "interval_months": 24, "is_sample": True}


@pytest.mark.parametrize(
    ("schema", "valid", "wrong", "path"),
    [
        (requests.RegisterCoalition, COALITION, {"key": "ECCAR"}, ("key",)),
        (requests.RegisterCoalition, COALITION, {"key": "e"}, ("key",)),
        (requests.RegisterCoalition, COALITION, {"key": "eccar\n"}, ("key",)),
        (requests.RegisterCoalition, COALITION, {"name": "ECCAR"}, ("name",)),
        (requests.RegisterCoalition, COALITION, {"name": None}, ("name",)),
        (requests.RegisterCoalition, COALITION, {"name": {**NAME, "more": 1}}, ("name",)),
        (requests.RegisterCoalition, COALITION, text("de", {"en": "x"}), ("name", "original")),
        (requests.RegisterCoalition, COALITION, text("en", {"en": " "}), ("name", "texts", "en")),
        (requests.RegisterCoalition, COALITION, text("xx", {"xx": "x"}), ("name", "texts", "xx")),
        (requests.RegisterCoalition, COALITION, text("en", {}), ("name", "texts")),
        (requests.RegisterCoalition, COALITION, text("en", None), ("name", "texts")),
        (requests.RegisterCoalition, COALITION, text(None, {"en": "x"}), ("name", "original")),
        (requests.RegisterCoalition, COALITION, {"region": ""}, ("region",)),
        (requests.RegisterCoalition, COALITION, {"m49": ["150", "2"]}, ("m49", 1)),
        (requests.RegisterCoalition, COALITION, {"launched": "2004-13"}, ("launched",)),
        (requests.RegisterCoalition, COALITION, {"launched": 2004}, ("launched",)),
        (requests.RegisterCoalition, COALITION, {"languages": ["en", "xx"]}, ("languages", 1)),
        (requests.RegisterCoalition, COALITION, {"languages": ["pt-BR", "PT-br"]}, ("languages", 1)),
        (requests.RegisterCoalition, COALITION, {"currency": "EURO"}, ("currency",)),
        (requests.RegisterCoalition, COALITION, {"members_claimed": -1}, ("members_claimed",)),
        (requests.RegisterCoalition, COALITION, {"admits": ["NGO!"]}, ("admits", 0)),
        (requests.RegisterCoalition, COALITION, {"surprise": 1}, ("surprise",)),
        (
            requests.RegisterCoalition,
            COALITION,
            {"reporting_rules": [{**RULE, "interval_months": 0}]},
            ("reporting_rules", 0, "interval_months"),
        ),
        (requests.RegisterCoalition, COALITION, {"reporting_rules": [RULE, RULE]}, ("reporting_rules", 1)),
        (
            requests.RegisterCoalition,
            COALITION,
            {"admission_rules": [{"bodies": ["jury"]}]},
            ("admission_rules", 0, "bodies", 0),
        ),
        (
            requests.RegisterCoalition,
            COALITION,
            {"admission_rules": [{"bodies": []}]},
            ("admission_rules", 0, "bodies"),
        ),
        (requests.PublishPlan, PLAN, {"commitments": []}, ("commitments",)),
        (requests.PublishPlan, PLAN, {"commitments": PLAN["commitments"] * 2}, ("commitments", 1)),
        (requests.PublishPlan, PLAN, commitment(themes=["magic"]), ("commitments", 0, "themes", 0)),
        (requests.PublishPlan, PLAN, commitment(group=1), ("commitments", 0, "group")),
        (requests.PublishPlan, PLAN, {**commitment(group=2), "groups": [NAME]}, ("commitments", 0, "group")),
        (requests.PublishPlan, PLAN, commitment(group=0), ("commitments", 0, "group")),
        (requests.PublishPlan, PLAN, commitment(number="1"), ("commitments", 0, "number")),
        (requests.PublishPlan, PLAN, commitment(concepts=["8170"]), ("commitments", 0, "concepts", 0)),
        (requests.PublishPlan, PLAN, commitment(title=None), ("commitments", 0, "title")),
        (requests.PublishPlan, PLAN, {"is_complete": None}, ("is_complete",)),
        (requests.RegisterCity, CITY, {"name": "  "}, ("name",)),
        (requests.RegisterCity, CITY, {"legal_type": "village"}, ("legal_type",)),
        (requests.RegisterCity, CITY, {"legal_type": []}, ("legal_type",)),
        (requests.RegisterCity, CITY, {"geonames_id": 0}, ("geonames_id",)),
        (requests.RegisterCity, CITY, {"population": 2**40}, ("population",)),
        (requests.RegisterCity, CITY, {"population": True}, ("population",)),
        (requests.RegisterCity, CITY, {"population_year": 2024}, ("population",)),
        (requests.RegisterCity, CITY, {"latitude": 47.0}, ("longitude",)),
        (requests.RegisterCity, CITY, {"longitude": 15.4}, ("latitude",)),
        (requests.RegisterCity, CITY, {"latitude": 90.1, "longitude": 0}, ("latitude",)),
        (requests.RegisterCity, CITY, {"latitude": float("nan"), "longitude": 0}, ("latitude",)),
        (requests.RegisterCity, CITY, {"alternative_names": ["Gradec", "Gradec"]}, ("alternative_names", 1)),
        (requests.RecordMembership, HISTORY, {"milestones": []}, ("milestones",)),
        (requests.RecordMembership, HISTORY, {"milestones": [{"kind": "party"}]}, ("milestones", 0, "kind")),
        (requests.RecordMembership, HISTORY, {"cities": []}, ("cities",)),
        (requests.RecordMembership, HISTORY, {"cities": ["a", "a"]}, ("cities", 1)),
        (requests.RecordMembership, HISTORY, {"cities": None}, ("cities",)),
        (requests.ApplyForMembership, APPLICATION, {"applied_on": "2026-10"}, ("applied_on",)),
        (requests.ApplyForMembership, APPLICATION, {"applied_on": None}, ("applied_on",)),
        (requests.ApplyForMembership, APPLICATION, {"applied_on": "20261001"}, ("applied_on",)),
        (requests.ApplyForMembership, APPLICATION, {"applied_on": "2026-W40-4"}, ("applied_on",)),
        (requests.ApplyForMembership, APPLICATION, {"selected_commitments": []}, ("selected_commitments",)),
        (requests.ApplyForMembership, APPLICATION, {"selected_commitments": [1, 1]}, ("selected_commitments", 1)),
        (requests.RecordDecision, DECISION, {"outcome": "postponed"}, ("outcome",)),
        (requests.RecordDecision, DECISION, {"body": "jury"}, ("body",)),
        (
            requests.RecordDecision,
            DECISION,
            {"votes": {"in_favour": 1, "against": -1, "abstentions": 0}},
            ("votes", "against"),
        ),
        (requests.RecordDecision, DECISION, {"votes": {"in_favour": 1, "against": 1}}, ("votes", "abstentions")),
        (requests.RecordDecision, DECISION, {"expected_version": 0}, ("expected_version",)),
        (requests.RecordMilestone, STEP, {"date": "yesterday"}, ("date",)),
        (requests.ListMembers, {"coalition": "eccar"}, {"first": 0}, ("first",)),
        (requests.ListMembers, {"coalition": "eccar"}, {"first": 201}, ("first",)),
        (requests.ListMembers, {"coalition": "eccar"}, {"order_by": "beauty"}, ("order_by",)),
        (requests.ListMembers, {"coalition": "eccar"}, {"order_by": "distance"}, ("near",)),
        (requests.ListMembers, {"coalition": "eccar"}, {"country": "ZZ"}, ("country",)),
        (requests.ListMembers, {"coalition": "eccar"}, {"standing": ["gold"]}, ("standing", 0)),
        (
            requests.ListMembers,
            {"coalition": "eccar"},
            {"near": {"latitude": 0, "longitude": 0, "within_km": 0}},
            ("near", "within_km"),
        ),
        (requests.ListMembersOf, {"coalitions": ["eccar"]}, {"coalition": "eccar"}, ("coalition",)),
        (requests.GetByKeys, {"keys": ["eccar"]}, {"keys": [""]}, ("keys", 0)),
        (requests.GetByRefs, {"refs": []}, {"refs": [{"coalition": "eccar"}]}, ("refs", 0, "id")),
        (requests.GetByIds, {"ids": []}, {"ids": ["a"] * 1001}, ("ids",)),
    ],
)
def test_one_wrong_field_is_one_violation_at_its_path(
    schema: type[Request], valid: dict[str, Any], wrong: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    load(schema(), valid)
    assert refused(schema, {**valid, **wrong}) == [path]


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = {**CITY, "name": "", "legal_type": "x", "population": -1}
    assert sorted(refused(requests.RegisterCity, wrong)) == [("legal_type",), ("name",), ("population",)]


@pytest.mark.parametrize("country", ["XK", "ZZ", "AUT", "A", "Österreich"])
def test_an_unknown_country_has_a_code_of_its_own(country: str) -> None:
    with pytest.raises(UnknownCountry) as caught:
        load(requests.RegisterCity(), {**CITY, "country": country})
    assert (caught.value.code, caught.value.path) == ("UNKNOWN_COUNTRY", ("country",))
    assert [(each.path, each.code) for each in caught.value.violations] == [(("country",), "UNKNOWN_COUNTRY")]


def test_small_letters_of_codes_are_understood() -> None:
    assert load(requests.RegisterCity(), {**CITY, "country": "at"}).facts.country == "AT"
    assert load(requests.RegisterCoalition(), {**COALITION, "currency": "eur"}).facts.currency == "EUR"


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("en", "en"),
        ("PT-br", "pt-BR"),
        ("zh-hant", "zh-Hant"),
        ("es-419", "es-419"),
        ("rom", "rom"),
        ("de-1996", "de-1996"),
    ],
)
def test_language_tags_get_their_usual_form(given: str, tag: str) -> None:
    assert load(requests.RegisterCoalition(), {**COALITION, "languages": [given]}).facts.languages == (tag,)


@pytest.mark.parametrize("tag", ["", "xx", "deu", "en-XX", "zh-Xxxx", "english", "en_GB", "x-private", "en-"])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    assert refused(requests.RegisterCoalition, {**COALITION, "languages": [tag]}) == [("languages", 0)]


def test_texts_are_trimmed_and_composed() -> None:
    city = load(requests.RegisterCity(), {**CITY, "name": "  Malmo\u0308 "}).facts
    assert city.name == "Malm\u00f6"


def test_a_localized_text_keeps_its_languages() -> None:
    texts = {"en": "Coalition", "pt-br": "Coalizão"}
    coalition = load(requests.RegisterCoalition(), {**COALITION, "name": {"original": "PT-BR", "texts": texts}})
    assert coalition.facts.name == LocalizedText("pt-BR", {"en": "Coalition", "pt-BR": "Coalizão"})


def test_every_known_theme_is_taken() -> None:
    assert len(THEMES) == 17
    plan = load(requests.PublishPlan(), {**PLAN, **commitment(themes=sorted(THEMES))}).facts
    assert set(plan.commitments[0].themes) == THEMES


def test_null_and_absent_lists_are_empty() -> None:
    absent = load(requests.RegisterCoalition(), COALITION)
    nothing = {"languages": None, "m49": None, "reporting_rules": None, "founders": None, "currency": None}
    assert load(requests.RegisterCoalition(), {**COALITION, **nothing}) == absent


def test_a_whole_application_is_loaded() -> None:
    data = {
        **APPLICATION,
        "decided_on": "2026-09",
        "declared_on": None,
        "selected_commitments": [1, 7],
        "contact_note": "Ms Y",
    }
    assert load(requests.ApplyForMembership(), data) == ApplyForMembership(
        coalition="eccar",
        cities=("a",),
        decided_on=day("2026-09"),
        applied_on=date(2026, 10, 1),
        selected_commitments=(1, 7),
        contact_note="Ms Y",
    )


def test_a_whole_decision_is_loaded() -> None:
    data = {
        **DECISION,
        "votes": {"in_favour": 20, "against": 1, "abstentions": 2},
        "note": "by hand",
        "expected_version": 3,
    }
    assert load(requests.RecordDecision(), data) == RecordDecision(
        coalition="eccar",
        member_id="m",
        decision=Decision(
            outcome=Outcome.ADMITTED,
            body=Body.STEERING_COMMITTEE,
            decided_on=date(2026, 11, 20),
            votes=Votes(in_favour=20, against=1, abstentions=2),
            note="by hand",
        ),
        expected_version=3,
    )


def test_a_whole_step_is_loaded() -> None:
    data = {**STEP, "date": "2015", "source": "a letter", "note": None}
    assert load(requests.RecordMilestone(), data) == RecordMilestone(
        coalition="eccar",
        member_id="m",
        milestone=Milestone(kind=MilestoneKind.WITHDRAWAL, date=day("2015"), source="a letter"),
    )


def test_a_list_has_its_defaults() -> None:
    expected = ListMembers(coalitions=("eccar",), filter=MemberFilter(), page=PageRequest(first=50))
    assert load(requests.ListMembers(), {"coalition": "eccar"}) == expected
    nulls = dict.fromkeys(
        ("country", "standing", "legal_type", "search", "near", "order_by", "descending", "first", "after", "count")
    )
    assert load(requests.ListMembers(), {"coalition": "eccar", **nulls}) == expected


def test_a_whole_list_is_loaded() -> None:
    data = {
        "coalitions": ["eccar", "lac"],
        "country": "ch",
        "standing": ["member", "candidate"],
        "near": {"latitude": 47, "longitude": 8.5, "within_km": 100},
        "order_by": "distance",
        "descending": True,
        "first": 10,
        "after": "cursor",
        "count": True,
    }
    assert load(requests.ListMembersOf(), data) == ListMembers(
        coalitions=("eccar", "lac"),
        filter=MemberFilter(
            country="CH",
            standings=(Standing.MEMBER, Standing.CANDIDATE),
            near=Near(latitude=47, longitude=8.5, within_km=100),
        ),
        order_by="distance",
        descending=True,
        page=PageRequest(first=10, after="cursor", count=True),
    )
