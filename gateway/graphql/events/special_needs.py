"""What delegates eat and need: a special category of personal data."""

from collections.abc import Awaitable

import graphene

from gateway.graphql.core.fields import Field, leaf
from gateway.graphql.core.ids import Ref, own_ref
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import Info, View
from gateway.graphql.core.scalars import DateTime

from .loaders import RegistrationLoader, SpecialNeedsLoader


def _registration(needs: View, info: Info) -> Awaitable[View | None]:
    return info.context.loader(RegistrationLoader).load(Ref(needs["coalition"], needs["registration_id"]))


@register
class SpecialNeeds(graphene.ObjectType):
    """What a delegate eats and needs. Kept apart, with explicit consent, until the conference is over."""

    registration = Field(lazy("Registration"), "Whose needs they are.", resolver=_registration)
    dietary = leaf(graphene.String, "What the delegate eats, or does not.")
    access_needs = leaf(graphene.String, "What the delegate needs to take part.")
    consent_version = leaf(graphene.String, "The text that the delegate agreed to.", required=True)
    entered_at = leaf(DateTime, "When it was recorded.", required=True)


def _needs(registration: View, info: Info) -> Awaitable[View | None]:
    return info.context.loader(SpecialNeedsLoader).load(own_ref(registration))


class RegistrationSpecialNeeds:
    """Registration → what the delegate eats and needs."""

    special_needs = Field(
        lazy("SpecialNeeds"),
        "What the delegate eats and needs; null when nothing is known.",
        asks=SpecialNeedsLoader.name(),
        resolver=_needs,
    )
