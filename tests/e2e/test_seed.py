"""The platform on the network's real data."""

from typing import Any

from pymongo import MongoClient

from tests.support.platform import Platform
from tests.support.processes import eventually

COUNTS = """
{
  coalitions {
    totalCount
    edges { node { key plans { version isComplete } currentPlan { version } counts { members total } } }
  }
  everyone: members(coalition: "eccar") { totalCount }
  inStanding: members(coalition: "eccar", standing: [MEMBER]) { totalCount }
  cities { totalCount }
  conferences { totalCount }
}"""

THE_QUESTION = """
{
  members(coalition: "eccar", standing: [MEMBER], first: 50) {
    edges { node {
      city { name country { code } }
      coalition { key }
      commitments { number title }
      registrations { conference { title } }
      obligations { dueOn report { status } }
    } }
  }
}"""

MEMBERS_AND_ALL = """
{
  members(coalition: "eccar", standing: [MEMBER], first: 50) {
    edges { node {
      city { name country { code } population { value } }
      coalition { key name }
      commitments { number title }
      registrations { conference { title } }
      obligations { dueOn report { status } }
    } }
  }
}"""


def test_the_counts_of_the_network(seeded: Platform) -> None:
    found = seeded.ask(COUNTS)
    coalitions = {edge["node"]["key"]: edge["node"] for edge in found["coalitions"]["edges"]}
    plans = [plan for coalition in coalitions.values() for plan in coalition["plans"]]
    assert (found["coalitions"]["totalCount"], len(plans)) == (7, 5)
    assert (found["everyone"]["totalCount"], found["inStanding"]["totalCount"]) == (134, 123)
    assert (found["cities"]["totalCount"], found["conferences"]["totalCount"]) == (134, 18)
    assert coalitions["eccar"]["counts"] == {"members": 123, "total": 134}
    assert coalitions["lac"]["plans"] == [{"version": "2006", "isComplete": False}]
    assert (coalitions["africa"]["plans"], coalitions["africa"]["currentPlan"]) == ([], None)


def test_the_projections_hold_what_membership_holds(seeded: Platform, mongo: MongoClient[dict[str, Any]]) -> None:
    """All three services know the same members, each with the same standing."""

    def standings(service: str, collection: str) -> dict[str, str]:
        rows = mongo[f"{seeded.environment.database_prefix}{service}"][collection].find({"coalition": "eccar"})
        return {row["_id"]: row["standing"] for row in rows}

    owner = standings("membership", "memberships")
    assert sorted(owner.values()).count("member") == 123
    eventually(lambda: standings("events", "members") == owner, seconds=30)
    eventually(lambda: standings("reports", "members") == owner, seconds=30)


def test_every_member_in_standing_has_one_open_duty(seeded: Platform) -> None:
    def total() -> int:
        query = '{ obligations(coalition: "eccar", status: OPEN) { totalCount } }'
        found: int = seeded.ask(query)["obligations"]["totalCount"]
        return found

    eventually(lambda: total() == 123, seconds=30)


def test_seeding_again_changes_nothing(seeded: Platform) -> None:
    output = seeded.seed()
    assert "memberships: 0 new, 134 there already" in output
    assert seeded.ask(COUNTS)["everyone"]["totalCount"] == 134


def test_one_rpc_per_service_and_level(seeded: Platform) -> None:
    """The question of all three services over fifty members: first the members, then one call to each service."""
    answer = seeded.answer(THE_QUESTION, headers={"x-debug-rpc": "1"})
    assert len(answer["data"]["members"]["edges"]) == 50
    assert sorted(answer["extensions"]["rpc"]["calls"]) == [
        "events.list_registrations_of_members",
        "membership.get_plans",
        "membership.list_members",
        "reports.list_obligations_of_members",
    ]


def test_everything_of_fifty_members_calls_each_method_once(seeded: Platform) -> None:
    """Also what a member's own view does not hold: the city's population, the coalition's name."""
    answer = seeded.answer(MEMBERS_AND_ALL, headers={"x-debug-rpc": "1"})
    assert len(answer["data"]["members"]["edges"]) == 50
    calls = answer["extensions"]["rpc"]["calls"]
    assert sorted(calls) == sorted(set(calls))
    assert len(calls) == 6


def test_members_of_all_coalitions_cost_one_rpc(seeded: Platform) -> None:
    query = (
        "{ coalitions { edges { node { key members(first: 5) { totalCount edges { node { city { name } } } } } } } }"
    )
    answer = seeded.answer(query, headers={"x-debug-rpc": "1"})
    members = {edge["node"]["key"]: edge["node"]["members"] for edge in answer["data"]["coalitions"]["edges"]}
    assert {key: found["totalCount"] for key, found in members.items()} == {
        **dict.fromkeys(("africa", "apcad", "arab", "canada", "lac", "usa"), 0),
        "eccar": 134,
    }
    assert len(answer["extensions"]["rpc"]["calls"]) == 2


def test_search_ignores_case_and_accents(seeded: Platform) -> None:
    def names(**arguments: Any) -> list[str]:
        query = """query($search: String, $near: NearInput, $orderBy: MemberOrder) {
          members(coalition: "eccar", search: $search, near: $near, orderBy: $orderBy, first: 5) {
            edges { node { city { name } } }
          }
        }"""
        return [edge["node"]["city"]["name"] for edge in seeded.ask(query, **arguments)["members"]["edges"]]

    assert names(search="malmo") == ["Malmö"]
    assert names(search="SISLI") == ["Şişli"]
    assert names(search="nowhere") == []
    assert names(near={"latitude": 47.0673, "longitude": 15.442, "withinKm": 200})[0] == "Graz"


def test_every_member_comes_once_page_after_page(seeded: Platform) -> None:
    query = """query($after: String) {
      members(coalition: "eccar", first: 25, after: $after) {
        pageInfo { hasNextPage endCursor } edges { node { id } }
      }
    }"""
    seen: list[str] = []
    after = None
    while True:
        page = seeded.ask(query, after=after)["members"]
        seen += [edge["node"]["id"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert (len(seen), len(set(seen))) == (134, 134)


def test_a_missing_fact_is_null(seeded: Platform) -> None:
    query = """{ coalition(key: "africa") { acronym currency launched }
      members(coalition: "eccar", search: "kadikoy") { edges { node {
        admittedOn city { population { value } geonamesId } milestones { kind date } } } } }"""
    found = seeded.ask(query)
    assert found["coalition"] == {"acronym": None, "currency": None, "launched": "2006-09-20"}
    [edge] = found["members"]["edges"]
    assert edge["node"] == {
        "admittedOn": None,
        "city": {"population": None, "geonamesId": None},
        "milestones": [{"kind": "ADMISSION", "date": None}],
    }
