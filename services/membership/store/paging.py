"""One page of a sorted query."""

from collections.abc import Callable, Mapping
from typing import Any

from pymongo.cursor import Cursor

from services.chassis.persistence.pagination import Order, Page, PageRequest, after_cursor, page_of

from ..domain.questions import PageArguments

Document = dict[str, Any]


def page(
    find: Callable[[Mapping[str, Any]], Cursor[Document]],
    count: Callable[[Mapping[str, Any]], int],
    query: Mapping[str, Any],
    *,
    order: Order,
    arguments: PageArguments,
) -> Page[Document]:
    """Raises InvalidInput when the cursor is not one of this list's."""
    request = page_request(arguments)
    rows = find({**query, **after_cursor(order, request)}).sort(order.sort).limit(request.first + 1)
    return page_of(rows, order=order, request=request, total=count(query) if request.count else None)


def page_request(arguments: PageArguments) -> PageRequest:
    return PageRequest(first=arguments.first, after=arguments.after, count=arguments.count)
