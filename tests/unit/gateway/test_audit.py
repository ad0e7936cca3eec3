"""The audit log through the gateway: three services' lists as one, whatever the order and whoever is away."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.graphql.audit.trail import SERVICES, merged_page
from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel.errors import Forbidden, Unavailable
from services.chassis.protocol.rpc import RemoteError

from .conftest import Client
from .network import Network

View = dict[str, Any]
PERSON: View = {
    "kind": "person",
    "id": "ada",
    "name": "Ada",
    "issuer": "https://issuer.example",
    "on_behalf_of": None,
    "address": "192.0.2.7",
}


def entry(number: int, service: str, coalition: str | None = "eccar", **changes: Any) -> View:
    return {
        "id": f"01900000-0000-7000-8000-{number:012}",
        "at": f"2026-11-24T09:{number % 60:02}:00.000Z",
        "kind": "write",
        "coalition": coalition,
        "service": service,
        "method": "register_delegate",
        "actor": PERSON,
        "correlation_id": "story",
        "causation_id": None,
        "has_idempotency_key": True,
        "changes": [],
        "seal": {"number": number, "previous": "0" * 64, "hash": "f" * 64},
        **changes,
    }


def page(entries: list[View], asked: View) -> View:
    """As a service answers."""
    older = [each for each in entries if asked["after"] is None or each["id"] < asked["after"]]
    shown = older[: asked["first"]]
    return {
        "items": shown,
        "cursors": [each["id"] for each in shown],
        "has_next": len(older) > len(shown),
        "total": len(entries) if asked["count"] else None,
    }


@pytest.fixture
def logs(network: Network) -> dict[str, list[View]]:
    """Nine entries of eccar, three of each service, by turns; the newest first."""
    logs = {
        service: [entry(3 * turn + place, service) for turn in (2, 1, 0)]
        for place, service in enumerate(SERVICES, start=1)
    }
    for service, entries in logs.items():
        network.answers[f"{service}.list_audit"] = lambda asked, entries=entries: {
            "items": [page(entries if key == "eccar" else [], asked) for key in asked["coalitions"]]
        }
        for method in ("list_network_audit", "list_own_audit"):
            network.answers[f"{service}.{method}"] = lambda asked, entries=entries: page(entries, asked)
    return logs


TRAIL = "{ edges { cursor node { id service } } pageInfo { hasNextPage endCursor } totalCount }"
OF_ECCAR = f'query($first: Int, $after: String) {{ node(id: "{GlobalId("Coalition", "eccar")}") {{ ... on Coalition {{'
OF_ECCAR += f" auditTrail(first: $first, after: $after) {TRAIL} }} }} }}"


def numbers(trail: View) -> list[int]:
    return [int(edge["node"]["id"][-4:]) for edge in trail["edges"]]


async def test_entries_of_all_services_are_one_list(client: Client, logs: dict[str, list[View]]) -> None:
    trail = (await client.ask(OF_ECCAR))["node"]["auditTrail"]
    assert numbers(trail) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert {edge["node"]["service"] for edge in trail["edges"]} == set(SERVICES)
    assert (trail["totalCount"], trail["pageInfo"]["hasNextPage"]) == (9, False)


async def test_each_service_is_asked_once(client: Client, network: Network, logs: dict[str, list[View]]) -> None:
    await client.ask(
        'query { coalitions { edges { node { auditTrail(kind: READ, actor: "ada") { edges { cursor } } } } } }'
    )
    for service in SERVICES:
        [asked] = network.named(f"{service}.list_audit")
        assert asked == {
            "coalitions": ["eccar", "lac"],
            "kind": "read",
            "actor": "ada",
            "first": 50,
            "after": None,
            "count": False,
        }


async def test_pages_follow_each_other(client: Client, logs: dict[str, list[View]]) -> None:
    found, cursor = [], None
    for has_next in (True, True, False):
        trail = (await client.ask(OF_ECCAR, first=4, after=cursor))["node"]["auditTrail"]
        found += numbers(trail)
        assert trail["pageInfo"]["hasNextPage"] is has_next
        cursor = trail["pageInfo"]["endCursor"]
    assert found == [9, 8, 7, 6, 5, 4, 3, 2, 1]


async def test_what_is_given_reaches_the_services(
    client: Client, network: Network, logs: dict[str, list[View]]
) -> None:
    thing = GlobalId("Registration", "r1", "eccar")
    arguments = f'thing: "{thing}", from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z", method: "x"'
    await client.ask(f"{{ networkAuditTrail({arguments}) {{ totalCount }} }}")
    [asked] = network.named("events.list_network_audit")
    assert asked == {
        "aggregate": "r1",
        "from": "2026-01-01T00:00:00Z",
        "to": "2027-01-01T00:00:00Z",
        "method": "x",
        "first": 50,
        "after": None,
        "count": True,
    }


async def test_ones_own_entries(client: Client, network: Network, logs: dict[str, list[View]]) -> None:
    trail = (await client.ask(f"{{ myAuditTrail(first: 2) {TRAIL} }}"))["myAuditTrail"]
    assert numbers(trail) == [9, 8]
    assert len(network.named("reports.list_own_audit")) == 1


CHANGES = [
    {
        "collection": "registrations",
        "key": "r1",
        "id": str(GlobalId("Registration", "r1", "eccar")),
        "version": 2,
        "isNew": False,
        "isRemoved": False,
        "concealed": ["cancellation_reason"],
        "fields": [
            {"name": "status", "before": "confirmed", "after": "cancelled"},
            {"name": "cancelled_at", "before": None, "after": "2026-11-24T09:00:00.000Z"},
            {"name": "seats", "before": None, "after": [1, {"a": None}]},
        ],
    },
    {
        "collection": "seat_blocks",
        "key": "c/01",
        "id": None,
        "version": 1,
        "isNew": True,
        "isRemoved": False,
        "concealed": [],
        "fields": [],
    },
]


async def test_an_entry_says_what_changed_by_whom(
    client: Client, network: Network, logs: dict[str, list[View]]
) -> None:
    change = {
        "collection": "registrations",
        "id": "r1",
        "version": 2,
        "before": {"status": "confirmed"},
        "after": {"status": "cancelled", "cancelled_at": "2026-11-24T09:00:00.000Z", "seats": [1, {"a": None}]},
        "concealed": ["cancellation_reason"],
    }
    block = {"collection": "seat_blocks", "id": "c/01", "version": 1, "before": None, "after": {}, "concealed": []}
    logs["events"][0]["changes"] = [change, block]
    query = """{ networkAuditTrail(first: 2) { edges { node {
        at kind service method summary correlationId causationId hasIdempotencyKey read { items }
        actor { kind id name issuer onBehalfOf address } seal { number previous hash } coalition { key }
        changes { collection key id version isNew isRemoved concealed fields { name before after } }
    } } } }"""
    found = (await client.ask(query))["networkAuditTrail"]["edges"][1]["node"]
    assert found == {
        "at": "2026-11-24T09:08:00.000Z",
        "kind": "WRITE",
        "service": "events",
        "method": "register_delegate",
        "summary": "Register a delegate",
        "correlationId": "story",
        "causationId": None,
        "hasIdempotencyKey": True,
        "read": None,
        "actor": {
            "kind": "PERSON",
            "id": "ada",
            "name": "Ada",
            "issuer": "https://issuer.example",
            "onBehalfOf": None,
            "address": "192.0.2.7",
        },
        "seal": {"number": 8, "previous": "0" * 64, "hash": "f" * 64},
        "coalition": {"key": "eccar"},
        "changes": CHANGES,
    }


async def test_an_entry_says_what_was_read(client: Client, network: Network, logs: dict[str, list[View]]) -> None:
    target = {"coalition": "eccar", "conference_id": "c1", "member_id": None, "person_id": None}
    reading = entry(99, "events", kind="read", read={"items": 3, "targets": [target]}, coalition=None)
    del reading["changes"]
    logs["events"].insert(0, reading)
    query = """{ networkAuditTrail(first: 1) { edges { node { kind coalition { key } changes { key }
        read { items targets { coalition conferenceId memberId personId } } } } } }"""
    found = (await client.ask(query))["networkAuditTrail"]["edges"][0]["node"]
    assert found == {
        "kind": "READ",
        "coalition": None,
        "changes": [],
        "read": {
            "items": 3,
            "targets": [
                {
                    "coalition": "eccar",
                    "conferenceId": str(GlobalId("Conference", "c1", "eccar")),
                    "memberId": None,
                    "personId": None,
                }
            ],
        },
    }


async def test_a_service_that_is_away_leaves_its_entries_out_and_an_error_says_so(
    client: Client, network: Network, logs: dict[str, list[View]]
) -> None:
    network.failures["events"] = Unavailable("The events service cannot be reached at the moment.")
    answer = await client.answer(OF_ECCAR)
    assert answer.data is not None
    trail = answer.data["node"]["auditTrail"]
    assert numbers(trail) == [9, 7, 6, 4, 3, 1]
    assert trail["totalCount"] is None, "nobody knows how many there are"
    [error] = answer.errors
    assert (error["path"], error["extensions"]["code"]) == (["node", "auditTrail"], "UNAVAILABLE")
    assert error["message"] == "The events service cannot be reached at the moment."


async def test_without_any_service_there_is_no_list(
    client: Client, network: Network, logs: dict[str, list[View]]
) -> None:
    for service in SERVICES:
        network.failures[f"{service}.list_audit"] = Unavailable("Away.")
    answer = await client.answer(OF_ECCAR)
    assert answer.data == {"node": {"auditTrail": None}}
    assert [error["extensions"]["code"] for error in answer.errors] == ["UNAVAILABLE"]


@pytest.mark.parametrize("refusing", [SERVICES, SERVICES[:1]])
async def test_who_may_not_read_it_is_told(
    client: Client, network: Network, logs: dict[str, list[View]], refusing: tuple[str, ...]
) -> None:
    """Even if only one service refused: it knows why."""
    for service in refusing:
        network.failures[f"{service}.list_audit"] = Forbidden("Not yours.")
    answer = await client.answer(OF_ECCAR)
    assert answer.data == {"node": {"auditTrail": None}}
    assert [error["extensions"]["code"] for error in answer.errors] == ["FORBIDDEN"]


async def test_of_several_coalitions_the_refused_one_is_an_error_of_its_own(
    client: Client, network: Network, logs: dict[str, list[View]]
) -> None:
    refused = {"refused": {"code": "FORBIDDEN", "message": "Your rights do not reach this."}}
    for service, entries in logs.items():
        network.answers[f"{service}.list_audit"] = lambda asked, entries=entries: {
            "items": [page(entries, asked) if key == "eccar" else refused for key in asked["coalitions"]]
        }
    answer = await client.answer("{ coalitions { edges { node { key auditTrail { edges { node { id } } } } } } }")
    assert answer.data is not None
    own, foreign = [edge["node"]["auditTrail"] for edge in answer.data["coalitions"]["edges"]]
    assert (len(own["edges"]), foreign) == (9, None)
    assert [error["extensions"]["code"] for error in answer.errors] == ["FORBIDDEN"]


async def test_a_bad_cursor_is_the_callers_error(client: Client, network: Network, logs: dict[str, list[View]]) -> None:
    wrong = RemoteError({"code": "INVALID_INPUT", "value": "no cursor", "expected": True})
    for service in SERVICES:
        network.failures[f"{service}.list_audit"] = wrong
    answer = await client.answer(OF_ECCAR, after="x")
    assert [error["extensions"]["code"] for error in answer.errors] == ["INVALID_INPUT"]


@given(st.lists(st.lists(st.integers(0, 999), unique=True, max_size=12), min_size=3, max_size=3), st.integers(1, 6))
def test_whatever_the_logs_hold_each_entry_is_on_one_page(logs: list[list[int]], first: int) -> None:
    """Against sorting everything at once."""
    entries = [
        [entry(3 * number + place, service) for number in sorted(log, reverse=True)]
        for place, (service, log) in enumerate(zip(SERVICES, logs, strict=True))
    ]
    expected = sorted((each["id"] for log in entries for each in log), reverse=True)
    found: list[str] = []
    cursor = None
    while True:
        asked = {"after": cursor, "first": first, "count": True}
        merged = merged_page([page(log, asked) for log in entries], first=first)
        assert merged["total"] == len(expected)
        assert len(merged["items"]) <= first
        found += merged["cursors"]
        if not merged["has_next"]:
            break
        cursor = merged["cursors"][-1]
    assert found == expected
