"""Documents are parsed and validated once."""

import pytest

from gateway.door import DocumentSettings
from gateway.graphql.core.documents import TOKEN_BYTES, Documents
from gateway.graphql.errors import RequestRefused
from gateway.graphql.schema import SCHEMA
from gateway.limits import LIMITS

PAGE = 'query($n: Int) { members(coalition: "eccar", first: $n) { edges { node { registrations { name } } } } }'


def test_the_same_text_is_the_same_document() -> None:
    documents = Documents(SCHEMA, LIMITS)
    assert documents.get("{ __typename }", {}) is documents.get("{ __typename }", {})
    assert documents.get("{  __typename }", {}) is not documents.get("{ __typename }", {})


def test_the_document_used_longest_ago_is_forgotten() -> None:
    one = len("{ a: __typename }") + TOKEN_BYTES * 7
    documents = Documents(SCHEMA, LIMITS, DocumentSettings(kept_bytes=2 * one))
    first = documents.get("{ a: __typename }", {})
    documents.get("{ b: __typename }", {})
    assert documents.get("{ a: __typename }", {}) is first
    documents.get("{ c: __typename }", {})
    assert len(documents) == 2
    assert documents.get("{ a: __typename }", {}) is first


@pytest.mark.parametrize(
    ("text", "code"), [("{", "PARSE_FAILED"), ("", "PARSE_FAILED"), ("{ nope }", "VALIDATION_FAILED")]
)
def test_a_document_that_is_refused_is_not_kept(text: str, code: str) -> None:
    documents = Documents(SCHEMA, LIMITS)
    with pytest.raises(RequestRefused) as refused:
        documents.get(text, {})
    assert refused.value.code == code
    assert len(documents) == 0


def test_validation_stops_after_a_few_errors() -> None:
    documents = Documents(SCHEMA, LIMITS)
    with pytest.raises(RequestRefused) as refused:
        documents.get("{" + " ".join(f"nope{number}" for number in range(20)) + "}", {})
    assert len(refused.value.errors) == LIMITS.validation_errors + 1


def test_a_kept_document_is_measured_with_each_requests_variables() -> None:
    documents = Documents(SCHEMA, LIMITS)
    documents.get(PAGE, {"n": 10})
    with pytest.raises(RequestRefused) as refused:
        documents.get(PAGE, {"n": 100_000})
    assert refused.value.code == "LIMIT_EXCEEDED"
