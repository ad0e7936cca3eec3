"""GraphQL over HTTP: which request is answered with which status, in which form."""

import json
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from gateway.http import parameters
from gateway.http.negotiation import answer_type, wants_page
from gateway.http.problems import HttpProblem
from gateway.limits import LIMITS, Limits

from .http import GRAPHQL_RESPONSE, ask, door
from .network import Network

JSON = "application/json"


async def post(body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with door(Network()) as client:
        return await client.post("/graphql", content=content, headers={"content-type": JSON, **headers})


async def get(parameters: dict[str, str], network: Network | None = None, **headers: str) -> httpx.Response:
    async with door(network or Network()) as client:
        return await client.get("/graphql", params=parameters, headers=headers)


def code_of(response: httpx.Response) -> str:
    [error] = response.json()["errors"]
    assert error["extensions"]["correlationId"] == response.headers["x-correlation-id"]
    code: str = error["extensions"]["code"]
    return code


async def test_a_question_is_answered() -> None:
    response = await post(ask("query Name($key: String!) { coalition(key: $key) { key } }", variables={"key": "eccar"}))
    assert response.status_code == 200
    assert response.json() == {
        "data": {"coalition": {"key": "eccar"}},
        "extensions": {"cost": {"requested": 1, "limit": LIMITS.cost}},
    }
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "BAD_REQUEST"),
        (b"{", "BAD_REQUEST"),
        (b"\xff\xfe", "BAD_REQUEST"),
        (b"[" * 5000, "BAD_REQUEST"),
        ([], "BAD_REQUEST"),
        ([ask()], "BAD_REQUEST"),
        ("query", "BAD_REQUEST"),
        (None, "BAD_REQUEST"),
        ({}, "BAD_REQUEST"),
        ({"qeury": "{ __typename }"}, "BAD_REQUEST"),
        *(({"query": query}, "BAD_REQUEST") for query in ({"a": 1}, 0, False, ["x"], None)),
        *((ask(variables=wrong), "BAD_REQUEST") for wrong in ("x", 0, False, ["x"])),
        *((ask(operationName=wrong), "BAD_REQUEST") for wrong in ({"a": 1}, 0, False, ["x"])),
        *((ask(extensions=wrong), "BAD_REQUEST") for wrong in ("x", 0, False, ["x"])),
    ],
    ids=lambda value: repr(value)[:40],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
async def test_a_malformed_request_is_400(body: Any, code: str, accept: str) -> None:
    response = await post(body, accept=accept)
    assert (response.status_code, code_of(response)) == (400, code)
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert "data" not in response.json()


@pytest.mark.parametrize("parameter", ["variables", "operationName", "extensions"])
async def test_null_is_as_good_as_absent(parameter: str) -> None:
    response = await post({"query": "{ __typename }", parameter: None})
    assert response.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("{", {}, "PARSE_FAILED"),
        ("", {}, "PARSE_FAILED"),
        ("{ nope }", {}, "VALIDATION_FAILED"),
        ("query($id: ID!) { member(id: $id) { id } }", {}, "INVALID_VARIABLES"),
        ("query($id: ID!) { member(id: $id) { id } }", {"id": None}, "INVALID_VARIABLES"),
        ("query($id: ID!) { member(id: $id) { id } }", {"id": {"a": 1}}, "INVALID_VARIABLES"),
        ("query($d: Date) { conferences(from: $d) { totalCount } }", {"d": "soon"}, "INVALID_VARIABLES"),
        ("query A { __typename } query B { __typename }", {}, "UNKNOWN_OPERATION"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(40)) + " }", {}, "LIMIT_EXCEEDED"),
        ("subscription { nope }", {}, "VALIDATION_FAILED"),
        ('subscription { reportChanged(coalition: "eccar") { eventId } }', {}, "UNSUPPORTED_OPERATION"),
    ],
)
async def test_a_request_that_is_refused_has_no_data(query: str, variables: dict[str, Any], code: str) -> None:
    """Its status is 400 under the media type made for that, 200 under the old one, whose clients read nothing else."""
    old = await post(ask(query, variables=variables), accept=JSON)
    new = await post(ask(query, variables=variables), accept=GRAPHQL_RESPONSE)
    assert (old.status_code, new.status_code) == (200, 400)
    for response in (old, new):
        assert response.json()["errors"][0]["extensions"]["code"] == code
        assert "data" not in response.json()


async def test_a_field_that_fails_is_200_with_data() -> None:
    network = Network()
    network.failures["membership"] = ValueError("secret")
    async with door(network) as client:
        headers = {"accept": GRAPHQL_RESPONSE}
        response = await client.post("/graphql", json=ask('{ coalition(key: "x") { key } }'), headers=headers)
    assert response.status_code == 200
    assert response.json()["data"] == {"coalition": None}
    assert "secret" not in response.text


async def test_an_operation_is_chosen_by_its_name() -> None:
    query = "query A { a: __typename } query B { b: __typename }"
    response = await post(ask(query, operationName="B"))
    assert response.json()["data"] == {"b": "Query"}
    response = await post(ask(query, operationName="C"))
    assert code_of(response) == "UNKNOWN_OPERATION"


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/jsonp",
    ],
)
async def test_only_json_is_taken(content_type: str) -> None:
    """Which also means that no page of another site can send one without asking first."""
    response = await post(ask(), **{"content-type": content_type})
    assert (response.status_code, code_of(response)) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.headers["accept-post"] == JSON


@pytest.mark.parametrize("content_type", ["application/json", 'Application/JSON ; Charset="UTF-8"'])
async def test_json_in_utf_8_is_taken(content_type: str) -> None:
    query = '{ __type(name: "Run🏃Swim🏊") { name } }'
    response = await post(ask(query), **{"content-type": content_type})
    assert response.json()["data"] == {"__type": None}


async def test_a_body_too_large_is_refused() -> None:
    response = await post(ask("{ __typename }" + " " * LIMITS.body_bytes))
    assert (response.status_code, code_of(response)) == (413, "REQUEST_TOO_LARGE")


async def test_a_body_that_hides_its_size_is_refused_as_soon_as_it_is_too_large() -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while True:
            sent += 10_000
            yield b" " * 10_000

    async with door(Network()) as client:
        response = await client.post("/graphql", content=endless(), headers={"content-type": JSON})
    assert response.status_code == 413
    assert sent <= LIMITS.body_bytes + 20_000


async def test_queries_may_come_by_get() -> None:
    response = await get(
        {
            "query": "query Q($key: String!) { coalition(key: $key) { key } }",
            "variables": '{"key": "lac"}',
            "operationName": "Q",
            "extensions": "",
        },
    )
    assert (response.status_code, response.json()["data"]) == (200, {"coalition": {"key": "lac"}})


async def test_a_mutation_by_get_is_405_and_does_nothing() -> None:
    network = Network()
    mutation = 'mutation { submitReport(input: {reportId: "x"}) { errors { code } } }'
    response = await get({"query": mutation}, network)
    assert (response.status_code, code_of(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"
    assert network.calls == []


@pytest.mark.parametrize(
    "parameters", [{}, {"query": "{ __typename }", "variables": "{"}, {"query": "{ __typename }", "variables": "[]"}]
)
async def test_a_malformed_get_is_400(parameters: dict[str, str]) -> None:
    response = await get(parameters)
    assert (response.status_code, code_of(response)) == (400, "BAD_REQUEST")


async def test_a_get_too_large_is_refused() -> None:
    scope = {"type": "http", "method": "GET", "headers": [], "query_string": b"query=" + b"x" * 200}
    assert parameters.read(Request(scope), b"", limits=Limits(body_bytes=200)).query == "x" * 200
    with pytest.raises(HttpProblem) as problem:
        parameters.read(Request(scope), b"", limits=Limits(body_bytes=199))
    assert problem.value.status == 413


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_405(method: str) -> None:
    async with door(Network()) as client:
        response = await client.request(method, "/graphql")
    assert response.status_code == 405


async def test_an_answer_in_no_form_of_ours_is_406() -> None:
    response = await post(ask(), accept="text/plain")
    assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, {JSON};q=0.9", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE};q=0.5", JSON),
        (f"{GRAPHQL_RESPONSE.upper()}; charset=utf-8", GRAPHQL_RESPONSE),
        ("text/plain, */*;q=0.1", JSON),
        ("text/plain", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=many", None),
    ],
)
def test_the_form_of_an_answer(accept: str | None, expected: str | None) -> None:
    assert answer_type(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        (None, False),
        ("*/*", False),
        (JSON, False),
        (f"{JSON}, text/html;q=0.5", False),
        (f"text/html, {JSON};q=0.5", True),
        ("text/html;q=0", False),
    ],
)
def test_only_who_asks_for_a_page_gets_one(accept: str | None, expected: bool) -> None:
    assert wants_page(accept) is expected


async def test_the_calls_are_shown_only_on_request_and_only_in_development() -> None:
    body = ask('{ coalition(key: "eccar") { plans { version } } }')
    debug = {"x-debug-rpc": "1"}
    async with door(Network()) as client:
        shown = await client.post("/graphql", json=body, headers=debug)
        hidden = await client.post("/graphql", json=body)
    async with door(Network(), {"RUN_MODE": "production"}) as client:
        production = await client.post("/graphql", json=body, headers=debug)
    assert shown.json()["extensions"]["rpc"] == {
        "total": 2,
        "calls": ["membership.get_coalitions", "membership.list_plans"],
    }
    assert list(hidden.json()["extensions"]) == ["cost"]
    assert list(production.json()["extensions"]) == ["cost"]
