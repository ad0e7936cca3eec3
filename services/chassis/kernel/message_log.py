"""What can be asked of a service's event log: which messages were published after another one, or since a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .errors import ExpectedError

RESUMABLE_MESSAGES: Final = 1_000
"""Whoever has missed more than this reads the present state again, which is less work than to follow what led to it."""

RESUMABLE_SECONDS: Final = 24 * 3600
"""Nor is what happened longer ago repeated: the log is kept for good, and nobody shall have it read from its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMessages:
    """Messages of `types` that were published after the one of id `after`, or else since `since`. `coalition` None: of
    all coalitions."""

    types: tuple[str, ...]
    coalition: str | None = None
    after: str | None = None
    since: datetime | None = None


class ResumePointUnknown(ExpectedError):
    """The log cannot be read on from there: no such message among those asked for, or too much has happened since."""

    code = "RESUME_POINT_UNKNOWN"
