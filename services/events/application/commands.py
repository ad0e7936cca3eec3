"""What people do. Each command is one transaction; it runs again when it meets another one, and only its last run
counts."""

from random import choice

from services.chassis.kernel.errors import ensure_version
from services.chassis.kernel.ids import new_id
from services.chassis.persistence.unit_of_work import Work

from ..domain import conferences, registrations, rules, seats
from ..domain.conferences import Conference, RegistrationWindow
from ..domain.errors import ConferenceIsOver, UnknownCoalition
from ..domain.events import (
    ConferenceAnnounced,
    ConferenceRulesAdopted,
    DelegateRegistered,
    DelegateUnregistered,
    RegistrationClosed,
    RegistrationOpened,
)
from ..domain.overview import ConferenceOverview, is_statutory
from ..domain.registrations import Registration
from ..domain.requests import (
    AdoptConferenceRules,
    AnnounceConference,
    CancelRegistration,
    CloseRegistration,
    OpenRegistration,
    RegisterDelegate,
)
from ..domain.rules import ConferenceRules
from ..store.conferences import Conferences
from ..store.projections import Coalitions, Members
from ..store.registrations import Registrations
from ..store.rules import AdoptedRulesOfCoalition
from ..store.seats import SeatBlocks
from ..store.special_needs import SpecialNeedsOfDelegates
from .overviews import adopted_rules, overview_of


def announce_conference(work: Work, request: AnnounceConference) -> ConferenceOverview:
    """Raises UnknownCoalition, ConferenceAlreadyAnnounced, InvalidInput, Forbidden."""
    _check_coalition(work, request.coalition)
    conference = conferences.announce_conference(request, id=new_id())
    Conferences(work, coalition=request.coalition).store(conference)
    work.publish(ConferenceAnnounced(conference))
    return overview_of(work, conference)


def open_registration(work: Work, request: OpenRegistration) -> ConferenceOverview:
    """Raises NotFound, VersionConflict, ConferenceIsOver, RegistrationAlreadyOpen, InvalidInput, Forbidden."""
    conference = _expected_conference(work, request)
    blocks = SeatBlocks(work, coalition=request.coalition).of(conference.id)
    opened = conferences.open_registration(
        conference, window=_window(work, request), taken=seats.seats_taken(blocks), today=work.today
    )
    Conferences(work, coalition=request.coalition).store(opened)
    laid_out = seats.lay_out_seats(opened.id, blocks, capacity=request.capacity)
    SeatBlocks(work, coalition=request.coalition).store_all(laid_out)
    work.publish(RegistrationOpened(opened))
    return overview_of(work, opened)


def close_registration(work: Work, request: CloseRegistration) -> ConferenceOverview:
    """Raises NotFound, VersionConflict, RegistrationNotOpen, Forbidden."""
    closed = conferences.close_registration(_expected_conference(work, request), today=work.today)
    Conferences(work, coalition=request.coalition).store(closed)
    blocks = SeatBlocks(work, coalition=request.coalition)
    blocks.store_all(seats.touch(blocks.of(closed.id)))
    work.publish(RegistrationClosed(closed))
    return overview_of(work, closed)


def register_delegate(work: Work, request: RegisterDelegate) -> Registration:
    """Raises NotFound, RegistrationNotOpen, AttendanceNotOffered, MemberRequired, NotAMember, AlreadyRegistered,
    TooManyDelegates, ConferenceFull, Forbidden."""
    conference = Conferences(work, coalition=request.coalition).get(request.conference_id)
    window = conferences.open_window(conference, work.today)
    registrations.check_attendance(conference, request.attendance)
    _check_member(work, conference, request.member_id)
    place = _free_place(work, request, window)
    # The seat before all else that is written: who meets somebody here has little to do again.
    blocks = SeatBlocks(work, coalition=request.coalition)
    blocks.store(seats.take_seat(blocks.of(conference.id), pick=choice))
    registration = registrations.register_delegate(
        request, id=new_id(), member_place=place, email_pseudonym=work.pseudonym(request.email), at=work.now
    )
    Registrations(work, coalition=request.coalition).store(registration)
    work.publish(DelegateRegistered(registration))
    return registration


def cancel_registration(work: Work, request: CancelRegistration) -> Registration:
    """What the delegate eats and needs is forgotten with it.

    Raises NotFound, VersionConflict, ConferenceIsOver, RegistrationAlreadyCancelled, Forbidden."""
    registration = Registrations(work, coalition=request.coalition).get(request.registration_id)
    ensure_version(registration.version, request.expected_version)
    _check_not_over(work, registration)
    cancelled = registrations.cancel_registration(registration, reason=request.reason, at=work.now)
    Registrations(work, coalition=request.coalition).store(cancelled)
    blocks = SeatBlocks(work, coalition=request.coalition)
    blocks.store(seats.release_seat(blocks.of(cancelled.conference_id), pick=choice))
    SpecialNeedsOfDelegates(work, coalition=request.coalition).delete([cancelled.id])
    work.publish(DelegateUnregistered(cancelled))
    return cancelled


def adopt_conference_rules(work: Work, request: AdoptConferenceRules) -> tuple[ConferenceRules, ...]:
    """The coalition's rules over time, the new ones among them.

    Raises UnknownCoalition, RulesAlreadyAdopted, Forbidden.
    """
    _check_coalition(work, request.coalition)
    adopted = rules.adopt_rules(request, id=new_id())
    AdoptedRulesOfCoalition(work, coalition=request.coalition).store(adopted)
    work.publish(ConferenceRulesAdopted(adopted))
    return rules.rules_over_time(adopted_rules(work, request.coalition))


def _check_coalition(work: Work, coalition: str) -> None:
    if not Coalitions(work, coalition=coalition).is_known():
        raise UnknownCoalition(coalition)


def _expected_conference(work: Work, request: OpenRegistration | CloseRegistration) -> Conference:
    conference = Conferences(work, coalition=request.coalition).get(request.conference_id)
    ensure_version(conference.version, request.expected_version)
    return conference


def _window(work: Work, request: OpenRegistration) -> RegistrationWindow:
    return RegistrationWindow(
        opens_on=request.opens_on or work.today,
        closes_on=request.closes_on,
        capacity=request.capacity,
        delegates_per_member=request.delegates_per_member,
    )


def _check_member(work: Work, conference: Conference, member_id: str | None) -> None:
    statutory = is_statutory(conference, adopted_rules(work, conference.coalition))
    member = Members(work, coalition=conference.coalition).find(member_id) if member_id else None
    registrations.check_member(member_id=member_id, member=member, is_statutory=statutory)


def _free_place(work: Work, request: RegisterDelegate, window: RegistrationWindow) -> int | None:
    confirmed = Registrations(work, coalition=request.coalition).confirmed(
        request.conference_id, email=request.email, member_id=request.member_id
    )
    return registrations.free_place(
        email=request.email,
        member_id=request.member_id,
        delegates_per_member=window.delegates_per_member,
        confirmed=confirmed,
    )


def _check_not_over(work: Work, registration: Registration) -> None:
    conference = Conferences(work, coalition=registration.coalition).get(registration.conference_id)
    if conference.is_over(work.today):
        raise ConferenceIsOver(conference.end_date)
