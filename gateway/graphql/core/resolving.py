"""What resolvers get and use."""

from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Protocol, TypeVar

from graphql import FieldNode, FragmentDefinitionNode, GraphQLError, GraphQLResolveInfo, GraphQLSchema, get_named_type
from graphql.execution.collect_fields import collect_sub_fields

from gateway.bus.together import Items, Keys, Question

View = dict[str, Any]
"""An object as a service shows it: field names in snake_case, values as JSON has them."""

Compute = Callable[..., Any]
L = TypeVar("L", bound="Loader")


class Loader(Protocol):
    """What `loaders.ServiceLoader` is: asks a service for what many resolvers want in one go."""

    @classmethod
    def name(cls) -> str:
        """The method that it asks, as the permission table names it: `membership.get_members`."""

    async def load(self, key: Any) -> Any:
        """The value of a key. Raises what the service answered it with."""

    async def load_all(self, keys: Iterable[Any]) -> Mapping[Any, Any]:
        """The value of each key, or with what its question `Failed`."""


class Failed(NamedTuple):
    """Stands for a value that could not be loaded."""

    error: Exception
    traceback: TracebackType | None


class Context(Protocol):
    """What a request carries through its resolvers (`info.context`). `files` says where files are
    (`gateway.graphql.context.FileAddresses`)."""

    files: Any

    async def call(self, service: str, method: str, /, **arguments: Any) -> Any:
        """Ask a service. Raises ServiceError."""

    async def items(self, question: Question, keys: Keys) -> Items:
        """What a service says of each of many keys, asked together with other requests' keys. Raises ServiceError."""

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


class Wanted(NamedTuple):
    """What a field is made of: what `loader` has for `key`. `make` makes the field's value of it, when it is not null
    and not the value itself; it must be pure. The same function for several parents makes the same thing of the same
    thing."""

    loader: type[Loader]
    key: Any
    make: Callable[[Any], Any] | None = None


def loaded(want: Compute) -> Callable[..., Any]:
    """A resolver whose value a loader has. `want` tells from the parent and the arguments what is `Wanted`, or gives
    the value itself where nothing needs to be loaded; it must be pure, and must give no awaitable.

    The fast path asks all rows of a list for what they want, and loads it at once.
    """
    return _loading(want, lambda root, _info, arguments: want(root, **arguments), needs_selection=False)


def loaded_for_selection(want: Compute) -> Callable[..., Any]:
    """As `loaded`; what is wanted depends on what is selected on the field's value, the second argument of `want`."""
    return _loading(
        want, lambda root, info, arguments: want(root, selected_fields(info), **arguments), needs_selection=True
    )


def loaded_by(loader: type[Loader], key: Callable[[View], Any]) -> Callable[..., Any]:
    """A resolver that gives what `loader` has for the `key` of the parent; null when there is no key."""

    def want(view: View) -> Wanted | None:
        found = key(view)
        return None if found is None else Wanted(loader, found)

    resolve = loaded(want)
    resolve.asks = loader.name()  # type: ignore[attr-defined]
    return resolve


def _loading(
    want: Compute, ask: Callable[[View, Info, dict[str, Any]], Any], *, needs_selection: bool
) -> Callable[..., Any]:
    def resolve(root: View, info: Info, **arguments: Any) -> Any:
        wanted = ask(root, info, arguments)
        return _load(wanted, info) if isinstance(wanted, Wanted) else wanted

    resolve.want = want  # type: ignore[attr-defined]
    resolve.needs_selection = needs_selection  # type: ignore[attr-defined]
    return resolve


async def _load(wanted: Wanted, info: Info) -> Any:
    return made(wanted, await info.context.loader(wanted.loader).load(wanted.key))


def made(wanted: Wanted, found: Any) -> Any:
    """The value of a field, of what was loaded for it."""
    return found if wanted.make is None or found is None else wanted.make(found)


def selected_fields(info: Info) -> set[str]:
    """Names of the fields selected on the object that this field gives; fragments, @skip and @include seen through."""
    return selected(info.schema, info.fragments, info.variable_values, info.return_type, info.field_nodes)


def selected(
    schema: GraphQLSchema,
    fragments: dict[str, FragmentDefinitionNode],
    variables: dict[str, Any],
    type_: Any,
    nodes: list[FieldNode],
) -> set[str]:
    """Names of the fields that `nodes` select on the objects of a field of `type_`."""
    named: Any = get_named_type(type_)
    found = collect_sub_fields(schema, fragments, variables, named, nodes)
    return {nodes[0].name.value for nodes in found.values()}
