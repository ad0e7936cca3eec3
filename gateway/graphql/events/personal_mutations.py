"""The commands about special needs and minutes."""

from functools import partial

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.fields import input_list, input_value
from gateway.graphql.core.scalars import Date
from gateway.graphql.core.text import LocalizedTextInput

from .minutes import PresentInput
from .mutations import CONFERENCE_ID, REGISTRATION

_command = partial(command, service="events")

REGISTRATION_ID = input_value(graphene.ID, "The delegate's registration.", required=True)


class PersonalDataMutations:
    """The events service's part of Mutation that is about people."""

    record_special_needs = _command(
        "RecordSpecialNeeds",
        "Records what a delegate eats and needs, with their explicit consent.",
        payload=("special_needs", "SpecialNeeds"),
        ids={"registration_id": "Registration"},
        inputs={
            "registration_id": REGISTRATION_ID,
            "dietary": input_value(graphene.String, "What the delegate eats, or does not."),
            "access_needs": input_value(graphene.String, "What the delegate needs to take part."),
            "consent_version": input_value(
                graphene.String,
                "The version of the coalition's text about special needs that the delegate agreed to. Without it "
                "nothing is recorded.",
            ),
        },
    )
    withdraw_special_needs = _command(
        "WithdrawSpecialNeeds",
        "Deletes what is known of what a delegate eats and needs.",
        payload=REGISTRATION,
        ids={"registration_id": "Registration"},
        inputs={"registration_id": REGISTRATION_ID},
    )
    record_minutes = _command(
        "RecordMinutes",
        "Records adopted minutes of a conference, as far as they name who was present. They are never changed.",
        payload=("minutes", "Minutes"),
        ids={"conference_id": "Conference", "present.person_id": "Person"},
        inputs={
            "conference_id": CONFERENCE_ID,
            "title": input_value(LocalizedTextInput, "Their title.", required=True),
            "adopted_on": input_value(Date, "When they were adopted.", required=True),
            "present": input_list(PresentInput, "Who was present.", required=True),
        },
    )
