"""What fails takes its own place with it, says so once, and leaves the rest."""

from services.chassis.kernel.errors import Forbidden, Unavailable
from services.chassis.protocol.rpc import RemoteError

from .conftest import Client
from .network import Network
from .test_queries import ISSUE


async def test_a_service_that_is_away_is_null_and_one_error_while_the_rest_answers() -> None:
    network = Network(members=50)
    network.failures["events"] = Unavailable("The events service cannot be reached.")
    answer = await Client(network).answer(ISSUE)
    assert answer.data is not None
    nodes = [edge["node"] for edge in answer.data["members"]["edges"]]
    assert [node["registrations"] for node in nodes] == [None] * 50
    assert all(node["obligations"] and node["city"] and node["commitments"] for node in nodes)
    [error] = answer.errors
    assert error["path"] == ["members", "edges", 0, "node", "registrations"]
    assert error["message"] == "The events service cannot be reached."
    assert error["extensions"] == {"code": "UNAVAILABLE", "correlationId": "test-correlation", "occurrences": 50}


async def test_two_services_that_fail_are_two_errors() -> None:
    network = Network(members=3)
    network.failures["events"] = Unavailable("away")
    network.failures["reports.list_obligations_of_members"] = Forbidden("not for you")
    answer = await Client(network).answer(ISSUE)
    assert {(error["path"][-1], error["extensions"]["code"]) for error in answer.errors} == {
        ("registrations", "UNAVAILABLE"),
        ("obligations", "FORBIDDEN"),
    }
    assert len(answer.errors) == 2


async def test_a_failing_group_of_arguments_fails_alone(client: Client, network: Network) -> None:
    network.failures["membership.list_members_of"] = lambda asked: Unavailable("away") if asked["first"] == 2 else None
    answer = await client.answer(
        '{ coalition(key: "eccar") { key two: members(first: 2) { edges { cursor } }'
        " three: members(first: 3) { edges { cursor } } } }"
    )
    assert answer.data is not None
    assert answer.data["coalition"]["two"] is None
    assert len(answer.data["coalition"]["three"]["edges"]) == 3
    [error] = answer.errors
    assert error["path"] == ["coalition", "two"]


async def test_a_services_fault_is_masked(client: Client, network: Network) -> None:
    network.failures["membership"] = RemoteError({"value": "secret detail", "code": "INTERNAL", "expected": False})
    answer = await client.answer('{ coalition(key: "eccar") { key } }')
    [error] = answer.errors
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(answer.errors)


async def test_an_answer_of_the_wrong_length_is_our_fault(client: Client, network: Network) -> None:
    network.answers["membership.get_coalitions"] = {"items": []}
    answer = await client.answer('{ coalition(key: "eccar") { key } }')
    assert answer.data == {"coalition": None}
    assert answer.errors[0]["extensions"]["code"] == "INTERNAL"


async def test_an_invalid_argument_of_a_filter_says_where(client: Client, network: Network) -> None:
    network.failures["membership.list_members"] = RemoteError(
        {
            "value": "country: no such country",
            "code": "INVALID_INPUT",
            "expected": True,
            "violations": [{"path": ["country"], "message": "no such country", "code": "UNKNOWN_COUNTRY"}],
        }
    )
    answer = await client.answer('{ members(coalition: "eccar", country: "XX") { totalCount } }')
    [error] = answer.errors
    assert error["extensions"]["violations"] == [
        {"path": ["country"], "message": "no such country", "code": "UNKNOWN_COUNTRY"}
    ]


async def test_a_row_that_cannot_be_shown_takes_no_other_with_it(client: Client, network: Network) -> None:
    network.members[1]["milestones"][0]["kind"] = "coronation"
    answer = await client.answer('{ members(coalition: "eccar") { edges { node { milestones { kind } } } } }')
    assert answer.data is not None
    shown = [edge["node"] is not None for edge in answer.data["members"]["edges"]]
    assert shown == [True, False, True, True, True]
    [error] = answer.errors
    assert error["path"] == ["members", "edges", 1, "node", "milestones", 0, "kind"]
    assert (error["extensions"]["code"], "coronation" in str(error)) == ("INTERNAL", False)
