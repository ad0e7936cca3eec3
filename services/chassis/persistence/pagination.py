"""Pagination by key: a page begins after the last row's sort value and id, found through an index, at any depth."""

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import orjson
from pymongo import ASCENDING, DESCENDING

from ..kernel.errors import invalid

T = TypeVar("T")
U = TypeVar("U")

MAX_PAGE_SIZE: Final = 200


@dataclass(frozen=True, slots=True)
class Order:
    """A named order: the field that sorts (never null in a document; dotted paths allowed), and its direction."""

    name: str
    field: str
    descending: bool = False

    @property
    def direction(self) -> int:
        return DESCENDING if self.descending else ASCENDING

    @property
    def sort(self) -> list[tuple[str, int]]:
        """What MongoDB sorts by; the id makes the order total."""
        return [(self.field, self.direction), ("_id", self.direction)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """`first` rows (1 to MAX_PAGE_SIZE) after the row of cursor `after`; `count` asks for the total too."""

    first: int
    after: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """`cursors` run parallel to `items`; `total` counts all rows of the query, or is None when not asked for."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None

    def map(self, convert: Callable[[T], U]) -> "Page[U]":
        items = tuple(convert(item) for item in self.items)
        return Page(items=items, cursors=self.cursors, has_next=self.has_next, total=self.total)


def after_cursor(order: Order, request: PageRequest) -> dict[str, Any]:
    """The filter for rows behind the cursor; empty on the first page.

    Raises InvalidInput: the cursor is not one of this list's.
    """
    if request.after is None:
        return {}
    value, identity = _decode(order, request.after)
    beyond = "$lt" if order.descending else "$gt"
    return {
        "$or": [{order.field: {beyond: value}}, {order.field: value, "_id": {beyond: identity}}],
    }


def page_of(
    rows: Iterable[dict[str, Any]], *, order: Order, request: PageRequest, total: int | None = None
) -> Page[dict[str, Any]]:
    """Make a page of up to `first + 1` sorted rows: the one too many only tells that there is a next page."""
    found = list(rows)
    kept = found[: request.first]
    return Page(
        items=tuple(kept),
        cursors=tuple(_encode(order, row) for row in kept),
        has_next=len(found) > request.first,
        total=total,
    )


def page_to_dict(page: Page[Any], view: Callable[[Sequence[Any]], list[Any]]) -> dict[str, Any]:
    """A page on the wire, its items rendered by `view`."""
    return {
        "items": view(page.items),
        "cursors": list(page.cursors),
        "has_next": page.has_next,
        "total": page.total,
    }


def _value(row: dict[str, Any], field: str) -> Any:
    value: Any = row
    for part in field.split("."):
        value = value[part]
    return value


def _encode(order: Order, row: dict[str, Any]) -> str:
    key = [order.name, _value(row, order.field), row["_id"]]
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _decode(order: Order, cursor: str) -> tuple[Any, Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, value, identity = orjson.loads(base64.urlsafe_b64decode(padded))
    except ValueError:  # bad base64, bad JSON, and not three parts alike
        name, value, identity = None, None, None
    if name != order.name or not isinstance(value, str | int | float) or not isinstance(identity, str):
        raise invalid(("after",), "This cursor does not belong to this list in this order.", "INVALID_CURSOR")
    return value, identity
