"""The sample people: one for each role, in the words of the platform."""

import json
from typing import Any

from deploy.local.issuer.people import PEOPLE, read_people
from deploy.seed import sources
from services.rights.roles import Role, ScopeKind

WHERE = {
    ScopeKind.NETWORK: {"role"},
    ScopeKind.COALITION: {"role", "coalition"},
    ScopeKind.CONFERENCE: {"role", "coalition", "conference"},
    ScopeKind.MEMBER: {"role", "coalition", "member"},
}


def entries() -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = json.loads(PEOPLE.read_text())["people"]
    return people


def grants() -> list[dict[str, Any]]:
    return [grant for person in entries() for grant in person["grants"]]


def test_there_is_somebody_for_each_role() -> None:
    assert {grant["role"] for grant in grants()} == {role.value for role in Role}


def test_a_grant_says_where_it_holds_and_no_more() -> None:
    for grant in grants():
        assert grant.keys() == WHERE[Role(grant["role"]).scope_kind], grant


def test_where_it_holds_is_in_the_seed() -> None:
    coalitions = {coalition["key"] for coalition in sources.coalitions()}
    assert {grant["coalition"] for grant in grants() if "coalition" in grant} == {"eccar", "usa"} <= coalitions
    cities = {(city["name"], city["country"]) for city in sources.cities()}
    assert {(grant["member"]["city"], grant["member"]["country"]) for grant in grants() if "member" in grant} <= cities
    days = [conference["startDate"] for conference in sources.conferences()]
    assert [days.count(grant["conference"]["startDate"]) for grant in grants() if "conference" in grant] == [1]


def test_nobody_can_be_taken_for_a_real_person() -> None:
    for person in entries():
        assert person["name"].endswith(" (sample)")
        assert person["email"] == f"{person['subject']}@people.example"


def test_there_is_somebody_without_any_right_and_nobody_twice() -> None:
    assert [person["subject"] for person in entries() if not person["grants"]] == ["somebody"]
    assert len(read_people()) == len(entries()) == 15
    assert read_people()["focal-point-graz"].roles == ("focal point of Graz",)
    assert read_people()["network-administrator"].roles == ("network administrator of the network",)
