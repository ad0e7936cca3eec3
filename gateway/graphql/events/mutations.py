"""The commands of the events service."""

from functools import partial

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.fields import expected_version, input_value
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import LocalizedTextInput

from .enums import Attendance, ConferenceKind, ConferenceMode

_command = partial(command, service="events")

CONFERENCE = ("conference", "Conference")
REGISTRATION = ("registration", "Registration")
CONFERENCE_ID = input_value(graphene.ID, "The conference.", required=True)


class HostCityInput(graphene.InputObjectType):
    """Where a conference takes place."""

    name = input_value(graphene.String, "Its name.", required=True)
    country = input_value(graphene.String, "Its country, ISO 3166-1 alpha-2.", required=True)


class Mutations:
    """The events service's part of Mutation."""

    announce_conference = _command(
        "AnnounceConference",
        "Announces a conference, or enters a past one.",
        payload=CONFERENCE,
        inputs={
            "coalition": input_value(graphene.String, "The coalition's key.", required=True),
            "kind": input_value(ConferenceKind, "What kind of meeting it is.", required=True),
            "title": input_value(LocalizedTextInput, "Its title.", required=True),
            "theme": input_value(LocalizedTextInput, "Its theme."),
            "start_date": input_value(Date, "Its first day.", required=True),
            "end_date": input_value(Date, "Its last day.", required=True),
            "mode": input_value(ConferenceMode, "How one can take part.", required=True),
            "host_city": input_value(HostCityInput, "Where it takes place."),
            "source": input_value(graphene.String, "Where this was found."),
        },
    )
    open_registration = _command(
        "OpenRegistration",
        "Opens the registration for a conference.",
        payload=CONFERENCE,
        ids={"conference_id": "Conference"},
        inputs={
            "conference_id": CONFERENCE_ID,
            "opens_on": input_value(Date, "The first day; today without it."),
            "closes_on": input_value(Date, "The last day.", required=True),
            "capacity": input_value(graphene.Int, "How many seats there are; no limit without it."),
            "delegates_per_member": input_value(graphene.Int, "How many delegates one member may send."),
            "expected_version": expected_version(),
        },
    )
    close_registration = _command(
        "CloseRegistration",
        "Closes the registration for a conference.",
        payload=CONFERENCE,
        ids={"conference_id": "Conference"},
        inputs={"conference_id": CONFERENCE_ID, "expected_version": expected_version()},
    )
    register_delegate = _command(
        "RegisterDelegate",
        "Registers a delegate for a conference. Statutory meetings take delegates of members only.",
        payload=REGISTRATION,
        ids={"conference_id": "Conference", "member_id": "Member"},
        inputs={
            "conference_id": CONFERENCE_ID,
            "member_id": input_value(graphene.ID, "The member that sends the delegate."),
            "name": input_value(graphene.String, "The delegate's name.", required=True),
            "email": input_value(graphene.String, "The delegate's e-mail address.", required=True),
            "function": input_value(graphene.String, "The delegate's function at home."),
            "attendance": input_value(Attendance, "How the delegate takes part.", required=True),
        },
    )
    cancel_registration = _command(
        "CancelRegistration",
        "Cancels a registration: the seat is free again.",
        payload=REGISTRATION,
        ids={"registration_id": "Registration"},
        inputs={
            "registration_id": input_value(graphene.ID, "The registration.", required=True),
            "reason": input_value(graphene.String, "Why."),
            "expected_version": expected_version(),
        },
    )
