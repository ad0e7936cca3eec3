"""Questions through the whole engine: what is asked of the services, and what comes back."""

import base64
from typing import Any

import pytest

from gateway.graphql.core.ids import GlobalId

from .conftest import Client
from .network import Network, identity

ISSUE = """
query {
  members(coalition: "eccar") {
    edges {
      node {
        city { name population { value } }
        coalition { key name(language: "de") }
        commitments { number title }
        registrations { conference { title } }
        obligations { dueOn report { status answers { commitment { number title } status text } } }
      }
    }
  }
}
"""


def global_id(type_name: str, kind: int, number: int = 1, coalition: str | None = "eccar") -> str:
    return str(GlobalId(type_name, identity(kind, number), coalition))


async def test_one_question_across_all_three_services_costs_one_call_per_method() -> None:
    client = Client(Network(members=50))
    answer = await client.answer(ISSUE)
    assert answer.errors == []
    assert answer.data is not None
    nodes = [edge["node"] for edge in answer.data["members"]["edges"]]
    assert len(nodes) == 50
    assert nodes[0] == {
        "city": {"name": "City 1", "population": None},
        "coalition": {"key": "eccar", "name": "Koalition eccar"},
        "commitments": [{"number": 1, "title": "Commitment 1"}, {"number": 3, "title": "Commitment 3"}],
        "registrations": [{"conference": {"title": "Assembly 1"}}],
        "obligations": [
            {
                "dueOn": "2028-12-31",
                "report": {
                    "status": "DRAFT",
                    "answers": [
                        {
                            "commitment": {"number": 2, "title": "Commitment 2"},
                            "status": "IN_PROGRESS",
                            "text": "Läuft",
                        }
                    ],
                },
            }
        ],
    }
    assert nodes[1]["city"] == {"name": "City 2", "population": {"value": 2000}}
    assert [commitment["number"] for commitment in nodes[1]["commitments"]] == [1, 2, 3]
    assert sorted(answer.calls) == [
        "events.get_conferences",
        "events.list_registrations_of_members",
        "membership.get_cities",
        "membership.get_coalitions",
        "membership.get_plans",
        "membership.list_members",
        "reports.get_reports",
        "reports.list_obligations_of_members",
    ]


async def test_what_a_members_view_says_itself_is_not_asked_for(client: Client, network: Network) -> None:
    found = await client.ask(
        '{ members(coalition: "eccar", first: 1) { edges { node { city { __typename id name country { code name } }'
        " cities { name } coalition { id key } } } } }"
    )
    [edge] = found["members"]["edges"]
    assert edge["node"] == {
        "city": {
            "__typename": "City",
            "id": str(GlobalId("City", identity(2, 1))),
            "name": "City 1",
            "country": {"code": "AT", "name": "Austria"},
        },
        "cities": [{"name": "City 1"}],
        "coalition": {"id": str(GlobalId("Coalition", "eccar")), "key": "eccar"},
    }
    assert [name for name, _ in network.calls] == ["membership.list_members"]


async def test_nested_members_are_one_call_for_all_coalitions(client: Client, network: Network) -> None:
    found = await client.ask(
        "{ coalitions { edges { node { key"
        " members(first: 2, standing: [MEMBER]) { edges { node { standing } } } } } } }"
    )
    counts = {edge["node"]["key"]: len(edge["node"]["members"]["edges"]) for edge in found["coalitions"]["edges"]}
    assert counts == {"eccar": 2, "lac": 0}
    assert network.named("membership.list_members_of") == [
        {"coalitions": ["eccar", "lac"], "standing": ["member"], "first": 2, "after": None, "count": False}
    ]
    assert len(network.calls) == 2


async def test_the_same_field_with_other_arguments_is_another_call(client: Client, network: Network) -> None:
    await client.ask(
        '{ coalition(key: "eccar") {'
        " two: members(first: 2) { edges { cursor } } again: members(first: 2) { edges { cursor } }"
        " three: members(first: 3) { edges { cursor } } } }"
    )
    asked = [arguments["first"] for arguments in network.named("membership.list_members_of")]
    assert sorted(asked) == [2, 3]


async def test_a_coalition_and_its_plans(client: Client, network: Network) -> None:
    found = await client.ask(
        """{ coalition(key: "eccar") {
          name nameTranslations { language text isOriginal } languages
          reportingRules { firstReportAfterMonths isSample }
          plans { version isComplete groups { number title(language: "de") } commitments { number group themes } }
          currentPlan { version }
        } }"""
    )
    assert found["coalition"] == {
        "name": "Coalition eccar",
        "nameTranslations": [
            {"language": "en", "text": "Coalition eccar", "isOriginal": True},
            {"language": "de", "text": "Koalition eccar", "isOriginal": False},
        ],
        "languages": ["en", "de"],
        "reportingRules": [{"firstReportAfterMonths": 24, "isSample": True}],
        "plans": [
            {
                "version": "2004",
                "isComplete": True,
                "groups": [{"number": 1, "title": "Die Stadt als Arbeitgeberin"}],
                "commitments": [
                    {"number": 1, "group": None, "themes": ["housing"]},
                    {"number": 2, "group": "The city as employer", "themes": ["housing"]},
                    {"number": 3, "group": None, "themes": ["housing"]},
                ],
            }
        ],
        "currentPlan": {"version": "2004"},
    }
    assert len(network.named("membership.list_plans")) == 1, "plans and currentPlan are one look-up"


async def test_what_the_other_services_know_of_a_coalition(client: Client) -> None:
    found = await client.ask(
        """{ coalition(key: "eccar") {
          counts { members candidates total }
          conferences { totalCount edges { node { title mode hostCity { name country { name(language: "de") } } } } }
          cycles { name isOpen dueOn }
          obligations { edges { node { dueOn status member { standing } } } }
        } }"""
    )
    assembly = {
        "title": "Assembly 1",
        "mode": "HYBRID",
        "hostCity": {"name": "Graz", "country": {"name": "Österreich"}},
    }
    duty = {"dueOn": "2028-12-31", "status": "OPEN", "member": {"standing": "MEMBER"}}
    assert found["coalition"] == {
        "counts": {"members": 5, "candidates": 0, "total": 5},
        "conferences": {"totalCount": 1, "edges": [{"node": assembly}]},
        "cycles": [{"name": "2025–2026", "isOpen": True, "dueOn": "2027-03-31"}],
        "obligations": {"edges": [{"node": duty}]},
    }


async def test_the_filters_of_nested_lists_reach_their_services(client: Client, network: Network) -> None:
    await client.ask(
        """{ coalition(key: "eccar") {
          conferences(kind: [GENERAL_ASSEMBLY], from: "2026-01-01", orderBy: {field: START_DATE, direction: DESCENDING})
            { totalCount }
          obligations(dueBefore: "2030-01-01", status: OPEN) { edges { cursor } }
        } }"""
    )
    assert network.named("events.list_conferences_of") == [
        {
            "coalitions": ["eccar"],
            "kind": ["general_assembly"],
            "from": "2026-01-01",
            "order_by": "start_date",
            "descending": True,
            "first": 50,
            "after": None,
            "count": True,
        }
    ]
    assert network.named("reports.list_obligations_of") == [
        {
            "coalitions": ["eccar"],
            "due_before": "2030-01-01",
            "status": "open",
            "first": 50,
            "after": None,
            "count": False,
        }
    ]


async def test_the_filters_of_members_reach_the_service(client: Client, network: Network) -> None:
    await client.ask(
        """query($near: NearInput) { members(coalition: "eccar", country: "AT", standing: [MEMBER, CANDIDATE],
          legalType: METROPOLITAN_CITY, search: "graz", near: $near, first: 7, after: "2",
          orderBy: {field: DISTANCE}) { edges { cursor } } }""",
        near={"latitude": 47.0, "longitude": 15.0, "withinKm": 20},
    )
    assert network.calls == [
        (
            "membership.list_members",
            {
                "coalition": "eccar",
                "country": "AT",
                "standing": ["member", "candidate"],
                "legal_type": "metropolitan_city",
                "search": "graz",
                "near": {"latitude": 47.0, "longitude": 15.0, "within_km": 20.0},
                "order_by": "distance",
                "descending": False,
                "first": 7,
                "after": "2",
                "count": False,
            },
        )
    ]


async def test_pages_follow_each_other(client: Client) -> None:
    query = """query($after: String) { members(coalition: "eccar", first: 3, after: $after) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { version } } } }"""
    first = (await client.ask(query))["members"]
    assert first["totalCount"] == 5
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": "1",
        "endCursor": "3",
    }
    second = (await client.ask(query, after="3"))["members"]
    assert [edge["cursor"] for edge in second["edges"]] == ["4", "5"]
    assert second["pageInfo"]["hasNextPage"] is False
    assert second["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(
    ("selection", "counted"),
    [
        ("edges { cursor }", False),
        ("totalCount", True),
        ("edges { cursor } ... on MemberConnection { totalCount }", True),
        ("edges { cursor } ...Total", True),
        ("edges { cursor } totalCount @skip(if: true)", False),
        ("edges { cursor } totalCount @include(if: $yes)", True),
        ("how_many: totalCount", True),
    ],
)
async def test_rows_are_counted_only_when_asked_for(
    client: Client, network: Network, selection: str, counted: bool
) -> None:
    fragment = "fragment Total on MemberConnection { totalCount }" if "...Total" in selection else ""
    variable = "($yes: Boolean = true)" if "$yes" in selection else ""
    await client.ask(f'query{variable} {{ members(coalition: "eccar") {{ {selection} }} }} {fragment}')
    assert network.named("membership.list_members")[0]["count"] is counted


@pytest.mark.parametrize("first", [0, -1, 201, 9_999])
async def test_a_page_out_of_bounds_is_refused(client: Client, network: Network, first: int) -> None:
    answer = await client.answer(f"{{ cities(first: {first}) {{ edges {{ cursor }} }} }}")
    [error] = answer.errors
    assert error["extensions"]["code"] == "INVALID_INPUT"
    [violation] = error["extensions"]["violations"]
    assert (violation["code"], violation["path"]) == ("INVALID_PAGE_SIZE", ["first"])
    assert answer.data == {"cities": None}
    assert network.calls == []


@pytest.mark.parametrize(
    ("type_name", "kind", "selection", "expected"),
    [
        ("Member", 3, "standing", {"standing": "MEMBER"}),
        ("PlanVersion", 1, "version", {"version": "2004"}),
        ("Conference", 4, "title", {"title": "Assembly 1"}),
        ("Registration", 5, "name", {"name": "Delegate 1"}),
        ("Cycle", 8, "name", {"name": "2025–2026"}),
        ("Report", 7, "planVersion", {"planVersion": "2004"}),
    ],
)
async def test_node_finds_what_belongs_to_a_coalition(
    client: Client, type_name: str, kind: int, selection: str, expected: dict[str, Any]
) -> None:
    query = f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on {type_name} {{ {selection} }} }} }}"
    wanted = global_id(type_name, kind)
    assert await client.ask(query, id=wanted) == {"node": {"__typename": type_name, "id": wanted, **expected}}
    assert await client.ask(query, id=global_id(type_name, kind, coalition="lac")) == {"node": None}


async def test_nodes_keep_the_order_and_leave_gaps(client: Client, network: Network) -> None:
    ids = [
        global_id("Member", 3, 2),
        "nonsense",
        str(GlobalId("City", identity(2, 1))),
        global_id("Member", 3, 1),
        str(GlobalId("Coalition", "eccar")),
        global_id("Member", 3, 99),
        global_id("Obligation", 6),
    ]
    found = await client.ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids)
    assert found["nodes"] == [
        {"__typename": "Member", "id": ids[0]},
        None,
        {"__typename": "City", "id": ids[2]},
        {"__typename": "Member", "id": ids[3]},
        {"__typename": "Coalition", "id": ids[4]},
        None,
        None,
    ]
    assert len(network.named("membership.get_members")) == 1


async def test_too_many_nodes_are_refused(client: Client, network: Network) -> None:
    answer = await client.answer("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 101)
    assert answer.errors[0]["extensions"]["code"] == "INVALID_INPUT"
    assert network.calls == []


@pytest.mark.parametrize(
    "text",
    ["", " ", "x", "TWVtYmVy", base64.b64encode(b"Member:").decode(), base64.b64encode(b":x").decode(), "Ö", "=" * 9],
)
@pytest.mark.parametrize("field", ["node", "member", "city", "conference", "cycle"])
async def test_an_id_that_is_none_finds_nothing(client: Client, network: Network, field: str, text: str) -> None:
    assert await client.ask(f"query($id: ID!) {{ {field}(id: $id) {{ id }} }}", id=text) == {field: None}
    assert network.calls == []


async def test_the_id_of_another_type_finds_nothing(client: Client, network: Network) -> None:
    wanted = global_id("Conference", 4)
    assert await client.ask("query($id: ID!) { member(id: $id) { id } }", id=wanted) == {"member": None}
    assert network.calls == []


async def test_reports_are_found_by_global_ids(client: Client, network: Network) -> None:
    query = """query($cycle: ID, $member: ID) {
      reports(coalition: "eccar", cycle: $cycle, member: $member, status: DRAFT) {
        edges { node { cycle { name } member { standing } plan { version } commitments { number }
                       answers { textTranslations { language } } } }
      }
    }"""
    found = await client.ask(query, cycle=global_id("Cycle", 8), member=global_id("Member", 3))
    assert found["reports"]["edges"] == [
        {
            "node": {
                "cycle": {"name": "2025–2026"},
                "member": {"standing": "MEMBER"},
                "plan": {"version": "2004"},
                "commitments": [{"number": 1}, {"number": 2}],
                "answers": [{"textTranslations": [{"language": "de"}]}],
            }
        }
    ]
    [asked] = network.named("reports.list_reports")
    assert (asked["cycle_id"], asked["member_id"], asked["status"]) == (identity(8, 1), identity(3, 1), "draft")
    answer = await client.answer(query, cycle="nonsense")
    assert answer.errors[0]["extensions"]["violations"][0]["code"] == "INVALID_ID"


async def test_a_conference_and_its_registrations(client: Client, network: Network) -> None:
    query = """query($id: ID!) { conference(id: $id) {
      coalition { name } isStatutory registration { isOpen }
      registrations(first: 5) { totalCount edges { node { name member { city { name } } conference { title } } } }
    } }"""
    found = await client.ask(query, id=global_id("Conference", 4))
    assert found["conference"] == {
        "coalition": {"name": "Coalition eccar"},
        "isStatutory": True,
        "registration": None,
        "registrations": {
            "totalCount": 1,
            "edges": [
                {
                    "node": {
                        "name": "Delegate 1",
                        "member": {"city": {"name": "City 1"}},
                        "conference": {"title": "Assembly 1"},
                    }
                }
            ],
        },
    }
    assert network.named("events.list_registrations") == [
        {"refs": [{"coalition": "eccar", "id": identity(4, 1)}], "first": 5, "after": None, "count": True}
    ]


async def test_a_city_tells_its_memberships(client: Client, network: Network) -> None:
    found = await client.ask(
        "{ cities(first: 2) { edges { node { name memberships { coalition { key } standing } population { value year }"
        " position { latitude longitude } legalType } } } }"
    )
    assert [edge["node"] for edge in found["cities"]["edges"]] == [
        {
            "name": "City 1",
            "memberships": [{"coalition": {"key": "eccar"}, "standing": "MEMBER"}],
            "population": None,
            "position": None,
            "legalType": "CITY",
        },
        {
            "name": "City 2",
            "memberships": [{"coalition": {"key": "eccar"}, "standing": "MEMBER"}],
            "population": {"value": 2000, "year": 2024},
            "position": {"latitude": 47.0, "longitude": 15.0},
            "legalType": "CITY",
        },
    ]
    assert len(network.named("membership.list_memberships_of_city")) == 1


async def test_a_member_of_a_coalition_without_a_known_plan_has_no_commitments(
    client: Client, network: Network
) -> None:
    network.members[0]["plan_id"] = None
    found = await client.ask(
        '{ members(coalition: "eccar", first: 1) { edges { node { plan { version } commitments { number } } } } }'
    )
    assert found["members"]["edges"] == [{"node": {"plan": None, "commitments": None}}]
    assert [name for name, _ in network.calls] == ["membership.list_members"]


async def test_public_lists_across_coalitions(client: Client, network: Network) -> None:
    found = await client.ask(
        '{ conferences(to: "2027-01-01") { totalCount edges { node { startDate themeTranslations { text } } } }'
        ' cycles(coalition: "eccar") { planVersion plan { version } coalition { key } }'
        ' obligations(coalition: "eccar", first: 1) { edges { node { duePrecision rule { intervalMonths } } } } }'
    )
    assert found["conferences"] == {
        "totalCount": 2,
        "edges": [{"node": {"startDate": "2026-10-01", "themeTranslations": None}}] * 2,
    }
    assert found["cycles"] == [{"planVersion": "2004", "plan": {"version": "2004"}, "coalition": {"key": "eccar"}}]
    assert found["obligations"]["edges"][0]["node"] == {"duePrecision": "YEAR", "rule": {"intervalMonths": 24}}
    [asked] = network.named("events.list_conferences")
    assert (asked["to"], "coalition" in asked) == ("2027-01-01", False)
