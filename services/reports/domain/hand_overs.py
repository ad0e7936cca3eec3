"""Hand-overs of members' focal points, as the membership service tells them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """`number` counts the hand-overs of the member; people are told by their ids."""

    id: str
    coalition: str
    member_id: str
    number: int
    from_person: str
    to_person: str
    sequence: int


def successor(hand_over: HandOver, known: Iterable[HandOver]) -> str:
    """Who follows by now: later hand-overs of the member may have arrived before this one."""
    person = hand_over.to_person
    for each in sorted(known, key=lambda each: each.number):
        if each.number > hand_over.number and each.from_person == person:
            person = each.to_person
    return person
