"""The messages that this service owns. No personal data: of a delegate nothing travels but ids and the attendance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from marshmallow import RAISE, Schema, fields

from ...chassis.kernel import context
from ...chassis.kernel.ids import new_id
from ...chassis.protocol.envelope import Envelope
from ..domain import events
from ..domain.kinds import ConferenceKind
from ..domain.registrations import RegistrationStatus
from ..domain.venue import Attendance, ConferenceMode
from .fields import HostCitySchema, LocalizedTextSchema

SOURCE: Final = "events"


def _says(description: str, *, optional: bool = False) -> dict[str, Any]:
    presence = {"allow_none": True} if optional else {"required": True}
    return {**presence, "metadata": {"description": description}}


class _MessageSchema(Schema):
    class Meta:
        unknown = RAISE


class RegistrationWindowState(_MessageSchema):
    opens_on = fields.Date(**_says("First day on which delegates register"))
    closes_on = fields.Date(**_says("Last day on which delegates register"))
    capacity = fields.Integer(**_says("Delegates in all; null: no limit", optional=True))
    delegates_per_member = fields.Integer(**_says("Delegates of one member; null: no limit", optional=True))
    closed_on = fields.Date(**_says("Day on which it was closed early; null: it was not", optional=True))


class ConferenceState(_MessageSchema):
    conference_id = fields.String(attribute="id", **_says("The conference"))
    coalition = fields.String(**_says("Key of the coalition that holds it"))
    kind = fields.Enum(ConferenceKind, by_value=True, **_says("What it is"))
    title = fields.Nested(LocalizedTextSchema, **_says("Title"))
    theme = fields.Nested(LocalizedTextSchema, **_says("Theme or motto", optional=True))
    start_date = fields.Date(**_says("First day"))
    end_date = fields.Date(**_says("Last day"))
    mode = fields.Enum(ConferenceMode, by_value=True, **_says("How it is held"))
    host_city = fields.Nested(HostCitySchema, **_says("Where it is held", optional=True))
    source = fields.String(**_says("Where this is known from", optional=True))
    registration = fields.Nested(
        RegistrationWindowState, **_says("The last window opened; null: none yet", optional=True)
    )


class RegistrationState(_MessageSchema):
    registration_id = fields.String(attribute="id", **_says("The registration"))
    coalition = fields.String(**_says("Key of the coalition that holds the conference"))
    conference_id = fields.String(**_says("The conference"))
    member_id = fields.String(**_says("The member that sends the delegate; null: nobody does", optional=True))
    attendance = fields.Enum(Attendance, by_value=True, **_says("How the delegate attends"))
    status = fields.Enum(RegistrationStatus, by_value=True, **_says("Whether it stands"))


class ConferenceRulesState(_MessageSchema):
    rules_id = fields.String(attribute="id", **_says("The rules"))
    coalition = fields.String(**_says("Key of the coalition that adopted them"))
    valid_from = fields.Date(
        attribute="rules.valid_from", **_says("First day of conferences they apply to; null: all", optional=True)
    )
    statutory_kinds = fields.List(
        fields.Enum(ConferenceKind, by_value=True),
        attribute="rules.statutory_kinds",
        **_says("Kinds of conference for delegates of members in standing only"),
    )
    source = fields.String(attribute="rules.source", **_says("Where they are written down", optional=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A type of message: the schema of its data, what it tells, and which field of the domain event it shows."""

    name: str
    schema: Schema
    shows: str
    description: str


MESSAGES: Final[Mapping[type, Message]] = {
    events.ConferenceAnnounced: Message(
        name="events.conference_announced.v1",
        schema=ConferenceState(),
        shows="conference",
        description="A coalition announced a conference, or entered a past one.",
    ),
    events.RegistrationOpened: Message(
        name="events.registration_opened.v1",
        schema=ConferenceState(),
        shows="conference",
        description="A window in which delegates register was opened; it may begin on a later day.",
    ),
    events.RegistrationClosed: Message(
        name="events.registration_closed.v1",
        schema=ConferenceState(),
        shows="conference",
        description="Registration was closed before its last day. A window that runs out sends no message.",
    ),
    events.DelegateRegistered: Message(
        name="events.delegate_registered.v1",
        schema=RegistrationState(),
        shows="registration",
        description="A delegate was registered for a conference.",
    ),
    events.DelegateUnregistered: Message(
        name="events.delegate_unregistered.v1",
        schema=RegistrationState(),
        shows="registration",
        description="A delegate's registration was cancelled; the seat is free again.",
    ),
    events.ConferenceRulesAdopted: Message(
        name="events.conference_rules_adopted.v1",
        schema=ConferenceRulesState(),
        shows="adopted",
        description="A coalition entered its own rules about who attends which kind of conference.",
    ),
}


def publishing(event: Any, *, time: datetime) -> Envelope:
    """The message that tells of a domain event, in the story of the running call."""
    message = MESSAGES[type(event)]
    aggregate = attrgetter(message.shows)(event)
    running = context.current()
    return Envelope(
        id=new_id(),
        source=SOURCE,
        type=message.name,
        subject=aggregate.id,
        time=time,
        sequence=aggregate.version,
        coalition=aggregate.coalition,
        correlationid=running.correlation_id,
        causationid=running.causation_id,
        traceparent=running.traceparent,
        data=message.schema.dump(aggregate),
    )
