"""Execution with a shortcut for what is compiled (`plans`): whole lists and objects, or at least those fields of an
object that are copied or derived. The rest goes graphql-core's way, and so does everything in which something is out of
the ordinary: results are the same, errors included.
"""

from asyncio import gather
from typing import Any, ClassVar, TypeVar

from graphql import (
    ExecutionContext,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    Undefined,
)
from graphql.pyutils import Path

from . import projecting
from .levels import fill
from .plans import Nodes, Plan, Plans
from .projecting import Completion, Level

T = TypeVar("T")


class FastExecutionContext(ExecutionContext):
    """graphql-core's execution, with shortcuts for objects that are plain dicts."""

    plans: ClassVar[Plans] = Plans()
    """Of all executions of this process."""

    def complete_object_value(
        self, return_type: GraphQLObjectType, field_nodes: Nodes, info: GraphQLResolveInfo, path: Path, result: Any
    ) -> Any:
        normally = super().complete_object_value
        if type(result) is not dict or return_type.is_type_of is not None:
            return normally(return_type, field_nodes, info, path, result)
        plan = self.plans.get(self, return_type, field_nodes)
        if plan.whole is not None:
            return self._complete(plan.whole, normally, return_type, field_nodes, info, path, result)
        level = Level()
        try:
            values = {key: completion.run(result, level) for key, completion in plan.fast}
        except Exception:
            # The normal way meets the same thing again, and reports it as it should be.
            return normally(return_type, field_nodes, info, path, result)
        return self._execute_rest(plan, return_type, path, result, values)

    def complete_list_value(
        self, return_type: GraphQLList[Any], field_nodes: Nodes, info: GraphQLResolveInfo, path: Path, result: Any
    ) -> Any:
        normally = super().complete_list_value
        completion = self._of_list(return_type, field_nodes) if type(result) is list else None
        if completion is None:
            return normally(return_type, field_nodes, info, path, result)
        return self._complete(completion, normally, return_type, field_nodes, info, path, result)

    def _of_list(self, type_: Any, nodes: Nodes) -> Completion | None:
        """How to complete a list of objects; None when it takes execution."""
        if isinstance(type_, GraphQLObjectType):
            return self.plans.get(self, type_, nodes).whole if type_.is_type_of is None else None
        if not isinstance(type_, GraphQLList | GraphQLNonNull):
            return None
        inner = self._of_list(type_.of_type, nodes)
        if inner is None:
            return None
        return projecting.each(inner) if isinstance(type_, GraphQLList) else projecting.not_null(inner)

    def _complete(self, completion: Completion, normally: Any, *arguments: Any) -> Any:
        """`normally` completes the last of `arguments`, the raw value, where `completion` cannot."""
        level = Level()
        try:
            completed = completion.run(arguments[-1], level)
        except Exception:
            return normally(*arguments)
        return self._filled(completed, level, normally, arguments) if level.holes else completed

    async def _filled(self, completed: T, level: Level, normally: Any, arguments: tuple[Any, ...]) -> T:
        try:
            await fill(level, self.context_value)
        except Exception:
            # What has been loaded is not loaded again: loaders remember it, failures too.
            again = normally(*arguments)
            return await again if self.is_awaitable(again) else again  # type: ignore[no-any-return]
        return completed

    def _execute_rest(
        self, plan: Plan, parent_type: GraphQLObjectType, path: Path, source: Any, values: dict[str, Any]
    ) -> Any:
        for key, nodes in plan.slow:
            values[key] = self.execute_field(parent_type, source, nodes, Path(path, key, parent_type.name))
        ordered = {key: values[key] for key in plan.keys if values[key] is not Undefined}
        waiting = [key for key, _ in plan.slow if key in ordered and self.is_awaitable(ordered[key])]
        return _awaited(ordered, waiting) if waiting else ordered


async def _awaited(values: dict[str, Any], waiting: list[str]) -> dict[str, Any]:
    if len(waiting) == 1:
        # No task is needed for one.
        values[waiting[0]] = await values[waiting[0]]
        return values
    completed = await gather(*(values[key] for key in waiting))
    values.update(zip(waiting, completed, strict=True))
    return values
