"""A conference of a coalition and the window in which delegates register for it.

Meetings seen in the network: founding meetings, public General Conferences, statutory General Assemblies and Steering
Committees, members' sessions, held in person, online or both. Source: the coalition's own announcements, collected
with the seed's list of conferences.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.chassis.kernel.errors import InvalidInput, Violation, invalid
from services.chassis.kernel.text import LocalizedText

from .errors import ConferenceIsOver, RegistrationAlreadyOpen, RegistrationNotOpen
from .kinds import ConferenceKind
from .requests import AnnounceConference
from .venue import ConferenceMode, HostCity


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationWindow:
    """Days on which delegates register, both included, and their numbers (None: no limit).

    `capacity` counts delegates, however they attend. `closed_on`: the day on which it was closed early.
    """

    opens_on: date
    closes_on: date
    capacity: int | None
    delegates_per_member: int | None
    closed_on: date | None = None

    def is_open(self, today: date) -> bool:
        return self.opens_on <= today and not self.has_ended(today)

    def has_ended(self, today: date) -> bool:
        return self.closed_on is not None or self.closes_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """`registration` is the last window opened, or None. `end_date` is the last day."""

    id: str
    coalition: str
    version: int
    kind: ConferenceKind
    title: LocalizedText
    theme: LocalizedText | None
    start_date: date
    end_date: date
    mode: ConferenceMode
    host_city: HostCity | None
    source: str | None
    registration: RegistrationWindow | None

    def is_over(self, today: date) -> bool:
        return self.end_date < today


def announce_conference(request: AnnounceConference, *, id: str) -> Conference:
    """A new conference, past or future: the list of the network reaches back to 2004.

    Raises InvalidInput: it ends before it starts.
    """
    if request.end_date < request.start_date:
        raise invalid(("end_date",), "The last day is before the first: exchange them.", "END_BEFORE_START")
    return Conference(
        id=id,
        coalition=request.coalition,
        version=1,
        kind=request.kind,
        title=request.title,
        theme=request.theme,
        start_date=request.start_date,
        end_date=request.end_date,
        mode=request.mode,
        host_city=request.host_city,
        source=request.source,
        registration=None,
    )


def open_registration(conference: Conference, *, window: RegistrationWindow, taken: int, today: date) -> Conference:
    """The conference with a new window. Delegates registered in an earlier one (`taken`) keep their seats.

    Raises ConferenceIsOver, RegistrationAlreadyOpen (also for a window that opens later), InvalidInput with one
    violation per date or number that cannot be.
    """
    if conference.is_over(today):
        raise ConferenceIsOver(conference.end_date)
    current = conference.registration
    if current is not None and not current.has_ended(today):
        raise RegistrationAlreadyOpen(current.closes_on)
    violations = tuple(_window_violations(conference, window, taken, today))
    if violations:
        raise InvalidInput(violations[0].message, path=violations[0].path, violations=violations)
    return replace(conference, version=conference.version + 1, registration=window)


def close_registration(conference: Conference, *, today: date) -> Conference:
    """The conference whose window ends today, before its day; one that was to open later will not.

    Raises RegistrationNotOpen: there is nothing to close.
    """
    window = conference.registration
    if window is None:
        raise RegistrationNotOpen.never_opened()
    if window.has_ended(today):
        raise RegistrationNotOpen.ended(window.closed_on or window.closes_on)
    closed = replace(window, closed_on=today)
    return replace(conference, version=conference.version + 1, registration=closed)


def open_window(conference: Conference, today: date) -> RegistrationWindow:
    """The window in which a delegate can register today. Raises RegistrationNotOpen, saying when it was or will be."""
    window = conference.registration
    if window is None:
        raise RegistrationNotOpen.never_opened()
    if window.has_ended(today):
        raise RegistrationNotOpen.ended(window.closed_on or window.closes_on)
    if not window.is_open(today):
        raise RegistrationNotOpen.opens_later(window.opens_on)
    return window


def _window_violations(
    conference: Conference, window: RegistrationWindow, taken: int, today: date
) -> Iterator[Violation]:
    closes_on = ("closes_on",)
    if window.closes_on < window.opens_on:
        yield Violation(closes_on, "Registration would close before it opens.", "CLOSES_BEFORE_OPENING")
    if window.closes_on < today:
        yield Violation(closes_on, "This day has passed: registration would never be open.", "CLOSES_IN_THE_PAST")
    if window.closes_on > conference.end_date:
        text = f"The conference ends on {conference.end_date}: close registration by then."
        yield Violation(closes_on, text, "CLOSES_AFTER_THE_END")
    if window.capacity is not None and window.capacity < taken:
        text = f"{taken} delegates are registered already: allow at least as many, or cancel some first."
        yield Violation(("capacity",), text, "CAPACITY_BELOW_TAKEN")
