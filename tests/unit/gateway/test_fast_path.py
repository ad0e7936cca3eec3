"""The fast path gives what the standard execution gives, errors included, and really is taken."""

import copy
from typing import Any

import pytest
from graphql import ExecutionContext, ExecutionResult, execute, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.graphql.context import RequestContext
from gateway.graphql.core.fast_path import FastExecutionContext
from gateway.graphql.schema import SCHEMA
from services.chassis.kernel.errors import Unavailable

from .network import Network, identity
from .test_queries import ISSUE, global_id

QUERIES = [
    ISSUE,
    "{ __typename }",
    "{ coalitions { __typename edges { __typename node { __typename key } } } }",
    '{ coalition(key: "eccar") { a: name b: name(language: "de") c: name(language: "xx") nameTranslations { text } } }',
    '{ coalition(key: "nobody") { key name } }',
    '{ members(coalition: "eccar") { totalCount pageInfo { endCursor hasNextPage }'
    " edges { cursor node { id version } } } }",
    '{ members(coalition: "eccar") { edges { node { standing standing milestones { kind date } ...M } } } }'
    " fragment M on Member { standing decision { outcome } milestones { source } ... on Node { id } }",
    'query($yes: Boolean = true, $no: Boolean = false) { members(coalition: "eccar") { edges { node {'
    " standing @include(if: $yes) version @skip(if: $yes) appliedOn @include(if: $no)"
    " city @include(if: $yes) { name @skip(if: $no) country { code @include(if: $no) name } } } } } }",
    'query($language: LanguageTag = "de") { coalition(key: "eccar") { plans { version'
    " commitments { number title(language: $language) group(language: $language) } groups { title } } } }",
    "{ cities { edges { node { name legalType population { value year } position { latitude }"
    ' country { name(language: "fr") } } } } }',
    "{ conferences { edges { node { title theme mode kind"
    " hostCity { name country { code } } registration { isOpen } } } } }",
    "{ __schema { queryType { name } types { name kind } } cities { edges { node { name } } } }",
    '{ __type(name: "Standing") { enumValues { name description } } }',
    '{ cycles(coalition: "eccar") { name coalition { name } plan { commitments { themes } } } }',
]
MUTATION = """mutation {
  registerCity(input: {name: "Graz", country: "AT", legalType: CITY}) { city { id name } errors { code } } }"""


async def run(context: type[ExecutionContext], network: Network, query: str, **variables: Any) -> ExecutionResult:
    result = execute(
        SCHEMA,
        parse(query),
        context_value=RequestContext(network.call),
        variable_values=variables,
        execution_context_class=context,
    )
    return result if isinstance(result, ExecutionResult) else await result


async def both(network: Network, query: str, **variables: Any) -> tuple[ExecutionResult, ExecutionResult]:
    standard = await run(ExecutionContext, copy.deepcopy(network), query, **variables)
    fast = await run(FastExecutionContext, copy.deepcopy(network), query, **variables)
    return standard, fast


def assert_same(standard: ExecutionResult, fast: ExecutionResult) -> None:
    assert fast.data == standard.data
    assert repr(fast.data) == repr(standard.data), "the order of fields is part of an answer"
    told = [
        [(error.message, error.path, error.locations) for error in result.errors or []] for result in (standard, fast)
    ]
    assert told[1] == told[0]


@pytest.mark.parametrize("query", QUERIES)
async def test_results_are_the_same(query: str) -> None:
    standard, fast = await both(Network(members=6), query)
    assert standard.errors is None
    assert_same(standard, fast)


async def test_a_mutation_gives_the_same() -> None:
    network = Network()
    network.answers["membership.register_city"] = network.cities[identity(2, 1)]
    assert_same(*await both(network, MUTATION))


async def test_nodes_of_abstract_types_are_the_same() -> None:
    ids = [global_id("Member", 3), "x", global_id("Conference", 4)]
    query = """query($ids: [ID!]!) { nodes(ids: $ids) {
      __typename ... on Member { standing city { name } } ... on Conference { title } } }"""
    standard, fast = await both(Network(), query, ids=ids)
    assert standard.errors is None
    assert_same(standard, fast)


WRONG = [None, "", 7, 1.5, True, "member", [], [None], {}, {"id": 1}, Unavailable("away"), object()]


@pytest.mark.parametrize(
    "name",
    ["standing", "version", "milestones", "cities", "decision", "selected_commitments", "id", "source", "applied_on"],
)
@pytest.mark.parametrize("value", WRONG, ids=lambda value: f"{type(value).__name__}-{str(value)[:8]}".split(" ")[0])
async def test_what_is_out_of_the_ordinary_is_the_same(name: str, value: Any) -> None:
    """A null that may not be, a value of the wrong type, an exception in place of a value: same nulls, same errors."""
    network = Network(members=3)
    network.members[1] = {**network.members[1], name: value}
    query = """{ members(coalition: "eccar") { edges { node {
      id version standing milestones { kind } cities { name } decision { outcome } selectedCommitments
      source appliedOn } } } }"""
    standard = await run(ExecutionContext, network, query)
    fast = await run(FastExecutionContext, network, query)
    assert_same(standard, fast)


@pytest.mark.parametrize("name", ["standing", "version", "milestones", "id", "coalition"])
async def test_a_missing_value_is_the_same(name: str) -> None:
    network = Network(members=2)
    del network.members[0][name]
    assert_same(
        *await both(
            network, '{ members(coalition: "eccar") { edges { node { id version standing milestones { kind } } } } }'
        )
    )


async def test_failing_services_give_the_same() -> None:
    network = Network(members=4)
    network.failures["events"] = Unavailable("away")
    network.failures["membership.get_plans"] = Unavailable("away, too")
    assert_same(*await both(network, ISSUE))


LEAVES = ["id", "version", "standing", "appliedOn", "admittedOn", "source", "selectedCommitments", "__typename"]
OBJECTS = {
    "city": ["id", "name", "version", "legalType", "__typename"],
    "cities": ["name", "alternativeNames"],
    "milestones": ["kind", "date", "note"],
    "decision": ["outcome"],
    "coalition": ["key", "name", "languages"],
    "plan": ["version", "isComplete"],
    "commitments": ["number", "title", "themes"],
    "registrations": ["name", "attendance"],
    "obligations": ["dueOn", "status"],
}


@st.composite
def selections(draw: st.DrawFn) -> str:
    leaves = draw(st.lists(st.sampled_from(LEAVES), max_size=6))
    objects = draw(st.lists(st.sampled_from(sorted(OBJECTS)), max_size=4))
    nested = [
        f"{name} {{ {' '.join(draw(st.lists(st.sampled_from(OBJECTS[name]), min_size=1)))} }}" for name in objects
    ]
    parts = draw(st.permutations([*leaves, *nested]))
    return " ".join(parts) or "id"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(selections())
async def test_any_selection_of_a_member_gives_the_same(selection: str) -> None:
    query = f'{{ members(coalition: "eccar") {{ edges {{ node {{ {selection} }} }} }} }}'
    standard, fast = await both(Network(members=3), query)
    assert standard.errors is None
    assert_same(standard, fast)


async def test_the_fast_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred rows of copied and derived fields take no resolver each."""
    executed: list[str] = []
    execute_field = FastExecutionContext.execute_field

    def counting(self: Any, parent_type: Any, source: Any, field_nodes: Any, path: Any) -> Any:
        executed.append(f"{parent_type.name}.{field_nodes[0].name.value}")
        return execute_field(self, parent_type, source, field_nodes, path)

    monkeypatch.setattr(FastExecutionContext, "execute_field", counting)
    query = """{ members(coalition: "eccar", first: 200) { totalCount edges { cursor node {
      __typename id version standing milestones { kind date } admittedOn } } } }"""
    result = await run(FastExecutionContext, Network(members=200), query)
    assert result.errors is None
    assert result.data is not None
    assert len(result.data["members"]["edges"]) == 200
    assert executed == ["Query.members"]


async def test_only_what_needs_thought_is_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    executed: set[str] = set()
    execute_field = FastExecutionContext.execute_field

    def noting(self: Any, parent_type: Any, source: Any, field_nodes: Any, path: Any) -> Any:
        executed.add(f"{parent_type.name}.{field_nodes[0].name.value}")
        return execute_field(self, parent_type, source, field_nodes, path)

    monkeypatch.setattr(FastExecutionContext, "execute_field", noting)
    query = """{ members(coalition: "eccar") { edges { node {
      id city { population { value } country { name } } standing } } } }"""
    await run(FastExecutionContext, Network(), query)
    assert executed == {"Query.members"}, "what loaders have is asked for level by level"
    executed.clear()
    await run(
        FastExecutionContext, Network(), '{ members(coalition: "eccar") { edges { node { id cities { version } } } } }'
    )
    assert executed == {"Query.members", "MemberConnection.edges", "MemberEdge.node", "Member.cities"}
