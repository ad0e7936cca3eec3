"""Pagination by key: a page begins after the last row's sort value and id, found through an index, at any depth."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from pymongo import ASCENDING, DESCENDING

from ..kernel.errors import invalid
from ..kernel.paging import Page, PageRequest

_INSTANT: Final = "instant"


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


def in_order(rows: Iterable[dict[str, Any]], order: Order) -> list[dict[str, Any]]:
    """Rows as the server would sort them: its order of texts, by their bytes in UTF-8, is Python's."""
    return sorted(rows, key=lambda row: (_value(row, order.field), row["_id"]), reverse=order.descending)


def _value(row: dict[str, Any], field: str) -> Any:
    value: Any = row
    for part in field.split("."):
        value = value[part]
    return value


def _encode(order: Order, row: dict[str, Any]) -> str:
    value = _value(row, order.field)
    # JSON has no instants, and MongoDB finds none behind a text: one is marked as what it is.
    key = [order.name, {_INSTANT: value} if isinstance(value, datetime) else value, row["_id"]]
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("=")


def _decode(order: Order, cursor: str) -> tuple[Any, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        name, value, identity = orjson.loads(base64.urlsafe_b64decode(padded))
        if isinstance(value, dict):
            value = datetime.fromisoformat(value[_INSTANT])
    except (ValueError, KeyError, TypeError):  # bad base64, bad JSON, not three parts, and no instant alike
        name, value, identity = None, None, None
    if name != order.name or not isinstance(value, str | int | float | datetime) or not isinstance(identity, str):
        raise invalid(("after",), "This cursor does not belong to this list in this order.", "INVALID_CURSOR")
    return value, identity
