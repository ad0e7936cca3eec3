"""What is refused, and that refusing changes nothing. Each by its stable code."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support import story
from tests.support.platform import Platform
from tests.support.story import TODAY, YESTERDAY

FUTURE = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture(scope="module", autouse=True)
def coalitions(platform: Platform) -> None:
    story.coalition(platform, "eccar")
    story.coalition(platform, "lac")


def decide(platform: Platform, member: str, **values: Any) -> list[str]:
    decision = {"outcome": "ADMITTED", "body": "STEERING_COMMITTEE", "decidedOn": TODAY.isoformat(), **values}
    return platform.refused("recordDecision", memberId=member, **decision)


def version_of(platform: Platform, member: str) -> int:
    found: int = platform.ask("query($id: ID!) { member(id: $id) { version } }", id=member)["member"]["version"]
    return found


def test_two_bodies_apply_together(platform: Platform) -> None:
    cities = [story.city(platform, name, "DE") for name in ("Ratzeburg", "Amt Lauenburgische Seen")]
    member = story.candidate(platform, *cities)
    found = platform.ask("query($id: ID!) { member(id: $id) { cities { name } } }", id=member)["member"]
    assert [city["name"] for city in found["cities"]] == ["Ratzeburg", "Amt Lauenburgische Seen"]
    again = platform.refused(
        "applyForMembership", coalition="eccar", cities=cities[:1], appliedOn=YESTERDAY.isoformat()
    )
    assert again == ["ALREADY_APPLIED"]


def test_a_second_application_is_refused(platform: Platform) -> None:
    city = story.city(platform, "Wels")
    member = story.candidate(platform, city)
    values: dict[str, Any] = {"coalition": "eccar", "cities": [city], "appliedOn": YESTERDAY.isoformat()}
    assert platform.refused("applyForMembership", **values) == ["ALREADY_APPLIED"]
    story.admit(platform, member)
    assert platform.refused("applyForMembership", **values) == ["ALREADY_MEMBER"]


def test_an_application_needs_what_it_names(platform: Platform) -> None:
    city = story.city(platform, "Linz")
    applied = {"appliedOn": YESTERDAY.isoformat()}
    assert platform.refused("applyForMembership", coalition="mars", cities=[city], **applied) == ["FORBIDDEN"]
    unknown = "Q2l0eTowMTkyZDNhNC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDE="
    assert platform.refused("applyForMembership", coalition="eccar", cities=[unknown], **applied) == ["UNKNOWN_CITY"]
    assert platform.refused("applyForMembership", coalition="eccar", cities=["x"], **applied) != []
    future = platform.refused("applyForMembership", coalition="eccar", cities=[city], appliedOn=FUTURE)
    assert future == ["DATE_IN_FUTURE"]


def test_an_unknown_country_is_refused(platform: Platform) -> None:
    assert platform.refused("registerCity", name="Atlantis", country="XX", legalType="CITY") == ["UNKNOWN_COUNTRY"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"decidedOn": FUTURE}, "DATE_IN_FUTURE"),
        ({"decidedOn": "2001-01-01"}, "DECISION_BEFORE_APPLICATION"),
        ({"votes": {"inFavour": 3, "against": 9, "abstentions": 0}}, "VOTES_CONTRADICT_OUTCOME"),
        ({"expectedVersion": 9}, "VERSION_CONFLICT"),
    ],
)
def test_a_wrong_decision_is_refused_and_changes_nothing(platform: Platform, change: dict[str, Any], code: str) -> None:
    member = story.candidate(platform, story.city(platform, f"City {code}"))
    assert decide(platform, member, **change) == [code]
    assert version_of(platform, member) == 1


def test_a_decision_is_taken_once(platform: Platform) -> None:
    member = story.candidate(platform, story.city(platform, "Steyr"))
    story.admit(platform, member)
    assert decide(platform, member) == ["NOT_A_CANDIDATE"]
    assert decide(platform, member, outcome="REFUSED") == ["NOT_A_CANDIDATE"]
    assert version_of(platform, member) == 2


def test_a_general_assembly_takes_only_delegates_of_members(platform: Platform) -> None:
    candidate = story.candidate(platform, story.city(platform, "Villach"))
    assembly = story.conference(platform)
    delegate = {"conferenceId": assembly, "name": "A", "email": "a@example.org", "attendance": "ON_SITE"}
    assert platform.refused("registerDelegate", **delegate) == ["MEMBER_REQUIRED"]
    assert platform.refused("registerDelegate", memberId=candidate, **delegate) == ["NOT_A_MEMBER"]
    member = story.member(platform, "Krems")
    platform.done("registerDelegate", "registration { id }", memberId=member, **delegate)
    assert platform.refused("registerDelegate", memberId=member, **delegate) == ["ALREADY_REGISTERED"]


def test_another_coalitions_member_is_nobodys_delegate_here(platform: Platform) -> None:
    """Nobody sees or changes what is another coalition's, not even with the right id."""
    foreign = story.member(platform, "Montevideo", key="lac")
    assembly = story.conference(platform, key="eccar")
    delegate = {"conferenceId": assembly, "name": "B", "email": "b@example.org", "attendance": "ON_SITE"}
    assert platform.refused("registerDelegate", memberId=foreign, **delegate) == ["OTHER_COALITION"]
    members = platform.ask('{ members(coalition: "eccar") { edges { node { id } } } }')["members"]["edges"]
    assert foreign not in [edge["node"]["id"] for edge in members]


def test_a_forged_id_finds_nothing(platform: Platform) -> None:
    """The id says which coalition it belongs to; saying another one does not open its data."""
    import base64

    foreign = story.member(platform, "Lima", key="lac")
    kind, rest = base64.b64decode(foreign).decode().split(":")
    forged = base64.b64encode(f"{kind}:{rest.replace('lac', 'eccar')}".encode()).decode()
    assert platform.ask("query($id: ID!) { member(id: $id) { id } }", id=forged) == {"member": None}
    assert platform.ask("query($id: ID!) { node(id: $id) { id } }", id=forged) == {"node": None}
    assert decide(platform, forged) == ["NOT_FOUND"]


@pytest.mark.parametrize("identity", ["", "x", "!!!", "TWVtYmVyOg==", "Tm90aGluZzox"])
def test_a_bad_id_gives_null(platform: Platform, identity: str) -> None:
    """Fact 14: graphene's own relay node dies on it."""
    assert platform.ask("query($id: ID!) { node(id: $id) { id } }", id=identity) == {"node": None}


@pytest.mark.parametrize("first", [-1, 0, 201])
def test_a_page_has_a_bounded_size(platform: Platform, first: int) -> None:
    query = 'query($first: Int) { members(coalition: "eccar", first: $first) { edges { cursor } } }'
    answer = platform.answer(query, first=first)
    assert answer["data"] == {"members": None}
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "INVALID_INPUT"
    assert error["path"] == ["members"]


def test_a_page_that_would_cost_too_much_is_refused_unread(platform: Platform) -> None:
    answer = platform.answer('{ members(coalition: "eccar", first: 100000) { edges { node { standing } } } }')
    assert "data" not in answer
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["LIMIT_EXCEEDED"]


def test_two_applications_at_once_are_one(platform: Platform) -> None:
    """Two clerks press the button in the same second."""
    import threading

    city = story.city(platform, "Bregenz")
    codes: list[list[str]] = []

    def apply() -> None:
        codes.append(
            platform.refused("applyForMembership", coalition="eccar", cities=[city], appliedOn=YESTERDAY.isoformat())
        )

    threads = [threading.Thread(target=apply) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [[], *[["ALREADY_APPLIED"]] * 5]
