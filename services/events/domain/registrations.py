"""The registration of one delegate for one conference.

Registration is open to all interested, except where a meeting is statutory: then only members send delegates (which
kinds are, is data: `domain.rules`). Name, e-mail address and function are personal data: they stay in the
registration and travel in no message. They can be erased: the registration stays, nameless, so that seats and numbers
do not change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import count

from services.personal.receipts import ERASED

from .conferences import Conference
from .errors import (
    AlreadyRegistered,
    AttendanceNotOffered,
    MemberRequired,
    NotAMember,
    RegistrationAlreadyCancelled,
    TooManyDelegates,
)
from .members import Member
from .requests import RegisterDelegate
from .venue import Attendance


class RegistrationStatus(StrEnum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`member_place` is which of its member's places the delegate holds (from 1), where members have a quota.
    `email_pseudonym` is what the delegate is found by when their address is not to be told; None: they were erased."""

    id: str
    coalition: str
    version: int
    conference_id: str
    member_id: str | None
    member_place: int | None
    name: str
    email: str
    email_pseudonym: str | None
    function: str | None
    attendance: Attendance
    status: RegistrationStatus
    registered_at: datetime
    cancelled_at: datetime | None = None
    cancellation_reason: str | None = None
    erased_at: datetime | None = None

    @property
    def email_key(self) -> str:
        return email_key(self.email)


def email_key(email: str) -> str:
    """What makes two e-mail addresses the same one: nobody means two mailboxes by letters of different case."""
    return email.casefold()


def register_delegate(
    request: RegisterDelegate, *, id: str, member_place: int | None, email_pseudonym: str, at: datetime
) -> Registration:
    """The registration of a delegate who may attend and has a seat."""
    return Registration(
        id=id,
        coalition=request.coalition,
        version=1,
        conference_id=request.conference_id,
        member_id=request.member_id,
        member_place=member_place,
        name=request.name,
        email=request.email,
        email_pseudonym=email_pseudonym,
        function=request.function,
        attendance=request.attendance,
        status=RegistrationStatus.CONFIRMED,
        registered_at=at,
    )


def check_attendance(conference: Conference, attendance: Attendance) -> None:
    """Raises AttendanceNotOffered."""
    offered = conference.mode.offered
    if attendance not in offered:
        raise AttendanceNotOffered(", ".join(offered))


def check_member(*, member_id: str | None, member: Member | None, is_statutory: bool) -> None:
    """Who may send a delegate: anybody to an open meeting, also nobody; a member in standing to a statutory one.

    `member` is what is known of `member_id`. Raises MemberRequired, NotAMember.
    """
    if member_id is None:
        if is_statutory:
            raise MemberRequired
    elif member is None:
        raise NotAMember.unknown()
    elif is_statutory and not member.is_in_standing:
        raise NotAMember.not_in_standing()


def free_place(
    *, email: str, member_id: str | None, delegates_per_member: int | None, confirmed: Iterable[Registration]
) -> int | None:
    """Which of its member's places a new delegate gets; None where there is no quota.

    `confirmed` are the confirmed registrations of the same conference with the same e-mail address or of the same
    member. It is always the lowest free place, so that two delegates of one member who register at the same moment
    want the same one: the unique key on the place lets one of them through, and the other counts again.
    Raises AlreadyRegistered, TooManyDelegates.
    """
    known = tuple(confirmed)
    if any(each.email_key == email_key(email) for each in known):
        raise AlreadyRegistered
    if member_id is None or delegates_per_member is None:
        return None
    colleagues = [each for each in known if each.member_id == member_id]
    if len(colleagues) >= delegates_per_member:
        raise TooManyDelegates(delegates_per_member)
    return _lowest_free([each.member_place for each in colleagues])


def cancel_registration(registration: Registration, *, reason: str | None, at: datetime) -> Registration:
    """The registration, given up. Raises RegistrationAlreadyCancelled."""
    if registration.status is RegistrationStatus.CANCELLED:
        raise RegistrationAlreadyCancelled
    return replace(
        registration,
        version=registration.version + 1,
        status=RegistrationStatus.CANCELLED,
        cancelled_at=at,
        cancellation_reason=reason,
    )


def erase_delegate(registration: Registration, *, at: datetime) -> Registration:
    """The registration without anything that tells who the delegate is. Its address leads nowhere (RFC 2606) and is its
    own, so that the delegates of a conference still differ."""
    return replace(
        registration,
        version=registration.version + 1,
        name=ERASED,
        email=f"{registration.id}@erased.invalid",
        email_pseudonym=None,
        function=None,
        cancellation_reason=None,
        erased_at=at,
    )


def _lowest_free(held: Sequence[int | None]) -> int:
    return next(place for place in count(1) if place not in held)
