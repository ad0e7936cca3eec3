"""Selections, compiled: which fields of which objects are plain functions of a view, and which need execution.

A compiled selection holds for every request of the same document, unless it names variables; then for every request
with the same values of these.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import orjson
from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    ExecutionContext,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    ListValueNode,
    ObjectValueNode,
    SelectionSetNode,
    VariableNode,
    is_leaf_type,
)
from graphql.execution.execute import get_field_def
from graphql.execution.values import get_argument_values

from . import projecting
from .projecting import Completion, Read, Want
from .resolving import selected

MAX_SELECTIONS: Final = 5000
"""Compiled selections that are kept; a query has as many as it has fields with a selection that are executed."""

MAX_VARIANTS: Final = 50
"""Of one selection, for different values of its variables."""

Nodes = list[FieldNode]


@dataclass(slots=True)
class Plan:
    """How to complete one selection on one object type: `fast` fields leave no holes, `slow` ones need execution.
    `whole` completes an object of which no field does, and none of any object below."""

    keys: list[str] = field(default_factory=list)
    fast: list[tuple[str, Completion]] = field(default_factory=list)
    slow: list[tuple[str, Nodes]] = field(default_factory=list)
    whole: Completion | None = None


@dataclass(slots=True)
class _Kept:
    """The plans of one selection. The nodes are kept with them: while they live, no others have their identities."""

    nodes: Nodes
    variables: Sequence[str]
    plans: dict[bytes, Plan] = field(default_factory=dict)


class Plans:
    """The plans last used."""

    def __init__(self, *, size: int = MAX_SELECTIONS) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, execution: ExecutionContext, type_: GraphQLObjectType, nodes: Nodes) -> Plan:
        kept = self._of(execution, type_, nodes)
        values = _values(kept.variables, execution.variable_values)
        plan = kept.plans.get(values) if values is not None else None
        if plan is None:
            plan = _Compiler(execution).plan(type_, nodes)
            if values is not None and len(kept.plans) < MAX_VARIANTS:
                kept.plans[values] = plan
        return plan

    def _of(self, execution: ExecutionContext, type_: GraphQLObjectType, nodes: Nodes) -> _Kept:
        key = (type_, *map(id, nodes))
        kept = self._kept.get(key)
        if kept is None:
            variables = sorted({name for node in nodes for name in _variables(node, execution.fragments, set())})
            kept = self._kept[key] = _Kept(nodes, variables)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return kept


def _values(names: Sequence[str], given: Mapping[str, Any]) -> bytes | None:
    """The values of these variables as a key; None when they cannot be one."""
    if not names:
        return b""
    try:
        return orjson.dumps({name: given[name] for name in names if name in given})
    except TypeError:
        return None


def _variables(node: Any, fragments: Mapping[str, FragmentDefinitionNode], spread: set[str]) -> Iterator[str]:
    """Names of the variables in a selection: in its arguments and directives, through its fragments."""
    if isinstance(node, VariableNode):
        yield node.name.value
        return
    for part in _parts(node):
        yield from _variables(part, fragments, spread)
    if isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
        spread.add(node.name.value)
        yield from _variables(fragments[node.name.value], fragments, spread)


def _parts(node: Any) -> Iterator[Any]:
    """What of a node may name variables."""
    if isinstance(node, SelectionSetNode):
        yield from node.selections
    elif isinstance(node, ListValueNode):
        yield from node.values
    elif isinstance(node, ObjectValueNode):
        yield from (each.value for each in node.fields)
    else:
        yield from (each.value for each in getattr(node, "arguments", None) or ())
        for directive in getattr(node, "directives", None) or ():
            yield from (each.value for each in directive.arguments)
        if selections := getattr(node, "selection_set", None):
            yield selections


class _Compiler:
    """Compiles with the document and the variables of one execution, of which its results hold nothing."""

    def __init__(self, execution: ExecutionContext) -> None:
        self._execution = execution

    def plan(self, type_: GraphQLObjectType, nodes: Nodes) -> Plan:
        plan = Plan()
        compiled: list[tuple[str, Completion | Want]] = []
        for key, field_nodes in self._execution.collect_subfields(type_, nodes).items():
            plan.keys.append(key)
            found = self._field(type_, field_nodes)
            if found is not None:
                compiled.append((key, found))
            if isinstance(found, Completion) and not found.leaves_holes:
                plan.fast.append((key, found))
            else:
                plan.slow.append((key, field_nodes))
        if len(compiled) == len(plan.keys):
            plan.whole = projecting.object_of(compiled)
        return plan

    def _field(self, parent: GraphQLObjectType, nodes: Nodes) -> Completion | Want | None:
        """How to complete a field from its parent's view; None when that takes execution."""
        if nodes[0].name.value == "__typename":
            return projecting.constant(parent.name)
        definition = get_field_def(self._execution.schema, parent, nodes[0])
        completion = self._completion(definition.type, nodes) if definition else None
        if definition is None or completion is None:
            return None
        resolve: Any = definition.resolve
        if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver and not definition.args:
            name, default = resolve.args
            return projecting.copied(name, default, completion)
        if hasattr(resolve, "compute"):
            read = self._with_arguments(resolve.compute, definition, nodes[0])
            return None if read is None else projecting.derived(read, completion)
        ask = self._asker(definition, nodes) if hasattr(resolve, "want") else None
        return None if ask is None else Want(ask, completion)

    def _asker(self, definition: GraphQLField, nodes: Nodes) -> Read | None:
        resolve: Any = definition.resolve
        want = resolve.want
        if not resolve.needs_selection:
            return self._with_arguments(want, definition, nodes[0])
        execution = self._execution
        names = selected(execution.schema, execution.fragments, execution.variable_values, definition.type, nodes)
        return self._with_arguments(lambda view, **given: want(view, names, **given), definition, nodes[0])

    def _with_arguments(self, compute: Any, definition: GraphQLField, node: FieldNode) -> Read | None:
        try:
            arguments = get_argument_values(definition, node, self._execution.variable_values)
        except GraphQLError:
            return None
        return (lambda view: compute(view, **arguments)) if arguments else compute

    def _completion(self, type_: Any, nodes: Nodes) -> Completion | None:
        """How to complete a raw value of `type_`; None when it cannot be done without execution."""
        if isinstance(type_, GraphQLNonNull):
            inner = self._completion(type_.of_type, nodes)
            return None if inner is None else projecting.not_null(inner)
        if isinstance(type_, GraphQLList):
            inner = self._completion(type_.of_type, nodes)
            return None if inner is None else projecting.each(inner)
        if is_leaf_type(type_):
            return projecting.leaf(type_)
        if isinstance(type_, GraphQLObjectType) and type_.is_type_of is None:
            return self.plan(type_, nodes).whole
        return None
