"""Registrations of delegates."""

import graphene

from gateway.graphql.core.fields import Field, global_id, leaf, version_field
from gateway.graphql.core.ids import Ref
from gateway.graphql.core.registry import lazy
from gateway.graphql.core.resolving import View, loaded_by
from gateway.graphql.core.scalars import DateTime

from .enums import Attendance, RegistrationStatus
from .loaders import ConferenceLoader


def _conference(registration: View) -> Ref:
    return Ref(registration["coalition"], registration["conference_id"])


class RegistrationFields:
    """What its own service says of a Registration."""

    id = global_id("Registration")
    version = version_field()
    conference = Field(lazy("Conference"), "The conference.", resolver=loaded_by(ConferenceLoader, _conference))
    name = leaf(graphene.String, "The delegate's name; `[erased]` when it was.", required=True)
    email = leaf(
        graphene.String, "The delegate's e-mail address; one that leads nowhere when it was erased.", required=True
    )
    function = leaf(graphene.String, "The delegate's function at home.")
    attendance = leaf(Attendance, "How the delegate takes part.", required=True)
    status = leaf(RegistrationStatus, "Whether the registration holds.", required=True)
    registered_at = leaf(DateTime, "When it was made.", required=True)
    erased_at = leaf(DateTime, "When all that told who the delegate is was erased; null: it was not.")
