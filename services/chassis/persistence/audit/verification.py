"""Walks the chains of a service's audit log from the first entry to the head, and names what is not as was sealed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bson import Timestamp
from pymongo import ASCENDING
from pymongo.collection import Collection
from pymongo.database import Database

from .chain import BreakKind, Broken, Head, followed
from .heads import Heads
from .log import COLLECTION, UNSEALED

LATE_SECONDS: Final = 60
"""Entries are sealed within a second or two: one that has waited longer has no sealer."""

_BATCH: Final = 500

Coalition = str | None
"""None: what belongs to the whole network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A chain: the head that its entries lead to, the first break, and how many entries wait too long for a seal."""

    coalition: Coalition
    head: Head
    broken: Broken | None
    unsealed: int

    @property
    def is_sound(self) -> bool:
        return self.broken is None and self.unsealed == 0


class Verification:
    """Of one service's database. `kept` are heads that were noted down earlier, elsewhere: each must still be there."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        kept: Mapping[Coalition, Head] | None = None,
        advance: Callable[[int], object] = lambda _: None,
    ) -> None:
        """`advance` is told how many more entries were verified."""
        self._database = database
        self._entries = database[COLLECTION]
        self._heads = Heads(database)
        self._kept = kept or {}
        self._advance = advance

    def coalitions(self) -> list[Coalition]:
        """Every coalition that has, or had, a chain; the network first."""
        found = {coalition for coalition, _ in self._heads.all()} | set(self._entries.distinct("coalition"))
        return sorted(found | self._kept.keys(), key=lambda coalition: coalition or "")

    def expected(self, coalitions: Iterable[Coalition]) -> int:
        """How many entries there are to verify."""
        chosen = set(coalitions)
        return sum(head.number for coalition, head in self._heads.all() if coalition in chosen)

    def of(self, coalition: Coalition) -> Verified:
        walk = _Walk(self._entries, coalition, self._kept.get(coalition), self._advance)
        broken = None
        try:
            walk.to(lambda: self._heads.of(coalition))
        except Broken as error:
            broken = error
        return Verified(coalition=coalition, head=walk.head, broken=broken, unsealed=self._unsealed(coalition))

    def _unsealed(self, coalition: Coalition) -> int:
        now: datetime = self._database.command("hello", codec_options=self._database.codec_options)["localTime"]
        late = {"$lt": Timestamp(int(now.timestamp()) - LATE_SECONDS, 0)}
        return self._entries.count_documents({**UNSEALED, "coalition": coalition, "created": late})


class _Walk:
    """Along the entries of one chain; `head` is as far as they are sound."""

    def __init__(
        self,
        entries: Collection[dict[str, Any]],
        coalition: Coalition,
        kept: Head | None,
        advance: Callable[[int], object],
    ) -> None:
        self.head = Head()
        self._entries = entries
        self._coalition = coalition
        self._kept = kept
        self._advance = advance

    def to(self, end_of_chain: Callable[[], Head]) -> None:
        """Raises Broken."""
        while True:
            begun_at = self.head.number
            self._go_on()
            # Asked after the entries: it is behind them only if somebody has set it back, and ahead of them when more
            # were sealed in the meantime. Then there is more to walk.
            end = end_of_chain()
            if end.number <= self.head.number or self.head.number == begun_at:
                break
        _check_end(self.head, end)
        _check_kept_is_reached(self.head, self._kept)

    def _go_on(self) -> None:
        query = {"coalition": self._coalition, "seal.number": {"$gt": self.head.number}}
        rows = self._entries.find(query).sort("seal.number", ASCENDING).batch_size(_BATCH)
        for each in followed(self.head, rows):
            _check_kept(each, self._kept)
            self.head = each
            self._advance(1)


def _check_end(head: Head, end: Head) -> None:
    if end.number > head.number:
        what = f"entries {head.number + 1} to {end.number} are missing at the end"
        raise Broken(BreakKind.TRUNCATED, head.number + 1, what)
    if end.number < head.number:
        what = f"the head was set back to {end.number}, the last entry is {head.number}"
        raise Broken(BreakKind.REWRITTEN, end.number + 1, what)
    if end.hash != head.hash:
        what = f"the last entry, {head.number}, is not the one that was sealed as the last"
        raise Broken(BreakKind.REWRITTEN, head.number, what)


def _check_kept(head: Head, kept: Head | None) -> None:
    if kept is not None and kept.number == head.number and kept.hash != head.hash:
        what = f"entry {head.number} is not the one whose hash was kept: the chain was written anew"
        raise Broken(BreakKind.REWRITTEN, head.number, what)


def _check_kept_is_reached(head: Head, kept: Head | None) -> None:
    if kept is not None and kept.number > head.number:
        what = f"entries {head.number + 1} to {kept.number} are missing at the end: the hash of the last was kept"
        raise Broken(BreakKind.TRUNCATED, head.number + 1, what)
