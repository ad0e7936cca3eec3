"""Execution that copies what needs no thought.

Most of a result are values copied from a service's view, yet graphql-core treats each as if its resolver could do
anything. Here the fields of an object type that are copied or derived from the parent are compiled into plain
functions, once per selection; only the rest goes the normal way. On the first thing out of the ordinary (a null that
may not be, a value that its type refuses, an error) the whole object goes the normal way, so results are the same.
"""

from asyncio import gather
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    Undefined,
    is_leaf_type,
)
from graphql.execution.execute import get_field_def
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

Project = Callable[[Any], Any]
"""From a parent's view to a completed field, or from a raw value to a completed one."""

_PLAIN: Final = (str, int, float, bool)


class Unusual(Exception):
    """This object goes the normal way."""


@dataclass(slots=True)
class Plan:
    """How to complete one selection on one object type: `fast` by projection, `slow` by execution."""

    keys: list[str] = field(default_factory=list)
    fast: list[tuple[str, Project]] = field(default_factory=list)
    slow: list[tuple[str, list[FieldNode]]] = field(default_factory=list)


class FastExecutionContext(ExecutionContext):
    """graphql-core's execution, with shortcuts for objects that are plain dicts."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._plans: dict[tuple[Any, ...], Plan] = {}

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        if type(result) is dict and return_type.is_type_of is None:
            plan = self._plan(return_type, field_nodes)
            try:
                values = {key: project(result) for key, project in plan.fast}
            except Exception:
                # The normal way meets the same thing again, and reports it as it should be.
                return super().complete_object_value(return_type, field_nodes, info, path, result)
            return self._execute_rest(plan, return_type, path, result, values) if plan.slow else values
        return super().complete_object_value(return_type, field_nodes, info, path, result)

    def _execute_rest(
        self, plan: Plan, parent_type: GraphQLObjectType, path: Path, source: Any, values: dict[str, Any]
    ) -> Any:
        for key, nodes in plan.slow:
            values[key] = self.execute_field(parent_type, source, nodes, Path(path, key, parent_type.name))
        ordered = {key: values[key] for key in plan.keys if values[key] is not Undefined}
        waiting = [key for key, _ in plan.slow if key in ordered and self.is_awaitable(ordered[key])]
        return _awaited(ordered, waiting) if waiting else ordered

    def _plan(self, object_type: GraphQLObjectType, field_nodes: list[FieldNode]) -> Plan:
        key = (object_type, *map(id, field_nodes))
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._make_plan(object_type, field_nodes)
        return plan

    def _make_plan(self, object_type: GraphQLObjectType, field_nodes: list[FieldNode]) -> Plan:
        plan = Plan()
        for key, nodes in self.collect_subfields(object_type, field_nodes).items():
            plan.keys.append(key)
            project = self._projection(object_type, nodes)
            if project is None:
                plan.slow.append((key, nodes))
            else:
                plan.fast.append((key, project))
        return plan

    def _projection(self, parent_type: GraphQLObjectType, nodes: list[FieldNode]) -> Project | None:
        if nodes[0].name.value == "__typename":
            return lambda _source: parent_type.name
        definition = get_field_def(self.schema, parent_type, nodes[0])
        read = self._reader(definition, nodes[0]) if definition else None
        complete = self._completer(definition.type, nodes) if definition and read else None
        if read is None or complete is None:
            return None
        return lambda source: complete(read(source))

    def _reader(self, definition: GraphQLField, node: FieldNode) -> Project | None:
        resolve = definition.resolve
        if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver and not definition.args:
            name, default = resolve.args
            return lambda source: source.get(name, default)
        compute: Callable[..., Any] | None = getattr(resolve, "compute", None)
        if compute is None:
            return None
        try:
            arguments = get_argument_values(definition, node, self.variable_values)
        except GraphQLError:
            return None
        return partial(_call, compute, arguments) if arguments else compute

    def _completer(self, type_: Any, nodes: list[FieldNode]) -> Project | None:
        """How to complete a raw value of `type_`; None when it cannot be done without execution."""
        if isinstance(type_, GraphQLNonNull):
            return _applied(_not_null, self._completer(type_.of_type, nodes))
        if isinstance(type_, GraphQLList):
            return _applied(_each, self._completer(type_.of_type, nodes))
        if is_leaf_type(type_):
            return _leaf(type_)
        if isinstance(type_, GraphQLObjectType) and type_.is_type_of is None:
            plan = self._plan(type_, nodes)
            return None if plan.slow else partial(_object, plan.fast)
        return None


async def _awaited(values: dict[str, Any], waiting: list[str]) -> dict[str, Any]:
    if len(waiting) == 1:
        # No task is needed for one.
        values[waiting[0]] = await values[waiting[0]]
        return values
    completed = await gather(*(values[key] for key in waiting))
    values.update(zip(waiting, completed, strict=True))
    return values


def _applied(combine: Callable[[Project, Any], Any], complete: Project | None) -> Project | None:
    return None if complete is None else partial(combine, complete)


def _call(compute: Callable[..., Any], arguments: dict[str, Any], source: Any) -> Any:
    return compute(source, **arguments)


def _not_null(complete: Project, value: Any) -> Any:
    completed = complete(value)
    if completed is None:
        raise Unusual
    return completed


def _each(complete: Project, value: Any) -> Any:
    if value is None:
        return None
    if type(value) is not list:
        raise Unusual
    return [complete(item) for item in value]


def _object(fast: list[tuple[str, Project]], value: Any) -> Any:
    if value is None:
        return None
    if type(value) is not dict:
        raise Unusual
    return {key: project(value) for key, project in fast}


def _leaf(type_: Any) -> Project:
    serialize = type_.serialize
    remembered: dict[Any, Any] | None = {} if isinstance(type_, GraphQLEnumType) else None

    def complete(value: Any) -> Any:
        if value is None:
            return None
        if type(value) not in _PLAIN:
            raise Unusual
        if remembered is not None and value in remembered:
            return remembered[value]
        serialized = serialize(value)
        if serialized is None or serialized is Undefined:
            raise Unusual
        if remembered is not None:
            remembered[value] = serialized
        return serialized

    return complete
