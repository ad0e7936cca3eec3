"""What has happened cannot lie in the future."""

from datetime import date, datetime, timedelta
from typing import Final

from services.chassis.kernel.dates import PartialDate
from services.chassis.kernel.errors import Path

from .errors import DateInFuture

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
