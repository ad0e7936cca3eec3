"""Relay connections over the services' pages: bounded, forward, and counted only when asked."""

from collections.abc import Callable, Set
from functools import partial
from typing import Any, Final

import graphene

from services.chassis.kernel.errors import invalid

from .fields import PAGED, Field, argument, leaf
from .inputs import filters
from .loaders import Asked
from .registry import lazy
from .resolving import Info, View, Wanted, loaded_for_selection, selected_fields

DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 200

_CONNECTIONS: Final[dict[str, Any]] = {}


class PageInfo(graphene.ObjectType):
    """Where a page stands in its list."""

    has_next_page = leaf(graphene.Boolean, "Whether more follows this page.", required=True)
    has_previous_page = leaf(graphene.Boolean, "Whether this page was asked for by a cursor.", required=True)
    start_cursor = leaf(graphene.String, "The cursor of the page's first row; null when the page is empty.")
    end_cursor = leaf(
        graphene.String,
        "The cursor of the page's last row, for the `after` of the next page; null when it is empty.",
    )


def connection(node: str) -> Any:
    """The connection type for the object type named `node`."""
    if node not in _CONNECTIONS:
        _CONNECTIONS[node] = _connection(node)
    return _CONNECTIONS[node]


def page_field(node: str, description: str, *, resolver: Any, rows: str | int = PAGED, **arguments: Any) -> Field:
    """A field that gives a connection of `node`; null when the service that knows it is away."""
    return Field(connection(node), description, rows=rows, resolver=resolver, **arguments, **page_arguments())


def page_arguments(default: int = DEFAULT_PAGE_SIZE) -> dict[str, Any]:
    return {
        "first": argument(graphene.Int, f"How many rows at most: 1 to {MAX_PAGE_SIZE}.", default_value=default),
        "after": argument(graphene.String, "A cursor of this list: the rows behind it are given."),
    }


def bounded(first: int | None) -> int:
    """A page size. Raises InvalidInput when it is not within 1 and MAX_PAGE_SIZE."""
    size = DEFAULT_PAGE_SIZE if first is None else first
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise invalid(("first",), f"`first` must be 1 to {MAX_PAGE_SIZE}; it was {size}.", "INVALID_PAGE_SIZE")
    return size


def page_request(info: Info, first: int | None, after: str | None) -> dict[str, Any]:
    """The page parameters of a service's list call. Raises InvalidInput for a page size out of bounds."""
    return _page(selected_fields(info), first, after)


def _page(selected: Set[str], first: int | None, after: str | None) -> dict[str, Any]:
    return {"first": bounded(first), "after": after, "count": "totalCount" in selected}


def loaded_page(loader: Any, key: Callable[[View], Any]) -> Callable[..., Any]:
    """The resolver of a connection that `loader` (an `ArgumentsLoader`) has for the `key` of what has the field."""

    def want(
        parent: View, selected: Set[str], first: int | None = None, after: str | None = None, **given: Any
    ) -> Wanted:
        asked = Asked.of(key(parent), **filters(given), **_page(selected, first, after))
        return Wanted(loader, asked, partial(connection_of, after=after))

    resolve = loaded_for_selection(want)
    resolve.asks = loader.name()  # type: ignore[attr-defined]
    return resolve


def connection_of(page: View, after: str | None) -> View:
    """A service's page as a connection."""
    cursors = page["cursors"]
    return {
        "edges": [{"cursor": cursor, "node": item} for cursor, item in zip(cursors, page["items"], strict=True)],
        "page_info": {
            "has_next_page": page["has_next"],
            "has_previous_page": after is not None,
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        },
        "total_count": page["total"],
    }


def _connection(node_type: str) -> Any:
    edge = _object_type(
        f"{node_type}Edge",
        f"A row of a list of {node_type} objects.",
        cursor=leaf(graphene.String, "Marks this row: what follows it is `after` it.", required=True),
        node=Field(lazy(node_type), "The object of this row; null only when it cannot be shown, with an error."),
    )
    edges = graphene.NonNull(graphene.List(graphene.NonNull(edge)))
    return _object_type(
        f"{node_type}Connection",
        f"A page of a list of {node_type} objects.",
        edges=Field(edges, "The rows of this page, in their order.", rows=1),
        page_info=Field(graphene.NonNull(PageInfo), "Where this page stands in its list."),
        total_count=leaf(graphene.Int, "How many rows the whole list has; counted only when asked for."),
    )


def _object_type(name: str, description: str, **fields: Field) -> Any:
    return type(name, (graphene.ObjectType,), {**fields, "__doc__": description})
