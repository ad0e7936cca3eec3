"""The seats of a conference, counted in blocks.

One counter would be exact too, but every registration would have to change it, and of two transactions that change one
document one must run again. Measured, 100 people who register in the same moment wait up to 2.4 s on one counter, and
200 up to ten seconds, which is longer than the gateway waits; on 32 blocks it is 0.5 s and 1.5 s. Each delegate is
seated in any block with a free seat, so only those who pick the same block meet; and nobody sees it: the one who comes
second is seated again.

Opening and closing the registration changes every block, so that no registration that began before can slip through.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .errors import ConferenceFull

BLOCKS: Final = 32

Pick = Callable[[Sequence["SeatBlock"]], "SeatBlock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatBlock:
    """Block `number` (from 0) of a conference: `taken` of `capacity` seats (None: as many as come)."""

    conference_id: str
    number: int
    version: int
    capacity: int | None
    taken: int

    @property
    def has_free_seat(self) -> bool:
        return self.capacity is None or self.taken < self.capacity


def lay_out_seats(conference_id: str, blocks: Sequence[SeatBlock], *, capacity: int | None) -> tuple[SeatBlock, ...]:
    """The blocks for a newly opened registration: `capacity` and what is taken in `blocks` (empty: none yet), both
    spread evenly, so that no block holds more than it has when the conference does not."""
    versions = {block.number: block.version for block in blocks}
    taken = seats_taken(blocks)
    return tuple(
        SeatBlock(
            conference_id=conference_id,
            number=number,
            version=versions.get(number, 0) + 1,
            capacity=None if capacity is None else _share(capacity, number),
            taken=_share(taken, number),
        )
        for number in range(BLOCKS)
    )


def touch(blocks: Sequence[SeatBlock]) -> tuple[SeatBlock, ...]:
    """The same seats, as new versions: whoever takes one at this moment must look again."""
    return tuple(replace(block, version=block.version + 1) for block in blocks)


def take_seat(blocks: Sequence[SeatBlock], *, pick: Pick) -> SeatBlock:
    """The block picked, with one more seat taken. Raises ConferenceFull."""
    free = [block for block in blocks if block.has_free_seat]
    if not free:
        raise ConferenceFull
    return _changed(pick(free), +1)


def release_seat(blocks: Sequence[SeatBlock], *, pick: Pick) -> SeatBlock:
    """The block picked, with one seat less taken. Seats have no numbers: any block that has one taken will do."""
    return _changed(pick([block for block in blocks if block.taken > 0]), -1)


def seats_taken(blocks: Sequence[SeatBlock]) -> int:
    return sum(block.taken for block in blocks)


def _share(seats: int, number: int) -> int:
    return seats // BLOCKS + (1 if number < seats % BLOCKS else 0)


def _changed(block: SeatBlock, by: int) -> SeatBlock:
    return replace(block, version=block.version + 1, taken=block.taken + by)
