"""What all services are asked alike: things by their references, things of several coalitions."""

from dataclasses import dataclass
from typing import Final

MAX_BATCH: Final = 1_000
"""Things asked for at once."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing of a tenant."""

    coalition: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetByRefs:
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCoalitions:
    coalitions: tuple[str, ...]
