"""Pages: how much of a list is asked for, and what of it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Self, TypeVar

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_PAGE_SIZE: Final = 50
MAX_PAGE_SIZE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """`first` rows (1 to MAX_PAGE_SIZE) after the row of cursor `after`; `count` asks for the total too."""

    first: int = DEFAULT_PAGE_SIZE
    after: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """`cursors` run parallel to `items`; `total` counts all rows of the query, or is None when not asked for."""

    items: tuple[T, ...]
    cursors: tuple[str, ...]
    has_next: bool
    total: int | None = None

    @classmethod
    def empty(cls, request: PageRequest) -> Self:
        """The page of a list without rows."""
        return cls(items=(), cursors=(), has_next=False, total=0 if request.count else None)

    def map(self, convert: Callable[[T], U]) -> "Page[U]":
        return self.holding(tuple(convert(item) for item in self.items))

    def holding(self, items: tuple[U, ...]) -> "Page[U]":
        """The same page of other items, which run parallel to these."""
        return Page(items=items, cursors=self.cursors, has_next=self.has_next, total=self.total)
