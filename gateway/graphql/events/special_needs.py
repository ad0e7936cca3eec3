"""What delegates eat and need: a special category of personal data."""

import graphene

from gateway.graphql.core.fields import Field, leaf
from gateway.graphql.core.ids import Ref, own_ref
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import View, loaded_by
from gateway.graphql.core.scalars import DateTime

from .loaders import RegistrationLoader, SpecialNeedsLoader


def _registration(needs: View) -> Ref:
    return Ref(needs["coalition"], needs["registration_id"])


@register
class SpecialNeeds(graphene.ObjectType):
    """What a delegate eats and needs. Kept apart, with explicit consent, until the conference is over."""

    registration = Field(
        lazy("Registration"), "Whose needs they are.", resolver=loaded_by(RegistrationLoader, _registration)
    )
    dietary = leaf(graphene.String, "What the delegate eats, or does not.")
    access_needs = leaf(graphene.String, "What the delegate needs to take part.")
    consent_version = leaf(graphene.String, "The text that the delegate agreed to.", required=True)
    entered_at = leaf(DateTime, "When it was recorded.", required=True)


class RegistrationSpecialNeeds:
    """Registration → what the delegate eats and needs."""

    special_needs = Field(
        lazy("SpecialNeeds"),
        "What the delegate eats and needs; null when nothing is known.",
        resolver=loaded_by(SpecialNeedsLoader, own_ref),
    )
