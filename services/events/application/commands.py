"""What people do. Each command is one transaction; it runs again when it meets another one, and only its last run
counts."""

from random import choice

from ...chassis.kernel.errors import VersionConflict
from ...chassis.kernel.ids import new_id
from ...chassis.persistence.unit_of_work import Work
from ..domain import conferences, registrations, rules, seats
from ..domain.commands import (
    AdoptConferenceRules,
    AnnounceConference,
    CancelRegistration,
    CloseRegistration,
    OpenRegistration,
    RegisterDelegate,
)
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
from ..domain.rules import ConferenceRules
from ..store.conferences import Conferences
from ..store.projections import ProjectedCoalitions, ProjectedMembers
from ..store.registrations import Registrations
from ..store.rules import AdoptedRulesOfCoalition
from ..store.seats import SeatBlocks
from . import policies
from .overviews import adopted_rules, overview_of


def announce_conference(work: Work, command: AnnounceConference) -> ConferenceOverview:
    """Raises UnknownCoalition, ConferenceAlreadyAnnounced, InvalidInput, Forbidden."""
    policies.secretariat_only(work.principal)
    _check_coalition(work, command.coalition)
    conference = conferences.announce_conference(command, id=new_id())
    Conferences(work, coalition=command.coalition).add(conference)
    work.publish(ConferenceAnnounced(conference))
    return overview_of(work, conference)


def open_registration(work: Work, command: OpenRegistration) -> ConferenceOverview:
    """Raises NotFound, VersionConflict, ConferenceIsOver, RegistrationAlreadyOpen, InvalidInput, Forbidden."""
    policies.secretariat_only(work.principal)
    conference = _expected_conference(work, command)
    blocks = SeatBlocks(work, coalition=command.coalition).of(conference.id)
    opened = conferences.open_registration(
        conference, window=_window(command, work), taken=seats.seats_taken(blocks), today=work.today
    )
    Conferences(work, coalition=command.coalition).save(opened)
    laid_out = seats.lay_out_seats(opened.id, blocks, capacity=command.capacity)
    SeatBlocks(work, coalition=command.coalition).save_all(laid_out)
    work.publish(RegistrationOpened(opened))
    return overview_of(work, opened)


def close_registration(work: Work, command: CloseRegistration) -> ConferenceOverview:
    """Raises NotFound, VersionConflict, RegistrationNotOpen, Forbidden."""
    policies.secretariat_only(work.principal)
    closed = conferences.close_registration(_expected_conference(work, command), today=work.today)
    Conferences(work, coalition=command.coalition).save(closed)
    blocks = SeatBlocks(work, coalition=command.coalition)
    blocks.save_all(seats.touch(blocks.of(closed.id)))
    work.publish(RegistrationClosed(closed))
    return overview_of(work, closed)


def register_delegate(work: Work, command: RegisterDelegate) -> Registration:
    """Raises NotFound, RegistrationNotOpen, AttendanceNotOffered, MemberRequired, NotAMember, AlreadyRegistered,
    TooManyDelegates, ConferenceFull, Forbidden."""
    policies.secretariat_only(work.principal)
    conference = Conferences(work, coalition=command.coalition).get(command.conference_id)
    window = conferences.open_window(conference, work.today)
    registrations.check_attendance(conference, command.attendance)
    _check_member(work, conference, command.member_id)
    place = _free_place(work, command, window)
    # The seat before all else that is written: who meets somebody here has little to do again.
    blocks = SeatBlocks(work, coalition=command.coalition)
    blocks.save(seats.take_seat(blocks.of(conference.id), pick=choice))
    registration = registrations.register_delegate(command, id=new_id(), member_place=place, at=work.now)
    Registrations(work, coalition=command.coalition).add(registration)
    work.publish(DelegateRegistered(registration))
    return registration


def cancel_registration(work: Work, command: CancelRegistration) -> Registration:
    """Raises NotFound, VersionConflict, ConferenceIsOver, RegistrationAlreadyCancelled, Forbidden."""
    policies.secretariat_only(work.principal)
    registration = Registrations(work, coalition=command.coalition).get(command.registration_id)
    _check_version(registration.version, command.expected_version)
    _check_not_over(work, registration)
    cancelled = registrations.cancel_registration(registration, reason=command.reason, at=work.now)
    Registrations(work, coalition=command.coalition).save(cancelled)
    blocks = SeatBlocks(work, coalition=command.coalition)
    blocks.save(seats.release_seat(blocks.of(cancelled.conference_id), pick=choice))
    work.publish(DelegateUnregistered(cancelled))
    return cancelled


def adopt_conference_rules(work: Work, command: AdoptConferenceRules) -> tuple[ConferenceRules, ...]:
    """The coalition's rules over time, the new ones among them.

    Raises UnknownCoalition, RulesAlreadyAdopted, Forbidden.
    """
    policies.secretariat_only(work.principal)
    _check_coalition(work, command.coalition)
    adopted = rules.adopt_rules(command, id=new_id())
    AdoptedRulesOfCoalition(work, coalition=command.coalition).add(adopted)
    work.publish(ConferenceRulesAdopted(adopted))
    return rules.rules_over_time(adopted_rules(work, command.coalition))


def _check_coalition(work: Work, coalition: str) -> None:
    if not ProjectedCoalitions(work, coalition=coalition).is_known():
        raise UnknownCoalition(coalition)


def _expected_conference(work: Work, command: OpenRegistration | CloseRegistration) -> Conference:
    conference = Conferences(work, coalition=command.coalition).get(command.conference_id)
    _check_version(conference.version, command.expected_version)
    return conference


def _check_version(version: int, expected: int | None) -> None:
    if expected is not None and version != expected:
        raise VersionConflict(
            f"This changed since you read it (version {expected}, now {version}). Read it again, then decide again.",
            path=("expected_version",),
        )


def _window(command: OpenRegistration, work: Work) -> RegistrationWindow:
    return RegistrationWindow(
        opens_on=command.opens_on or work.today,
        closes_on=command.closes_on,
        capacity=command.capacity,
        delegates_per_member=command.delegates_per_member,
    )


def _check_member(work: Work, conference: Conference, member_id: str | None) -> None:
    statutory = is_statutory(conference, adopted_rules(work, conference.coalition))
    member = ProjectedMembers(work, coalition=conference.coalition).find(member_id) if member_id else None
    registrations.check_member(member_id=member_id, member=member, is_statutory=statutory)


def _free_place(work: Work, command: RegisterDelegate, window: RegistrationWindow) -> int | None:
    confirmed = Registrations(work, coalition=command.coalition).confirmed(
        command.conference_id, email=command.email, member_id=command.member_id
    )
    return registrations.free_place(
        email=command.email,
        member_id=command.member_id,
        delegates_per_member=window.delegates_per_member,
        confirmed=confirmed,
    )


def _check_not_over(work: Work, registration: Registration) -> None:
    conference = Conferences(work, coalition=registration.coalition).get(registration.conference_id)
    if conference.is_over(work.today):
        raise ConferenceIsOver(conference.end_date)
