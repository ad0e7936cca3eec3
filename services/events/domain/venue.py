"""Where and how a conference is held, and how one attends it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCity:
    """As the announcement names it, a member or not; `country` is ISO 3166-1 alpha-2."""

    name: str
    country: str


class Attendance(StrEnum):
    ON_SITE = "on_site"
    ONLINE = "online"


class ConferenceMode(StrEnum):
    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"

    @property
    def offered(self) -> tuple[Attendance, ...]:
        """How a conference held in this mode can be attended."""
        if self is ConferenceMode.HYBRID:
            return (Attendance.ON_SITE, Attendance.ONLINE)
        return (Attendance.ONLINE,) if self is ConferenceMode.ONLINE else (Attendance.ON_SITE,)
