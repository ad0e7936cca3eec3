"""Seats counted in blocks: whatever happens, no more taken than there are, and none lost."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.events.domain.errors import ConferenceFull
from services.events.domain.seats import (
    BLOCKS,
    SeatBlock,
    lay_out_seats,
    release_seat,
    seats_taken,
    take_seat,
    touch,
)


def first(blocks: Sequence[SeatBlock]) -> SeatBlock:
    return blocks[0]


@given(capacity=st.integers(1, 10_000), taken=st.integers(0, 10_000))
def test_seats_are_spread_over_the_blocks_without_remainder(capacity: int, taken: int) -> None:
    taken = min(taken, capacity)
    before = [SeatBlock(conference_id="c", number=0, version=7, capacity=None, taken=taken)]

    blocks = lay_out_seats("c", before, capacity=capacity)

    assert len(blocks) == BLOCKS
    assert sum(block.capacity or 0 for block in blocks) == capacity
    assert seats_taken(blocks) == taken
    assert all(0 <= block.taken <= (block.capacity or 0) for block in blocks)
    assert [block.version for block in blocks] == [8] + [1] * (BLOCKS - 1)


def test_the_last_seat_can_be_taken_whatever_block_it_is_in() -> None:
    blocks = list(lay_out_seats("c", [], capacity=BLOCKS + 1))
    for _ in range(BLOCKS + 1):
        _put(blocks, take_seat(blocks, pick=first))

    with pytest.raises(ConferenceFull):
        take_seat(blocks, pick=first)
    assert seats_taken(blocks) == BLOCKS + 1


def test_every_block_is_another_version_after_a_touch_and_nothing_else() -> None:
    blocks = lay_out_seats("c", [], capacity=40)

    touched = touch(blocks)

    assert [block.version for block in touched] == [2] * BLOCKS
    assert [(block.number, block.capacity, block.taken) for block in touched] == [
        (block.number, block.capacity, block.taken) for block in blocks
    ]


class Seats(RuleBasedStateMachine):
    """A conference whose delegates come and go, and whose registration is opened again with other numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.capacity: int | None = 3
        self.delegates = 0
        self.blocks = list(lay_out_seats("c", [], capacity=3))

    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        is_full = self.capacity is not None and self.delegates == self.capacity
        try:
            block = take_seat(self.blocks, pick=lambda free: data.draw(st.sampled_from(free)))
        except ConferenceFull:
            assert is_full
            return
        assert not is_full
        _put(self.blocks, block)
        self.delegates += 1

    @precondition(lambda self: self.delegates > 0)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        _put(self.blocks, release_seat(self.blocks, pick=lambda taken: data.draw(st.sampled_from(taken))))
        self.delegates -= 1

    @rule(more=st.none() | st.integers(0, 70))
    def open_again(self, more: int | None) -> None:
        self.capacity = None if more is None else max(1, self.delegates + more)
        self.blocks = list(lay_out_seats("c", self.blocks, capacity=self.capacity))

    @rule()
    def close(self) -> None:
        self.blocks = list(touch(self.blocks))

    @invariant()
    def each_delegate_has_one_seat(self) -> None:
        assert seats_taken(self.blocks) == self.delegates
        assert all(block.taken >= 0 for block in self.blocks)

    @invariant()
    def no_block_holds_more_than_it_has(self) -> None:
        assert all(block.capacity is None or block.taken <= block.capacity for block in self.blocks)


TestSeats = Seats.TestCase


def _put(blocks: list[SeatBlock], changed: SeatBlock) -> None:
    assert changed.version == blocks[changed.number].version + 1
    blocks[changed.number] = changed
