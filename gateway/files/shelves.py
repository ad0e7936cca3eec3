"""Where files belong: for each kind, which service knows them and how it is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """`name` is the first part of an object's key in the store and of a file's address. The rest are the service's
    methods (services/files/filing.py)."""

    name: str
    service: str
    get: str
    receive: str
    settle: str
    waiting: str
    needed: str
    forget: str


EVIDENCE: Final = Shelf(
    name="evidence",
    service="reports",
    get="get_evidence",
    receive="receive_evidence",
    settle="settle_evidence",
    waiting="list_waiting_evidence",
    needed="list_needed_objects",
    forget="forget_staged_evidence",
)

SHELVES: Final[Mapping[str, Shelf]] = {shelf.name: shelf for shelf in (EVIDENCE,)}
