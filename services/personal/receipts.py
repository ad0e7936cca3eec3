"""Receipts: what a service has done for a request, in numbers. Pure; nothing in a receipt is personal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.chassis.kernel.events import DomainEvent

ERASED: Final = "[erased]"
"""Stands where a name was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`what` is the name of a collection, such as `registrations`."""

    what: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was not erased, and why not, in words for the person whom it is about."""

    what: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What one service has erased, by collection, and what it kept."""

    counts: Mapping[str, int]
    kept: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One service's answer to one request. `coalition` is empty for a request about all of them."""

    id: str
    request_id: str
    coalition: str
    counts: tuple[Counted, ...]
    kept: tuple[Kept, ...] = ()
    version: int = field(default=1, init=False)


class PersonalDataExported(DomainEvent[Receipt]):
    pass


class PersonalDataErased(DomainEvent[Receipt]):
    pass


def counted(counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """By name; what there was none of is said too: it was looked for."""
    return tuple(Counted(what=what, count=counts[what]) for what in sorted(counts))
