"""Hostile documents are refused before they cost anything; honest ones are not."""

from contextlib import suppress
from typing import Any

import pytest
from graphql import get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from gateway.graphql.core.documents import Documents
from gateway.graphql.errors import RequestRefused
from gateway.graphql.schema import SCHEMA
from gateway.limits import LIMITS, LimitExceeded, Limits, scan, survey
from gateway.limits.text import _scan

from .test_queries import ISSUE


def deep(levels: int) -> str:
    return "{ " + 'city(id: "x") { memberships { cities { ' * levels + "name" + " } } }" * levels + " }"


def chain(length: int, *, spreads: int) -> str:
    """Fragments that spread the next one several times each: the fields of the last count `spreads ** length` times."""
    fragments = [
        f"fragment f{number} on Query {{ {' '.join(f'...f{number + 1}' for _ in range(spreads))} }}"
        for number in range(length)
    ]
    return f'{{ ...f0 }} {" ".join(fragments)} fragment f{length} on Query {{ city(id: "x") {{ name }} }}'


ATTACKS = {
    "many aliases": "{" + " ".join(f'a{number}: city(id: "x") {{ name }}' for number in range(200)) + "}",
    "a thousand aliases": "{" + " ".join(f'a{number}: city(id: "x") {{ name }}' for number in range(1000)) + "}",
    "duplicate fields": '{ city(id: "x") {' + " name" * 600 + "} }",
    "three thousand duplicate fields": "{" + " __typename" * 3000 + "}",
    "overlapping selections": '{ city(id: "x") {' + " population { value }" * 300 + "} }",
    "deep nesting": deep(8),
    "very deep nesting": deep(150),
    "deeper than the parser goes": "{" + "a{" * 900 + "b" + "}" * 901,
    "exponential fragments": chain(40, spreads=2),
    "circular fragments, spread widely": "{ ...a } fragment a on Query { "
    + " ".join("...a" for _ in range(60))
    + ' city(id: "x") { '
    + "name " * 600
    + "} }",
    "directives": '{ city(id: "x") { name ' + "@include(if: true) " * 60 + "} }",
    "lists in lists": "{ coalitions { edges { node { members(first: 200) { edges { node { registrations(first: 200)"
    " { conference { title } } } } } } } } }",
    "a list size in a variable": "query($n: Int) { coalitions { edges { node { members(first: $n)"
    " { edges { node { registrations(first: $n) { name } } } } } } } }",
    "a list size in a default": "query($n: Int = 200) { coalitions { edges { node { members(first: $n)"
    " { edges { node { registrations(first: $n) { name } } } } } } } }",
    "circular introspection": "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    "deep introspection": "{ __schema { types " + "{ ofType " * 16 + "{ name }" + " }" * 16 + " } }",
    "an expensive fragment that nobody spreads": "{ __typename } fragment unused on City {" + " name" * 400 + "}",
    "comments": "#\n" * 300 + "{ __typename }",
}

HONEST = {
    "the question of the issue": ISSUE,
    "introspection": get_introspection_query(),
    "introspection with everything": get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    ),
    "members and their cities": '{ members(coalition: "eccar", first: 200) { edges { node { city { name } } } } }',
    "coalitions and their members": "{ coalitions { edges { node { key members(first: 5) { totalCount } } } } }",
}


@pytest.mark.parametrize("query", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_is_refused_at_once(query: str) -> None:
    documents = Documents(SCHEMA, LIMITS)
    with pytest.raises(RequestRefused) as refused:
        documents.get(query, {"n": 200})
    assert refused.value.code in ("LIMIT_EXCEEDED", "PARSE_FAILED"), "validation must not have been reached"
    assert len(documents) == 0


@pytest.mark.parametrize("query", HONEST.values(), ids=HONEST)
def test_an_honest_question_passes(query: str) -> None:
    Documents(SCHEMA, LIMITS).get(query, {})


def refusal(query: str, variables: dict[str, Any] | None = None, /, **limits: int) -> str | None:
    try:
        survey(parse(query), SCHEMA, variables or {}, Limits(**limits))
    except LimitExceeded as error:
        return str(error)
    return None


@pytest.mark.parametrize(
    ("query", "limit", "at"),
    [
        ('{ a: city(id: "x") { b: name c: name } }', "aliases", 3),
        ('{ city(id: "x") { name country { code } } }', "fields", 4),
        ("{ a: __typename b: __typename ...f } fragment f on Query { c: __typename }", "root_fields", 3),
        ('{ city(id: "x") { population { value } } }', "depth", 3),
        (
            'query @a { city(id: "x") @a { ... @a { name @a } ...f @a } } fragment f on City { name @a }',
            "directives",
            6,
        ),
        ("{ __schema { types { name } } }", "introspection_depth", 2),
        ("{ __schema { types { fields { args { name } } } } }", "introspection_nesting", 1),
        # 1 connection × 3 rows × (edges + node + city + country)
        ('{ members(coalition: "e", first: 3) { edges { node { city { country { code } } } } } }', "cost", 15),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', "list_items", 3),
        ('{ members(coalition: "e") { edges { cursor } } }', "cost", 100),
        ("{ nodes(ids: []) { id } }", "cost", 100),
        ('{ coalition(key: "e") { plans { commitments { number } } } }', "cost", 34),
    ],
)
def test_each_limit_is_exact(query: str, limit: str, at: int) -> None:
    assert refusal(query, **{limit: at}) is None
    assert f"{at}, where {at - 1} are allowed" in (refusal(query, **{limit: at - 1}) or "")


def test_fragments_count_as_often_as_they_are_spread() -> None:
    query = '{ a: city(id: "x") { ...n } b: city(id: "x") { ...n } } fragment n on City { name population { value } }'
    assert refusal(query, fields=8) is None
    assert refusal(query, fields=7) is not None


def test_the_size_of_a_list_comes_from_its_variable() -> None:
    query = 'query($n: Int = 2) { members(coalition: "e", first: $n) { edges { cursor } } }'
    assert refusal(query, cost=4) is None
    assert refusal(query, {"n": 3}, cost=5) is not None
    assert refusal(query, {"n": 3}, cost=6) is None
    assert refusal(query, {"n": "3"}, cost=100) is None, "nonsense counts like the default and is refused later"


@pytest.mark.parametrize(
    "query",
    [
        "{ nothing { of { this } } }",
        "{ ...missing }",
        "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }",
        "{ ... on Nothing { id } }",
        'query($n: Int) { members(coalition: "e", first: $missing) { totalCount } }',
        'mutation { nothing(first: "x") { id } }',
        "subscription { nothing }",
        "type Query { a: Int }",
    ],
)
def test_what_validation_refuses_is_no_trouble_here(query: str) -> None:
    assert refusal(query) is None


def test_a_list_in_a_variable_is_bounded() -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    documents = Documents(SCHEMA, Limits(list_items=2))
    documents.get(query, {"ids": ["a", "b"]})
    with pytest.raises(RequestRefused) as refused:
        documents.get(query, {"ids": ["a", "b", "c"]})
    assert refused.value.errors[0].extensions == {"limit": {"name": "list_items", "asked": 3, "allowed": 2}}


def names() -> st.SearchStrategy[str]:
    return st.sampled_from(["name", "city", "on", "query", "a", "_b1"])


def selections() -> st.SearchStrategy[str]:
    directive = st.sampled_from(["", "@skip(if: true)", "@a", '@a(b: {c: ["}", "{"]})'])
    arguments = st.sampled_from(
        ["", "(a: 1)", '(a: "{ b: c }")', '(a: """x " { : @ """)', "(a: {b: C, d: -1.5e3})", "(a: $v)"]
    )
    leaf = st.builds(
        lambda alias, name, arguments, directive: f"{alias}{name}{arguments} {directive} # }} x\n,",
        st.sampled_from(["", "x: ", "on: "]),
        names(),
        arguments,
        directive,
    )
    spread = st.builds(lambda name, directive: f"...{name}_ {directive} ", names(), directive)
    return st.recursive(
        leaf | spread,
        lambda inner: st.builds(
            lambda head, inside: f"{head} {{ {' '.join(inside)} }}",
            leaf.map(lambda text: text.split("#")[0]) | st.sampled_from(["...", "... on City", "... @a"]),
            st.lists(inner, min_size=1, max_size=4),
        ),
        max_leaves=12,
    )


@given(st.lists(st.lists(selections(), min_size=1, max_size=3), min_size=1, max_size=3), st.integers(1, 12))
def test_the_look_at_the_text_refuses_nothing_that_would_pass(definitions: list[list[str]], bound: int) -> None:
    """Whatever the bound: it counts no more than there is."""
    heads = ["query A($v: Int = 3)", "fragment f on City", "mutation @a"]
    query = " ".join(f"{head} {{ {' '.join(inside)} }}" for head, inside in zip(heads, definitions, strict=False))
    limits = Limits(aliases=bound, fields=bound, directives=bound)
    try:
        survey(parse(query), SCHEMA, {}, limits)
    except LimitExceeded:
        return
    scan(query, limits)


@pytest.mark.parametrize(
    "hostile",
    [
        '"' * 20_000,
        '"""' + '\\"""' * 4_900,
        " " * 19_999 + "a",
        "a" + " " * 500_000,
        "\ufeff," * 9_999,
        "(" * 2_000,
        "}" * 1_000,
        '"\\',
    ],
)
def test_any_text_may_be_looked_at(hostile: str) -> None:
    """Each character once: an expression that tried again from each would need minutes here."""
    with suppress(LimitExceeded):
        _scan(hostile * 40, LIMITS)


def test_a_long_chain_of_fragments_is_refused() -> None:
    """No field is deep here, but whoever follows the fragments is."""
    with pytest.raises(RequestRefused):
        Documents(SCHEMA, LIMITS).get(chain(200, spreads=1), {})


def test_a_document_of_too_many_words_is_not_even_parsed() -> None:
    """Fact 14: nothing in it is refused by another limit, and it would be parsed and validated to its end."""
    unused = " ".join(f"$v{number}: Int" for number in range(LIMITS.tokens // 4))
    query = f"query({unused}) {{ __typename }}"
    assert refusal(query) is None
    with pytest.raises(RequestRefused) as refused:
        Documents(SCHEMA, LIMITS).get(query, {})
    assert refused.value.code == "LIMIT_EXCEEDED"
    assert refused.value.errors[0].extensions == {"limit": {"name": "tokens", "asked": None, "allowed": LIMITS.tokens}}
