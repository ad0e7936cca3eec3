"""What resolvers get and use."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from aiodataloader import DataLoader
from graphql import GraphQLError, GraphQLResolveInfo, get_named_type
from graphql.execution.collect_fields import collect_sub_fields

View = dict[str, Any]
"""An object as a service shows it: field names in snake_case, values as JSON has them."""

Compute = Callable[..., Any]
L = TypeVar("L", bound="DataLoader[Any, Any]")


class Context(Protocol):
    """What a request carries through its resolvers (`info.context`). `files` says where files are
    (`gateway.graphql.context.FileAddresses`)."""

    files: Any

    async def call(self, service: str, method: str, /, **arguments: Any) -> Any:
        """Ask a service. Raises ServiceError."""

    def report(self, error: GraphQLError) -> None:
        """Tell of something that is missing in a field's answer."""

    def loader(self, loader: "type[L]") -> "L":
        """The request's own loader of this kind."""


class Info(GraphQLResolveInfo):
    """graphql-core's info, with our context in it."""

    context: Context


def derived(compute: Compute) -> Callable[..., Any]:
    """A resolver that needs nothing but its parent and its arguments; the fast path calls `compute` directly.

    `compute` must be pure, and must give no awaitable.
    """

    def resolve(root: View, _info: Info, **arguments: Any) -> Any:
        return compute(root, **arguments)

    resolve.compute = compute  # type: ignore[attr-defined]
    return resolve


def selected_fields(info: Info) -> set[str]:
    """Names of the fields selected on the object that this field gives; fragments, @skip and @include seen through."""
    found = collect_sub_fields(
        info.schema,
        info.fragments,
        info.variable_values,
        get_named_type(info.return_type),  # type: ignore[arg-type]
        info.field_nodes,
    )
    return {nodes[0].name.value for nodes in found.values()}
