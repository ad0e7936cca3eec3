"""What has happened cannot lie in the future, and what was read before must still be so."""

from datetime import date, datetime, timedelta
from typing import Final

from services.chassis.kernel.errors import Path, VersionConflict

from .errors import DateInFuture
from .partial_date import PartialDate

_EASTERNMOST_OFFSET: Final = timedelta(hours=14)


def latest_date_on_earth(now: datetime) -> date:
    """The date where the day begins first (UTC+14).

    The coalitions live on every continent: a vote taken in Auckland this morning is dated "tomorrow" by UTC.
    """
    return (now + _EASTERNMOST_OFFSET).date()


def ensure_happened(day: PartialDate | None, *, now: datetime, path: Path) -> None:
    """Raises DateInFuture when `day`, wholly, lies in the future everywhere on earth. An unknown date passes."""
    if day is not None and day.earliest() > latest_date_on_earth(now):
        raise DateInFuture(f"{day} is in the future: enter a step when it has happened.", path=path)


def ensure_version(stored: int, expected: int | None) -> None:
    """Raises VersionConflict when the caller decided on another version than the stored one."""
    if expected is not None and expected != stored:
        raise VersionConflict(
            f"This is version {stored} by now, and you saw version {expected}. Read it again, then decide again.",
            path=("expected_version",),
        )
