"""The messages that this service owns. No personal data: of a delegate nothing travels but ids and the attendance."""

from collections.abc import Mapping
from typing import Final

from marshmallow import fields

from services.chassis.schemas.fields import Day, Localized, Term
from services.chassis.schemas.messages import Event, MessageType, Publishing, State, says
from services.personal.messages import receipt_messages

from ..domain import events
from ..domain.kinds import ConferenceKind
from ..domain.registrations import RegistrationStatus
from ..domain.venue import Attendance, ConferenceMode
from .fields import HostCitySchema

SOURCE: Final = "events"


class RegistrationWindowState(State):
    opens_on = Day(**says("First day on which delegates register"))
    closes_on = Day(**says("Last day on which delegates register"))
    capacity = fields.Integer(**says("Delegates in all; null: no limit", nullable=True))
    delegates_per_member = fields.Integer(**says("Delegates of one member; null: no limit", nullable=True))
    closed_on = Day(**says("Day on which it was closed early; null: it was not", nullable=True))


class ConferenceState(State):
    conference_id = fields.String(attribute="id", **says("The conference"))
    coalition = fields.String(**says("Key of the coalition that holds it"))
    kind = Term(ConferenceKind, **says("What it is"))
    title = Localized(**says("Title"))
    theme = Localized(**says("Theme or motto", nullable=True))
    start_date = Day(**says("First day"))
    end_date = Day(**says("Last day"))
    mode = Term(ConferenceMode, **says("How it is held"))
    host_city = fields.Nested(HostCitySchema, **says("Where it is held", nullable=True))
    source = fields.String(**says("Where this is known from", nullable=True))
    registration = fields.Nested(
        RegistrationWindowState, **says("The last window opened; null: none yet", nullable=True)
    )


class RegistrationState(State):
    registration_id = fields.String(attribute="id", **says("The registration"))
    coalition = fields.String(**says("Key of the coalition that holds the conference"))
    conference_id = fields.String(**says("The conference"))
    member_id = fields.String(**says("The member that sends the delegate; null: nobody does", nullable=True))
    attendance = Term(Attendance, **says("How the delegate attends"))
    status = Term(RegistrationStatus, **says("Whether it stands"))


class MinutesState(State):
    minutes_id = fields.String(attribute="id", **says("The minutes"))
    coalition = fields.String(**says("Key of the coalition that held the conference"))
    conference_id = fields.String(**says("The conference"))
    title = Localized(**says("Their title"))
    adopted_on = Day(**says("When they were adopted"))


class ConferenceRulesState(State):
    rules_id = fields.String(attribute="id", **says("The rules"))
    coalition = fields.String(**says("Key of the coalition that adopted them"))
    valid_from = Day(
        attribute="rules.valid_from", **says("First day of conferences they apply to; null: all", nullable=True)
    )
    statutory_kinds = fields.List(
        Term(ConferenceKind),
        attribute="rules.statutory_kinds",
        **says("Kinds of conference for delegates of members in standing only"),
    )
    source = fields.String(attribute="rules.source", **says("Where they are written down", nullable=True))


_CONFERENCE: Final = ConferenceState()
_REGISTRATION: Final = RegistrationState()

MESSAGES: Final[Mapping[type[Event], MessageType]] = {
    events.ConferenceAnnounced: MessageType(
        "events.conference_announced.v1", _CONFERENCE, "A coalition announced a conference, or entered a past one."
    ),
    events.RegistrationOpened: MessageType(
        "events.registration_opened.v1",
        _CONFERENCE,
        "A window in which delegates register was opened; it may begin on a later day.",
    ),
    events.RegistrationClosed: MessageType(
        "events.registration_closed.v1",
        _CONFERENCE,
        "Registration was closed before its last day. A window that runs out sends no message.",
    ),
    events.DelegateRegistered: MessageType(
        "events.delegate_registered.v1", _REGISTRATION, "A delegate was registered for a conference."
    ),
    events.DelegateUnregistered: MessageType(
        "events.delegate_unregistered.v1",
        _REGISTRATION,
        "A delegate's registration was cancelled; the seat is free again.",
    ),
    events.DelegateErased: MessageType(
        "events.delegate_erased.v1",
        _REGISTRATION,
        "A delegate's registration tells no more whose it is; it stands as it did.",
    ),
    events.MinutesRecorded: MessageType(
        "events.minutes_recorded.v1", MinutesState(), "Adopted minutes of a conference were recorded. No name travels."
    ),
    events.ConferenceRulesAdopted: MessageType(
        "events.conference_rules_adopted.v1",
        ConferenceRulesState(),
        "A coalition entered its own rules about who attends which kind of conference.",
    ),
    **receipt_messages(SOURCE),
}

publishing: Final = Publishing(SOURCE, MESSAGES)
