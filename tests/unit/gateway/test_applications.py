"""Applications through the schema: what reaches the service, and what of its answer is shown."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate

from gateway.graphql.core.ids import GlobalId
from gateway.graphql.schema import SCHEMA
from services.chassis.kernel.errors import InvalidInput, Violation
from services.rights.api_scopes import API_SCOPES
from services.rights.roles import Role

from .conftest import Client
from .network import Network, View, identity, page
from .test_queries import global_id

APPLICATION_ID = str(GlobalId("Application", identity(9, 1), "eccar"))
TOKEN_ID = str(GlobalId("ApplicationToken", identity(10, 1), "eccar"))
FIELDS = """
  id version name purpose role scopeKind member { id } conferenceId apiScopes registeredBy registeredAt expiresAt
  revokedAt lastUsedAt coalition { key } tokens { id createdAt expiresAt lastUsedAt revokedAt }"""
REGISTER = """mutation($input: RegisterApplicationInput!) { registerApplication(input: $input) {
  issuedToken { token notice application { id } } errors { code message path } } }"""


def application(**changes: Any) -> View:
    return {
        "id": identity(9, 1),
        "coalition": "eccar",
        "version": 2,
        "name": "Website of Graz",
        "purpose": "Shows the city's reports",
        "role": "focal_point",
        "scope": {"kind": "member", "coalition": "eccar", "id": identity(3, 1)},
        "api_scopes": ["reports:read", "registrations:write"],
        "registered_by": "a-person",
        "registered_at": "2026-11-24T09:30:00.000Z",
        "expires_at": "2027-11-24T09:30:00.000Z",
        "revoked_at": None,
        "last_used_at": "2026-11-24T09:31:00.000Z",
        "tokens": [
            {
                "id": identity(10, 1),
                "created_at": "2026-11-24T09:30:00.000Z",
                "expires_at": "2027-11-24T09:30:00.000Z",
                "last_used_at": "2026-11-24T09:31:00.000Z",
                "revoked_at": None,
            }
        ],
        **changes,
    }


def registering(**changes: Any) -> dict[str, Any]:
    return {
        "coalition": "eccar",
        "name": "Website of Graz",
        "purpose": "Shows the city's reports",
        "role": "FOCAL_POINT",
        "memberId": global_id("Member", 3),
        "apiScopes": ["REPORTS_READ", "REGISTRATIONS_WRITE"],
        "expiresAt": "2027-11-24T09:30:00Z",
        **changes,
    }


@pytest.fixture
def served(network: Network) -> Network:
    network.answers["membership.list_applications"] = lambda asked: {
        "items": [page([application()] if key == "eccar" else [], asked) for key in asked["coalitions"]]
    }
    network.answers["membership.get_applications"] = {"items": [application()]}
    return network


async def test_a_coalitions_applications(client: Client, served: Network) -> None:
    query = (
        f'{{ coalition(key: "eccar") {{ applications(first: 5) {{ totalCount edges {{ node {{ {FIELDS} }} }} }} }} }}'
    )
    found = (await client.ask(query))["coalition"]["applications"]
    assert found == {
        "totalCount": 1,
        "edges": [
            {
                "node": {
                    "id": APPLICATION_ID,
                    "version": 2,
                    "name": "Website of Graz",
                    "purpose": "Shows the city's reports",
                    "role": "FOCAL_POINT",
                    "scopeKind": "MEMBER",
                    "member": {"id": str(GlobalId("Member", identity(3, 1), "eccar"))},
                    "conferenceId": None,
                    "apiScopes": ["REPORTS_READ", "REGISTRATIONS_WRITE"],
                    "registeredBy": "a-person",
                    "registeredAt": "2026-11-24T09:30:00.000Z",
                    "expiresAt": "2027-11-24T09:30:00.000Z",
                    "revokedAt": None,
                    "lastUsedAt": "2026-11-24T09:31:00.000Z",
                    "coalition": {"key": "eccar"},
                    "tokens": [
                        {
                            "id": TOKEN_ID,
                            "createdAt": "2026-11-24T09:30:00.000Z",
                            "expiresAt": "2027-11-24T09:30:00.000Z",
                            "lastUsedAt": "2026-11-24T09:31:00.000Z",
                            "revokedAt": None,
                        }
                    ],
                }
            }
        ],
    }
    assert served.named("membership.list_applications") == [
        {"coalitions": ["eccar"], "first": 5, "after": None, "count": True}
    ]


async def test_the_applications_of_all_coalitions_are_one_call(client: Client, served: Network) -> None:
    await client.ask("{ coalitions { edges { node { applications { edges { node { name } } } } } } }")
    [asked] = served.named("membership.list_applications")
    assert asked["coalitions"] == ["eccar", "lac"]


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        ("secretariat", {"kind": "coalition", "coalition": "eccar", "id": None}, ("COALITION", None, None)),
        (
            "event_team",
            {"kind": "conference", "coalition": "eccar", "id": identity(4, 1)},
            ("CONFERENCE", None, str(GlobalId("Conference", identity(4, 1), "eccar"))),
        ),
    ],
)
async def test_an_application_is_a_node(
    client: Client, served: Network, role: str, scope: View, expected: tuple[Any, ...]
) -> None:
    served.answers["membership.get_applications"] = {"items": [application(role=role, scope=scope)]}
    query = "query($id: ID!) { node(id: $id) { ... on Application { scopeKind member { id } conferenceId } } }"
    found = (await client.ask(query, id=APPLICATION_ID))["node"]
    assert (found["scopeKind"], found["member"], found["conferenceId"]) == expected
    assert served.named("membership.get_applications") == [{"refs": [{"coalition": "eccar", "id": identity(9, 1)}]}]


async def test_a_registration_reaches_the_service_and_its_token_comes_back(client: Client, network: Network) -> None:
    network.answers["membership.register_application"] = {
        "application": application(),
        "token": "iccar_clear",
        "notice": "Keep it.",
    }
    found = (await client.ask(REGISTER, input=registering()))["registerApplication"]
    assert found == {
        "issuedToken": {"token": "iccar_clear", "notice": "Keep it.", "application": {"id": APPLICATION_ID}},
        "errors": [],
    }
    assert network.named("membership.register_application") == [
        {
            "coalition": "eccar",
            "name": "Website of Graz",
            "purpose": "Shows the city's reports",
            "role": "focal_point",
            "member_id": identity(3, 1),
            "api_scopes": ["reports:read", "registrations:write"],
            "expires_at": "2027-11-24T09:30:00Z",
        }
    ]


async def test_a_coalition_and_a_member_of_another_are_refused_before_any_service(
    client: Client, network: Network
) -> None:
    found = (await client.ask(REGISTER, input=registering(coalition="lac")))["registerApplication"]
    assert found["issuedToken"] is None
    assert [(error["code"], error["path"]) for error in found["errors"]] == [("OTHER_COALITION", ["memberId"])]
    assert network.calls == []


async def test_every_scope_that_the_role_does_not_cover_is_an_error_of_its_own(
    client: Client, network: Network
) -> None:
    violations = tuple(Violation(("api_scopes", place), "No.", "SCOPE_NOT_COVERED") for place in (0, 1))
    network.failures["membership.register_application"] = InvalidInput("No.", violations=violations)
    found = (await client.ask(REGISTER, input=registering()))["registerApplication"]
    assert [(error["code"], error["path"]) for error in found["errors"]] == [
        ("SCOPE_NOT_COVERED", ["apiScopes", "0"]),
        ("SCOPE_NOT_COVERED", ["apiScopes", "1"]),
    ]


@pytest.mark.parametrize(
    ("mutation", "selection", "given", "asked"),
    [
        ("rotateApplicationToken", "issuedToken { token }", {"overlapHours": 0}, {"overlap_hours": 0}),
        ("revokeApplication", "application { id }", {"expectedVersion": 2}, {"expected_version": 2}),
        ("revokeApplicationToken", "application { id }", {"tokenId": TOKEN_ID}, {"token_id": identity(10, 1)}),
    ],
)
async def test_the_other_commands_reach_the_service(
    client: Client, network: Network, mutation: str, selection: str, given: View, asked: View
) -> None:
    method = {
        "rotateApplicationToken": "rotate_application_token",
        "revokeApplication": "revoke_application",
        "revokeApplicationToken": "revoke_application_token",
    }[mutation]
    issued = {"application": application(), "token": None, "notice": "Shown before."}
    network.answers[f"membership.{method}"] = issued if "issued" in selection else application()
    name = mutation[0].upper() + mutation[1:]
    query = f"mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} errors {{ code }} }} }}"
    found = (await client.ask(query, input={"applicationId": APPLICATION_ID, **given}))[mutation]
    assert found["errors"] == []
    assert network.named(f"membership.{method}") == [{"coalition": "eccar", "application_id": identity(9, 1), **asked}]


async def test_the_scopes_and_roles_are_those_of_the_permission_table(client: Client) -> None:
    async def names(enumeration: str) -> set[str]:
        query = "query($name: String!) { __type(name: $name) { enumValues { name } } }"
        found = await client.ask(query, name=enumeration)
        return {value["name"] for value in found["__type"]["enumValues"]}

    assert await names("ApiScope") == {scope.replace(":", "_").upper() for scope in API_SCOPES}
    assert await names("Role") == {role.value.upper() for role in Role}


def test_the_page_for_engineers_asks_what_can_be_asked() -> None:
    page = (Path(__file__).parents[3] / "docs" / "applications.md").read_text()
    examples = [*re.findall(r"```graphql\n(.*?)```", page, re.DOTALL), *re.findall(r'"query": "(.*)"}', page)]
    assert len(examples) == 5
    for example in examples:
        assert validate(SCHEMA, parse(example.replace(r"\"", '"'))) == [], example
