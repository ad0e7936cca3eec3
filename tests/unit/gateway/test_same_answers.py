"""Any document, asked of any network, is answered as graphql-core by itself answers it: values, their order, errors.

Documents are drawn from the schema: fields of every type down to some depth, arguments, aliases, fragments, directives,
variables. Compiled selections are kept over all of them, as a gateway keeps them.
"""

import copy
import gc
from collections.abc import Iterator
from typing import Any, Final

import pytest
from graphql import (
    ExecutionContext,
    ExecutionResult,
    GraphQLField,
    GraphQLObjectType,
    execute,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    validate,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.graphql.context import RequestContext
from gateway.graphql.core.fast_path import FastExecutionContext
from gateway.graphql.schema import SCHEMA
from services.chassis.kernel.errors import Forbidden, Unavailable

from .network import Network, identity
from .test_queries import global_id

# Where a null may not be, graphql-core gives up an object and leaves the coroutines of its other fields unawaited.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def nothing_is_left_to_other_tests() -> Iterator[None]:
    """What graphql-core gave up is collected while these tests' filters hold."""
    yield
    gc.collect()


DEPTH: Final = 6
MOST_FIELDS: Final = 4
VARIABLES: Final = {"yes": True, "no": False, "first": 2, "language": "de"}
HEAD: Final = "query($yes: Boolean!, $no: Boolean!, $first: Int, $language: LanguageTag)"
ARGUMENTS: Final = {
    "coalition": ['"eccar"', '"lac"'],
    "key": ['"eccar"', '"nobody"'],
    "first": ["1", "3", "0", "$first"],
    "after": ['"1"'],
    "language": ['"de"', '"xx"', "$language"],
    "id": [f'"{global_id("Member", 3)}"', '"x"'],
    "country": ['"AT"'],
    "standing": ["[MEMBER]"],
}
"""What may be given for an argument of this name. A field that needs another one is not asked for."""

REFUSED: Final = {"refused": {"code": "FORBIDDEN", "message": "not for you"}}
FAULTS: Final = [
    ("failures", "events", Unavailable("away")),
    ("failures", "reports", Forbidden("not for you")),
    ("failures", "membership.get_cities", Unavailable("away")),
    ("failures", "membership.get_plans", RuntimeError("broken")),
    ("answers", "reports.list_obligations_of_members", lambda asked: {"items": [REFUSED] * len(asked["refs"])}),
    ("answers", "events.get_conferences", lambda asked: {"items": [None] * len(asked["refs"])}),
    ("answers", "membership.get_coalitions", {"items": []}),
]
ODD: Final[list[tuple[str, Any]]] = [
    ("standing", None),
    ("standing", "unheard of"),
    ("version", "many"),
    ("milestones", None),
    ("milestones", [None]),
    ("cities", []),
    ("plan_id", None),
    ("plan_id", "unknown"),
    ("selected_commitments", [2]),
    ("coalition", None),
]


def can_be_asked(field: GraphQLField) -> bool:
    return all(name in ARGUMENTS for name, argument in field.args.items() if is_required_argument(argument))


@st.composite
def selections(draw: st.DrawFn, type_: Any, depth: int) -> str:
    """Fields of a type, each of its own name in the answer."""
    fields = {name: field for name, field in sorted(type_.fields.items()) if can_be_asked(field)}
    shallow = [name for name, field in fields.items() if is_leaf_type(get_named_type(field.type))]
    names = draw(st.lists(st.sampled_from([*fields] if depth else [*shallow, "__typename"]), max_size=MOST_FIELDS))
    parts = [
        draw(selection(number, name, fields[name], depth)) if name in fields else name
        for number, name in enumerate(names)
    ]
    return " ".join(parts) or "__typename"


@st.composite
def selection(draw: st.DrawFn, number: int, name: str, field: GraphQLField, depth: int) -> str:
    given: dict[str, str] = {}
    for argument, definition in field.args.items():
        is_left_out = draw(st.booleans())
        if (is_required_argument(definition) or not is_left_out) and argument in ARGUMENTS:
            given[argument] = draw(st.sampled_from(ARGUMENTS[argument]))
    arguments = f"({', '.join(f'{argument}: {value}' for argument, value in given.items())})" if given else ""
    alias = f"a{number}_{name}: " if bool(given) or draw(st.booleans()) else ""
    directive = draw(st.sampled_from(["", "", "", "@include(if: $yes)", "@skip(if: $yes)", "@include(if: $no)"]))
    type_ = get_named_type(field.type)
    inside = "" if is_leaf_type(type_) else f"{{ {draw(inner(type_, depth))} }}"
    return f"{alias}{name}{arguments} {directive} {inside}"


@st.composite
def inner(draw: st.DrawFn, type_: Any, depth: int) -> str:
    if not isinstance(type_, GraphQLObjectType):
        return f"__typename ... on Member {{ {draw(selections(SCHEMA.type_map['Member'], max(0, depth - 1)))} }}"
    inside: str = draw(selections(type_, max(0, depth - 1)))
    return f"... on {type_.name} @include(if: $yes) {{ {inside} }}" if draw(st.booleans()) else inside


@st.composite
def networks(draw: st.DrawFn) -> Network:
    network = Network(members=4)
    for kind, name, fault in draw(st.lists(st.sampled_from(FAULTS), max_size=2)):
        getattr(network, kind)[name] = fault
    for number, (name, value) in draw(st.dictionaries(st.integers(0, 3), st.sampled_from(ODD), max_size=2)).items():
        network.members[number] = {**network.members[number], name: value}
    return network


async def answer(context: type[ExecutionContext], network: Network, document: Any) -> ExecutionResult:
    result = execute(
        SCHEMA,
        document,
        context_value=RequestContext(copy.deepcopy(network).call),
        variable_values=VARIABLES,
        execution_context_class=context,
    )
    return result if isinstance(result, ExecutionResult) else await result


def told(result: ExecutionResult) -> list[str]:
    """The errors. Those of one level may come in any order: it depends on who answered first."""
    return sorted(repr((error.message, error.path, error.locations)) for error in result.errors or [])


async def assert_same(query: str, network: Network) -> None:
    document = parse(query)
    standard = await answer(ExecutionContext, network, document)
    fast = await answer(FastExecutionContext, network, document)
    again = await answer(FastExecutionContext, network, document)
    assert repr(fast.data) == repr(standard.data)
    assert repr(again.data) == repr(standard.data)
    assert told(fast) == told(standard)
    assert told(again) == told(standard)


QUERY: Final[Any] = SCHEMA.query_type
MEMBERS: Final = 'members(coalition: "eccar", first: 4) { edges { node { %s } } }'


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(selections(QUERY, DEPTH), networks())
async def test_any_document(selected: str, network: Network) -> None:
    await assert_same(f"{HEAD} {{ {selected} }}", network)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(selections(SCHEMA.type_map["Member"], 4), networks())
async def test_any_selection_of_members(selected: str, network: Network) -> None:
    await assert_same(f"{HEAD} {{ {MEMBERS % selected} }}", network)


async def test_the_documents_are_those_that_a_gateway_would_execute() -> None:
    """What is drawn is valid but for variables that nobody uses."""
    query = f"{HEAD} {{ {MEMBERS % 'id a0_name: city @include(if: $yes) { name }'} }}"
    assert {error.message.split(" is never")[0] for error in validate(SCHEMA, parse(query))} == {
        "Variable '$no'",
        "Variable '$first'",
        "Variable '$language'",
    }


@pytest.mark.parametrize(
    "selected",
    [
        "city { version } other: city { id version } again: city { version }",
        "commitments { number } other: commitments { title }",
        "plan { commitments { title } } commitments { title }",
        "coalition { plans { version } currentPlan { version } other: plans { isComplete } }",
    ],
)
async def test_one_thing_shown_in_several_ways(selected: str) -> None:
    """What is loaded is the same; what is made of it and shown of it is not."""
    await assert_same(f"{HEAD} {{ {MEMBERS % selected} }}", Network(members=4))


async def test_values_of_variables_are_not_mixed_up() -> None:
    """The same document with other values is another selection."""
    document = parse(
        'query($yes: Boolean!, $language: LanguageTag, $first: Int) { coalition(key: "eccar") {'
        " key @include(if: $yes) name(language: $language) members(first: $first) { edges { cursor } } } }"
    )
    found = []
    for variables in (
        {"yes": True, "language": "de", "first": 1},
        {"yes": False, "language": "en", "first": 2},
        {"yes": True, "language": "de", "first": 1},
    ):
        result = execute(
            SCHEMA,
            document,
            context_value=RequestContext(Network().call),
            variable_values=variables,
            execution_context_class=FastExecutionContext,
        )
        found.append((await result).data["coalition"])  # type: ignore[misc]
    assert found == [
        {"key": "eccar", "name": "Koalition eccar", "members": {"edges": [{"cursor": "1"}]}},
        {"name": "Coalition eccar", "members": {"edges": [{"cursor": "1"}, {"cursor": "2"}]}},
        {"key": "eccar", "name": "Koalition eccar", "members": {"edges": [{"cursor": "1"}]}},
    ]


async def test_a_failure_is_asked_for_once() -> None:
    """However many rows show it, and on the way back to graphql-core's execution."""
    network = Network(members=20)
    network.failures["membership.get_cities"] = Unavailable("away")
    result = await execute(  # type: ignore[misc]
        SCHEMA,
        parse(
            '{ members(coalition: "eccar", first: 20) { edges { node { city { version } commitments { number } } } } }'
        ),
        context_value=RequestContext(network.call),
        execution_context_class=FastExecutionContext,
    )
    assert len(result.errors) == 20
    assert [name for name, _ in network.calls].count("membership.get_cities") == 1
    assert [name for name, _ in network.calls].count("membership.get_plans") == 1
    assert network.named("membership.get_cities") == [{"ids": [identity(2, number) for number in range(1, 21)]}]
