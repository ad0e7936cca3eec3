"""What this service is asked about special needs and minutes: checked for form, not yet for the rules."""

from dataclasses import dataclass
from datetime import date

from services.chassis.kernel.text import LocalizedText


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSpecialNeeds:
    """`consent_version` names the text that the delegate agreed to, explicitly, before this."""

    coalition: str
    registration_id: str
    dietary: str | None = None
    access_needs: str | None = None
    consent_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawSpecialNeeds:
    coalition: str
    registration_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPresent:
    """Somebody whom minutes name; `person_id` or `email`, where known, let the person be found."""

    name: str
    person_id: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMinutes:
    coalition: str
    conference_id: str
    title: LocalizedText
    adopted_on: date
    present: tuple[NamedPresent, ...]
