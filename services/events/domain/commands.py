"""What this service can be told to do: checked for form, not yet for the rules."""

from dataclasses import dataclass
from datetime import date

from ...chassis.kernel.text import LocalizedText
from .kinds import ConferenceKind
from .venue import Attendance, ConferenceMode, HostCity


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
