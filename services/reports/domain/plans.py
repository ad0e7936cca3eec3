"""What this service knows of plans: the commitments on which members report."""

from dataclasses import dataclass
from datetime import datetime

from services.chassis.kernel.text import LocalizedText


@dataclass(frozen=True, slots=True)
class Commitment:
    """One point of a plan; `number` is the plan's own."""

    number: int
    title: LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan's projection, as of message `sequence`. `version` is its label ("2004"), `published_at` when it was
    published on this platform."""

    id: str
    coalition: str
    version: str
    commitments: tuple[Commitment, ...]
    published_at: datetime
    sequence: int
