"""The twelve classic ways to abuse a GraphQL API, as HTTP requests: each with the code by which it is refused."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

JSON: Final = {"content-type": "application/json", "accept": "application/graphql-response+json"}
MUTATION: Final = 'mutation { submitReport(input: {reportId: "x"}) { errors { code } } }'


@dataclass(frozen=True, slots=True, kw_only=True)
class Abuse:
    """`code` None: it is answered, and gives nothing away. `limit` is the name of the limit that it meets."""

    name: str
    query: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    method: str = "POST"
    headers: dict[str, str] = field(default_factory=lambda: JSON)
    raw: bytes | None = None
    status: int = 400
    code: str | None = "LIMIT_EXCEEDED"
    limit: str | None = None
    is_validated: bool = False

    @property
    def target(self) -> str:
        return f"/graphql?{urlencode({'query': self.query})}" if self.method == "GET" else "/graphql"

    @property
    def body(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.method == "GET" else json.dumps({"query": self.query, "variables": self.variables}).encode()


def _overloads() -> Iterator[Abuse]:
    aliases = " ".join(f"a{number}: __typename" for number in range(300))
    yield Abuse(name="alias overload", query=f"{{ {aliases} }}", limit="aliases")
    batch = json.dumps([{"query": "{ __typename }"}] * 1000).encode()
    yield Abuse(name="batch overload", raw=batch, code="BAD_REQUEST", limit="batch")
    yield Abuse(name="directive overload", query=f"{{ __typename {'@skip(if: false) ' * 200} }}", limit="directives")
    duplicates = '{ city(id: "x") {' + " name" * 1000 + " } }"
    yield Abuse(name="field duplication", query=duplicates, limit="fields")
    ids = [f"id{number}" for number in range(5000)]
    yield Abuse(
        name="list overload",
        query="query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
        variables={"ids": ids},
        limit="list_items",
    )


def _nestings() -> Iterator[Abuse]:
    circular = "query { ...a } fragment a on Query { __typename ...b } fragment b on Query { __typename ...a }"
    yield Abuse(name="circular fragments", query=circular, code="VALIDATION_FAILED", is_validated=True)
    introspection = "{ __schema { types { " + "fields { type { " * 3 + "name" + " } }" * 3 + " } } }"
    yield Abuse(name="circular introspection", query=introspection, limit="introspection_nesting")
    deep = '{ city(id: "x") { ' + "memberships { cities { " * 50 + "name" + " } }" * 50 + " } }"
    yield Abuse(name="deep query", query=deep, limit="depth")


def _requests() -> Iterator[Abuse]:
    yield Abuse(
        name="mutation by GET", query=MUTATION, method="GET", status=405, code="METHOD_NOT_ALLOWED", is_validated=True
    )
    form = {**JSON, "content-type": "application/x-www-form-urlencoded"}
    yield Abuse(
        name="form-encoded mutation (CSRF)",
        raw=urlencode({"query": MUTATION}).encode(),
        headers=form,
        status=415,
        code="UNSUPPORTED_MEDIA_TYPE",
    )


def _leaks() -> Iterator[Abuse]:
    misspelt = "{ coalitons { totalCount } }"
    yield Abuse(name="suggestion leak", query=misspelt, code="VALIDATION_FAILED", is_validated=True)
    tracing = {**JSON, "x-apollo-tracing": "1", "x-debug-rpc": "1", "apollo-federation-include-trace": "ftv1"}
    yield Abuse(name="trace leak", query="{ __typename }", headers=tracing, status=200, code=None, is_validated=True)


ABUSES: Final = (*_overloads(), *_nestings(), *_requests(), *_leaks())
