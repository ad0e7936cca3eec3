"""The twelve classic abuses: refused before anything is executed, most before anything is parsed."""

from collections import Counter
from typing import Any

import httpx
import pytest

from gateway.graphql.core import documents
from gateway.graphql.engine import Engine
from tests.support.abuses import ABUSES, Abuse

from ..http import door
from ..network import Network

PRODUCTION = {"RUN_MODE": "production"}


class Steps:
    """How often a document is parsed, validated and executed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: Counter[str] = Counter()
        self._watch(monkeypatch, documents, "parse")
        self._watch(monkeypatch, documents, "validate")
        self._watch(monkeypatch, Engine, "run")

    def _watch(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def counting(*arguments: Any, **options: Any) -> Any:
            self.counts[name] += 1
            return real(*arguments, **options)

        monkeypatch.setattr(owner, name, counting)


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(monkeypatch)


async def commit(abuse: Abuse, network: Network) -> httpx.Response:
    async with door(network, PRODUCTION) as client:
        return await client.request(abuse.method, abuse.target, content=abuse.body, headers=abuse.headers)


def test_there_are_twelve() -> None:
    assert len({abuse.name for abuse in ABUSES}) == 12


@pytest.mark.parametrize("abuse", [each for each in ABUSES if each.code], ids=lambda abuse: abuse.name)
async def test_it_is_refused_before_it_costs_anything(abuse: Abuse, steps: Steps) -> None:
    network = Network()
    response = await commit(abuse, network)
    answer = response.json()
    [error, *_] = answer["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (abuse.status, abuse.code)
    assert "data" not in answer
    assert network.calls == []
    assert steps.counts["run"] == 0
    assert (steps.counts["validate"] > 0) is abuse.is_validated
    if abuse.limit:
        limit = error["extensions"]["limit"]
        assert limit["name"] == abuse.limit
        assert limit["asked"] > limit["allowed"] > 0


@pytest.mark.parametrize("name", ["alias overload", "directive overload", "field duplication", "deep query"])
async def test_an_overload_is_not_even_parsed(name: str, steps: Steps) -> None:
    [abuse] = [each for each in ABUSES if each.name == name]
    await commit(abuse, Network())
    assert steps.counts["parse"] == 0


async def test_the_watch_sees_what_an_honest_question_takes(steps: Steps) -> None:
    honest = Abuse(name="honest", query='{ coalition(key: "eccar") { key } }', code=None)
    response = await commit(honest, Network())
    assert response.json()["data"] == {"coalition": {"key": "eccar"}}
    assert steps.counts == {"parse": 1, "validate": 1, "run": 1}


async def test_no_trace_is_given_to_who_asks_for_one() -> None:
    [abuse] = [each for each in ABUSES if each.name == "trace leak"]
    answer = (await commit(abuse, Network())).json()
    assert answer["data"] == {"__typename": "Query"}
    assert list(answer["extensions"]) == ["cost"]


async def test_no_stack_is_shown_of_what_fails() -> None:
    network = Network()
    network.failures["membership"] = RuntimeError("at /srv/app/secret.py")
    answer = await commit(Abuse(name="", query='{ coalition(key: "eccar") { key } }', code=None), network)
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert not [word for word in ("secret", "Traceback", "RuntimeError", ".py") if word in answer.text]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ coalitons { totalCount } }", {}),
        ('{ coalition(key: "eccar") { kye } }', {}),
        ('{ coalition(kei: "eccar") { key } }', {}),
        ("{ __typename ...on Coaliton { key } }", {}),
        ("query($s: Standng) { __typename }", {}),
        ('{ members(coalition: "e", standing: MEMBR) { totalCount } }', {}),
        ("mutation($i: SubmitReportInput!) { submitReport(input: $i) { errors { code } } }", {"i": {"reportIdd": "x"}}),
    ],
)
async def test_no_name_is_suggested_in_production(query: str, variables: dict[str, Any]) -> None:
    """In development it is: so the questions are near enough to be answered with a name."""
    async with door(Network()) as client:
        helped = await client.post("/graphql", json={"query": query, "variables": variables})
    async with door(Network(), PRODUCTION) as client:
        told = await client.post("/graphql", json={"query": query, "variables": variables})
    assert "Did you mean" in helped.text
    assert "Did you mean" not in told.text
    assert [len(answer.json()["errors"]) > 0 for answer in (helped, told)] == [True, True]


@pytest.mark.parametrize("question", ["{ __schema { queryType { name } } }", '{ __type(name: "City") { name } }'])
async def test_introspection_is_on_and_can_be_switched_off(question: str) -> None:
    """The schema is public; a coalition's own gateway may hide it. `__typename` is no introspection."""
    async with door(Network(), PRODUCTION) as client:
        assert "errors" not in (await client.post("/graphql", json={"query": question})).json()
    async with door(Network(), {"INTROSPECTION": "off"}) as client:
        answer = (await client.post("/graphql", json={"query": question})).json()
        plain = (await client.post("/graphql", json={"query": "{ __typename }"})).json()
    assert answer["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    assert plain["data"] == {"__typename": "Query"}


async def test_graphiql_can_be_switched_off() -> None:
    async with door(Network(), {"GRAPHIQL": "off"}) as client:
        response = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
        files = await client.get("/graphiql/index.html")
    assert (response.status_code, files.status_code) == (400, 404)
    assert response.headers["content-type"].startswith("application/json")
