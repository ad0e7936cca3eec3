"""What this service is asked to do and to tell: checked for form, not yet for the rules."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.chassis.kernel.paging import PageRequest
from services.chassis.kernel.requests import Ref
from services.chassis.kernel.text import LocalizedText

from .kinds import ConferenceKind
from .venue import Attendance, ConferenceMode, HostCity

ConferenceOrder = Literal["start_date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceConference:
    coalition: str
    kind: ConferenceKind
    title: LocalizedText
    theme: LocalizedText | None = None
    start_date: date
    end_date: date
    mode: ConferenceMode
    host_city: HostCity | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRegistration:
    """`opens_on` None: today. `capacity` and `delegates_per_member` None: no limit."""

    coalition: str
    conference_id: str
    opens_on: date | None = None
    closes_on: date
    capacity: int | None = None
    delegates_per_member: int | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRegistration:
    coalition: str
    conference_id: str
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterDelegate:
    coalition: str
    conference_id: str
    member_id: str | None = None
    name: str
    email: str
    function: str | None = None
    attendance: Attendance


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRegistration:
    coalition: str
    registration_id: str
    reason: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptConferenceRules:
    """`statutory_kinds`: each once, sorted. `valid_from` None: from the beginning."""

    coalition: str
    valid_from: date | None = None
    statutory_kinds: tuple[ConferenceKind, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceFilter:
    """Conferences of one of `kinds` (None: all) that touch the days `from_date` to `to_date`, both included, and whose
    title, theme or host city hold each word of `search`."""

    kinds: tuple[ConferenceKind, ...] | None = None
    from_date: date | None = None
    to_date: date | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConferences:
    """`coalition` None: of the whole network."""

    coalition: str | None = None
    filter: ConferenceFilter
    order_by: ConferenceOrder = "start_date"
    descending: bool = False
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConferencesOf:
    """Conferences of each of `coalitions`, by coalition."""

    coalitions: tuple[str, ...]
    filter: ConferenceFilter
    order_by: ConferenceOrder = "start_date"
    descending: bool = False
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRegistrations:
    """A page of registrations for each of `refs`: conferences, or members."""

    refs: tuple[Ref, ...]
    page: PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ListProjectedMembers:
    coalition: str
