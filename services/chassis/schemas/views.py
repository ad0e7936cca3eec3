"""What callers are shown."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from marshmallow import Schema

from ..kernel.paging import Page
from ..kernel.refused import Refused
from .rendering import renderer

Answer = dict[str, Any]


class View(Schema):
    """Renders one thing, or answers of several. What is None in a batch stays null in its place, and what was refused
    says so there."""

    @cached_property
    def _render(self) -> Callable[[Any], Answer]:
        return renderer(self)

    def one(self, thing: Any) -> Answer:
        return self._render(thing)

    def batch(self, things: Iterable[Any]) -> list[Answer | None]:
        return [_in_place(thing, self.one) for thing in things]

    def items(self, things: Iterable[Any]) -> Answer:
        """The answer to a batch of questions for one thing each."""
        return {"items": self.batch(things)}

    def lists(self, lists: Iterable[Iterable[Any]]) -> Answer:
        """The answer to a batch of questions for a list each."""
        return {"items": [_in_place(things, self.batch) for things in lists]}

    def page(self, page: Page[Any]) -> Answer:
        return {
            "items": self.batch(page.items),
            "cursors": list(page.cursors),
            "has_next": page.has_next,
            "total": page.total,
        }

    def pages(self, pages: Iterable[Page[Any]]) -> Answer:
        """The answer to a batch of questions for a page each."""
        return {"items": [_in_place(page, self.page) for page in pages]}


def _in_place(thing: Any, render: Callable[[Any], Any]) -> Any:
    if isinstance(thing, Refused):
        return thing.as_dict()
    return None if thing is None else render(thing)
