"""The commands about who has which right."""

from functools import partial
from typing import Any, Final

import graphene

from gateway.graphql.core.commands import command
from gateway.graphql.core.fields import input_value
from gateway.graphql.core.scalars import Date, LanguageTag

from .enums import Role

_command = partial(command, service="membership")

_GRANT: Final = ("grant", "Grant")


def _for_the_letter() -> dict[str, Any]:
    return {
        "name": input_value(graphene.String, "The name of who is invited, for the letter."),
        "language": input_value(LanguageTag, "The language of the letter."),
    }


class PeopleMutations:
    """The membership service's part of Mutation that is about people."""

    invite_person = _command(
        "InvitePerson",
        "Invites somebody to a role that is yours to give. The link is good once, for 14 days, and only for who has "
        "the e-mail address.",
        payload=("issued_invitation", "IssuedInvitation"),
        ids={"member_id": "Member", "conference_id": "Conference"},
        inputs={
            "role": input_value(Role, "The role.", required=True),
            "coalition": input_value(
                graphene.String, "The coalition's key, for a role in a coalition; a member or a conference tells it."
            ),
            "member_id": input_value(graphene.ID, "The member, for a role that is about one."),
            "conference_id": input_value(graphene.ID, "The conference, for a role that is about one."),
            "email": input_value(graphene.String, "The address at which somebody is invited.", required=True),
            **_for_the_letter(),
            "valid_from": input_value(Date, "The first day; without it, today."),
            "valid_until": input_value(Date, "The last day; without it, until the role is taken away."),
        },
    )
    revoke_invitation = _command(
        "RevokeInvitation",
        "Takes an invitation back that was not accepted yet.",
        payload=("invitation", "Invitation"),
        ids={"invitation_id": "Invitation"},
        inputs={"invitation_id": input_value(graphene.ID, "The invitation.", required=True)},
    )
    accept_invitation = _command(
        "AcceptInvitation",
        "Accepts an invitation: sign in at the address at which you were invited.",
        payload=_GRANT,
        inputs={"token": input_value(graphene.String, "The secret of the link.", required=True)},
    )
    revoke_grant = _command(
        "RevokeGrant",
        "Takes a role from somebody, or gives back one's own. It stops to hold within two seconds everywhere.",
        payload=_GRANT,
        ids={"grant_id": "Grant"},
        inputs={
            "grant_id": input_value(graphene.ID, "The right.", required=True),
            "reason": input_value(graphene.String, "Why."),
        },
    )
    hand_over_focal_point = _command(
        "HandOverFocalPoint",
        "Hands the work of a member's focal point over: whoever follows gets the role and the drafts that are open, "
        "and who had them loses both in the same moment. Somebody whom the coalition does not know is invited first.",
        payload=("hand_over", "HandOver"),
        ids={"member_id": "Member", "person_id": "Person", "from_person_id": "Person"},
        inputs={
            "member_id": input_value(graphene.ID, "The member.", required=True),
            "person_id": input_value(graphene.ID, "Who follows: a person whom the coalition knows..."),
            "email": input_value(graphene.String, "...or whoever has this address. One of the two."),
            "from_person_id": input_value(graphene.ID, "Whose work it is, where a member has several focal points."),
            **_for_the_letter(),
            "valid_until": input_value(Date, "The last day of the new focal point; without it, no end."),
        },
    )
