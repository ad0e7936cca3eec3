"""What a delegate eats and needs to take part. It may tell of health, disability or belief, so it is a special category
of personal data (GDPR, article 9; docs/domain.md, section 11): kept apart from the registration, only with explicit
consent, shown to those who must know, and deleted soon after the conference.

Nothing is told of it in any message, not even that there is something.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from .conferences import Conference
from .errors import ConferenceIsOver, ConsentRequired, ConsentTextNotInForce, RegistrationIsCancelled
from .personal_requests import RecordSpecialNeeds
from .registrations import Registration, RegistrationStatus

PURPOSE: Final = "special_needs"
"""Of the texts to consent to, as the membership service names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """A text to consent to, as the membership service tells of it; the text itself is read there."""

    id: str
    coalition: str
    purpose: str
    version: str
    valid_from: date
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialNeeds:
    """Of one registration: `id` is the registration's. `entered_by` is the id of who recorded it, `consent_version` the
    text that the delegate agreed to."""

    id: str
    coalition: str
    version: int
    conference_id: str
    member_id: str | None
    dietary: str | None
    access_needs: str | None
    consent_version: str
    entered_by: str
    entered_at: datetime


def record_special_needs(
    request: RecordSpecialNeeds, registration: Registration, *, stored: SpecialNeeds | None, by: str, at: datetime
) -> SpecialNeeds:
    """What is recorded now, in the place of what is `stored`. `request` has a consent (`checked_consent`)."""
    assert request.consent_version is not None
    return SpecialNeeds(
        id=registration.id,
        coalition=registration.coalition,
        version=stored.version + 1 if stored else 1,
        conference_id=registration.conference_id,
        member_id=registration.member_id,
        dietary=request.dietary,
        access_needs=request.access_needs,
        consent_version=request.consent_version,
        entered_by=by,
        entered_at=at,
    )


def check_is_needed(registration: Registration, conference: Conference, *, today: date) -> None:
    """Whether there is still a reason to know it. Raises RegistrationIsCancelled, ConferenceIsOver."""
    if registration.status is not RegistrationStatus.CONFIRMED or registration.erased_at is not None:
        raise RegistrationIsCancelled
    if conference.is_over(today):
        raise ConferenceIsOver(conference.end_date)


def check_consent(version: str | None, texts: Iterable[ConsentText], *, today: date) -> None:
    """`texts` are those about special needs. Raises ConsentRequired, ConsentTextNotInForce."""
    if version is None:
        raise ConsentRequired
    begun = [text for text in texts if text.valid_from <= today]
    newest = max(begun, key=lambda text: text.valid_from, default=None)
    if newest is None or newest.version != version:
        raise ConsentTextNotInForce(newest.version if newest else None)
