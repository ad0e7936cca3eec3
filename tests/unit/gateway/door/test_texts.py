"""Persisted and trusted documents: what a request may name instead of sending it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.door import DocumentSettings
from gateway.graphql.core import texts
from gateway.graphql.core.texts import Texts
from gateway.graphql.errors import RequestRefused
from services.chassis.kernel.config import ConfigurationError

from ..http import GRAPHQL_RESPONSE, door
from ..network import Network

QUERY = 'query Key { coalition(key: "eccar") { key } }'
DATA = {"coalition": {"key": "eccar"}}
MUTATION = 'mutation { submitReport(input: {reportId: "x"}) { errors { code } } }'


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def named(text: str, **others: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}, **others}


async def post(client: httpx.AsyncClient, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = (await client.post("/graphql", json=body)).json()
    return answer


def codes(answer: dict[str, Any]) -> list[str]:
    assert "data" not in answer
    return [error["extensions"]["code"] for error in answer["errors"]]


async def get(client: httpx.AsyncClient, text: str, **others: str) -> httpx.Response:
    return await client.get("/graphql", params={"extensions": json.dumps(named(text)["extensions"]), **others})


async def test_a_document_is_known_by_its_hash_once_it_was_sent() -> None:
    async with door(Network()) as client:
        unknown = await post(client, named(QUERY))
        registered = await post(client, named(QUERY, query=QUERY))
        known = await post(client, named(QUERY))
        by_get = await get(client, QUERY)
        by_id = await post(client, {"documentId": f"sha256:{sha256(QUERY)}"})
    assert codes(unknown) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert unknown["errors"][0]["message"] == "PersistedQueryNotFound", "Apollo's clients look for these words"
    assert [each["data"] for each in (registered, known, by_get.json(), by_id)] == [DATA] * 4


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (GRAPHQL_RESPONSE, 400)])
async def test_an_unknown_hash_is_never_cached(accept: str, status: int) -> None:
    async with door(Network()) as client:
        response = await client.get(
            "/graphql", params={"extensions": json.dumps(named(QUERY)["extensions"])}, headers={"accept": accept}
        )
    assert (response.status_code, response.headers["cache-control"]) == (status, "no-store")


async def test_a_wrong_hash_is_an_error_and_registers_nothing() -> None:
    network = Network()
    async with door(network) as client:
        wrong = await post(client, named(QUERY, query="{ __typename }"))
        after = await post(client, named(QUERY))
    assert codes(wrong) == ["PERSISTED_QUERY_HASH_MISMATCH"]
    assert codes(after) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert network.calls == []


@pytest.mark.parametrize(
    "refused", ["{ nope }", "{", "{ " + " ".join(f"a{number}: __typename" for number in range(40)) + " }"]
)
async def test_only_what_is_valid_and_within_its_limits_is_registered(refused: str) -> None:
    async with door(Network()) as client:
        assert codes(await post(client, named(refused, query=refused))) != ["PERSISTED_QUERY_NOT_FOUND"]
        assert codes(await post(client, named(refused))) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_a_persisted_mutation_is_not_done_by_get() -> None:
    network = Network()
    async with door(network) as client:
        await post(client, named(MUTATION, query=MUTATION))
        done = len(network.calls)
        response = await get(client, MUTATION)
    assert (response.status_code, len(network.calls)) == (405, done)


async def test_they_can_be_switched_off() -> None:
    async with door(Network(), {"PERSISTED_QUERIES": "off"}) as client:
        assert codes(await post(client, named(QUERY))) == ["PERSISTED_QUERY_NOT_SUPPORTED"]


@pytest.mark.parametrize(
    "body",
    [
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": sha256(QUERY)}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": "abc"}},
        {"documentId": 1},
        {"documentId": "x", "query": QUERY},
        {"documentId": "x", **named(QUERY)},
        {"extensions": {"persistedQuery": None}},
    ],
)
async def test_a_malformed_name_is_400(body: dict[str, Any]) -> None:
    async with door(Network()) as client:
        response = await client.post("/graphql", json=body)
    assert (response.status_code, codes(response.json())) == (400, ["BAD_REQUEST"])


def test_what_is_persisted_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "_PERSISTED_BYTES", 30)
    kept = Texts(DocumentSettings())
    documents = [f"{{ a{number} }}" for number in range(10)]
    for text in documents:
        kept.remember(text, persisted_hash=sha256(text))
    found = []
    for text in documents:
        try:
            found.append(kept.of(None, document_id=None, persisted_hash=sha256(text)))
        except RequestRefused:
            continue
    assert found == documents[-5:], "the last ones, of six characters each"


def manifest(folder: Path, content: Any) -> Path:
    path = folder / "documents.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def trusting(path: Path) -> dict[str, str]:
    return {"DOCUMENTS": "trusted", "TRUSTED_DOCUMENTS_FILE": str(path)}


async def test_trusted_documents_are_the_only_ones(tmp_path: Path) -> None:
    """By the name that the compiler gave them (Relay's is an MD5), by their SHA-256, and in full."""
    network = Network()
    async with door(network, trusting(manifest(tmp_path, {"d41d8cd98f00b204": QUERY}))) as client:
        bodies = [
            {"documentId": "d41d8cd98f00b204"},
            {"documentId": f"sha256:{sha256(QUERY)}"},
            named(QUERY),
            {"query": QUERY},
            named(QUERY, query=QUERY),
        ]
        answers = [await post(client, body) for body in bodies]
        calls = len(network.calls)
        other = "{ __typename }"
        strange = [await post(client, body) for body in ({"query": other}, named(other), named(other, query=other))]
        unknown = await post(client, {"documentId": "nothing"})
    assert [answer["data"] for answer in answers] == [DATA] * 5
    assert [codes(answer) for answer in strange] == [["DOCUMENT_NOT_TRUSTED"]] * 3
    assert codes(unknown) == ["DOCUMENT_NOT_FOUND"]
    assert len(network.calls) == calls


async def test_a_file_of_documents_alone_forbids_nothing(tmp_path: Path) -> None:
    async with door(Network(), {"TRUSTED_DOCUMENTS_FILE": str(manifest(tmp_path, {"a": QUERY}))}) as client:
        assert (await post(client, {"documentId": "a"}))["data"] == DATA
        assert (await post(client, {"query": "{ __typename }"}))["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is not JSON"),
        ([], "must be one object"),
        ({}, "must be one object"),
        ({"a": 1}, "must be one object"),
        ({"a": "{ nope }"}, "the document a does not fit this schema: Cannot query field 'nope'"),
        ({"a": "{"}, "the document a does not fit this schema: Syntax Error"),
    ],
)
async def test_a_wrong_file_is_one_sentence_at_the_start(tmp_path: Path, content: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError, match="TRUSTED_DOCUMENTS_FILE") as error:
        async with door(Network(), trusting(manifest(tmp_path, content))):
            pass
    assert sentence in str(error.value)


async def test_a_missing_file_is_one_sentence_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"documents.json cannot be read: No such file"):
        async with door(Network(), trusting(tmp_path / "documents.json")):
            pass
    with pytest.raises(ConfigurationError, match="TRUSTED_DOCUMENTS_FILE must name the file"):
        async with door(Network(), {"DOCUMENTS": "trusted"}):
            pass
