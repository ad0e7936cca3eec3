"""Pages by key."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.errors import InvalidInput
from services.chassis.kernel.paging import PageRequest
from services.chassis.persistence.pagination import Order, after_cursor, page_of

BY_NAME = Order("name", "sort.name")
BY_NAME_DOWN = Order("name_down", "sort.name", descending=True)


def row(name: str, identity: str) -> dict[str, Any]:
    return {"_id": identity, "sort": {"name": name}}


def matches(document: dict[str, Any], query: dict[str, Any], order: Order) -> bool:
    """What MongoDB does with the filter of a cursor."""
    if not query:
        return True
    first, second = query["$or"]
    ((operator, value),) = first[order.field].items()
    here = (document["sort"]["name"], document["_id"])
    there = (value, next(iter(second["_id"].values())))
    return bool(here > there if operator == "$gt" else here < there)


def walk(documents: list[dict[str, Any]], order: Order, size: int) -> list[str]:
    """All ids, page after page."""
    key = lambda document: (document["sort"]["name"], document["_id"])  # noqa: E731
    ordered = sorted(documents, key=key, reverse=order.descending)
    seen: list[str] = []
    after = None
    while True:
        request = PageRequest(first=size, after=after)
        query = after_cursor(order, request)
        found = [document for document in ordered if matches(document, query, order)][: size + 1]
        page = page_of(found, order=order, request=request)
        seen += [document["_id"] for document in page.items]
        if not page.has_next:
            return seen
        after = page.cursors[-1]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**6)), unique=True), st.integers(1, 7))
@pytest.mark.parametrize("order", [BY_NAME, BY_NAME_DOWN])
def test_every_row_comes_once_whatever_the_page_size(order: Order, rows: list[tuple[str, int]], size: int) -> None:
    documents = [row(name, f"{identity:07}-{name}") for name, identity in rows]
    expected = sorted(documents, key=lambda each: (each["sort"]["name"], each["_id"]), reverse=order.descending)
    assert walk(documents, order, size) == [document["_id"] for document in expected]


def test_the_first_page_has_no_condition() -> None:
    assert after_cursor(BY_NAME, PageRequest(first=10)) == {}


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "!!!",
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b'["name", {"$gt": ""}, "id"]').decode(),
        base64.b64encode(b'["country", "DE", "id"]').decode(),
        base64.b64encode(b'["name", "a", 1]').decode(),
        base64.b64encode(b"5").decode(),
        base64.b64encode(b'["name", {"instant": "soon"}, "id"]').decode(),
        base64.b64encode(b'["name", {"instant": 5}, "id"]').decode(),
    ],
)
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        after_cursor(BY_NAME, PageRequest(first=10, after=cursor))
    assert raised.value.violations[0].code == "INVALID_CURSOR"


def test_the_one_row_too_many_only_tells_of_a_next_page() -> None:
    rows = [row("a", "1"), row("b", "2"), row("c", "3")]
    page = page_of(rows, order=BY_NAME, request=PageRequest(first=2), total=9)
    assert [each["_id"] for each in page.items] == ["1", "2"]
    assert (page.has_next, page.total, len(page.cursors)) == (True, 9, 2)
    assert page.map(lambda each: each["_id"]).items == ("1", "2")


def test_a_cursor_of_an_instant_finds_instants() -> None:
    """As a text it would find nothing: MongoDB compares no text with an instant."""
    moment = datetime(2026, 11, 24, 9, 30, 0, 123000, tzinfo=UTC)
    order = Order("started", "started_at")
    [cursor] = page_of([{"_id": "a", "started_at": moment}], order=order, request=PageRequest(first=1)).cursors
    query = after_cursor(order, PageRequest(first=1, after=cursor))
    assert query == {"$or": [{"started_at": {"$gt": moment}}, {"started_at": moment, "_id": {"$gt": "a"}}]}
