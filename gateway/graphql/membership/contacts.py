"""Contacts of members, each field for those who may see it."""

from typing import Any, Final

import graphene

from gateway.graphql.core.fields import Field, global_id, input_value, leaf, objects, version_field
from gateway.graphql.core.ids import GlobalId, own_ref
from gateway.graphql.core.registry import lazy, register
from gateway.graphql.core.resolving import View, Wanted, derived, loaded
from gateway.graphql.core.scalars import Date
from services.chassis.kernel.context import acting_principal
from services.rights.decide import could_be_allowed
from services.rights.table import TABLE

from .loaders import ContactsLoader, PublicContactsLoader
from .personal_enums import ContactVisibility

_ROW: Final = TABLE["membership.list_contacts_of_members"]


def _person_id(contact: View) -> str | None:
    return None if contact["person_id"] is None else str(GlobalId("Person", contact["person_id"]))


class ContactFieldVisibility(graphene.ObjectType):
    """Who may see which field of a contact."""

    name = leaf(ContactVisibility, "The name.", required=True)
    email = leaf(ContactVisibility, "The e-mail address.", required=True)
    phone = leaf(ContactVisibility, "The telephone number.", required=True)


@register
class Contact(graphene.ObjectType):
    """Somebody to turn to at a member. What is not for whoever asks is null."""

    id = global_id("Contact")
    version = version_field()
    role = leaf(graphene.String, "What the person does for the member: focal point, deputy mayor...", required=True)
    name = leaf(graphene.String, "The name.")
    email = leaf(graphene.String, "The e-mail address.")
    phone = leaf(graphene.String, "The telephone number.")
    person_id = leaf(
        graphene.ID, "The person's id, for those with a role in the coalition.", resolver=derived(_person_id)
    )
    visibility = Field(ContactFieldVisibility, "Who may see what; for those who keep the contact.")
    confirmed_on = leaf(Date, "The last day on which somebody said that it is so.", required=True)


@register
class RemovedContact(graphene.ObjectType):
    """A contact that is not there any more."""

    id = global_id("Contact")


def _contacts(member: View) -> Wanted:
    """Whoever may see more than the public is asked for by name: that they read it is in the audit log."""
    loader = ContactsLoader if could_be_allowed(acting_principal(), _ROW) else PublicContactsLoader
    return Wanted(loader, own_ref(member))


class MemberContacts:
    """Member → its contacts."""

    contacts = objects(
        lazy("Contact"),
        "Whom to turn to. Each field is shown to those for whom it is meant: what everybody may see, what those with a "
        "role in the coalition may, what the secretariat may, and what only the person themselves may.",
        rows=5,
        resolver=loaded(_contacts),
    )


class ContactVisibilityInput(graphene.InputObjectType):
    """Who may see which field of a contact."""

    name = input_value(ContactVisibility, "The name.", default_value="members")
    email = input_value(ContactVisibility, "The e-mail address.", default_value="members")
    phone = input_value(ContactVisibility, "The telephone number.", default_value="secretariat")


def contact_inputs() -> dict[str, Any]:
    """The fields by which a contact is recorded."""
    return {
        "member_id": input_value(graphene.ID, "The member.", required=True),
        "contact_id": input_value(graphene.ID, "The contact, to say all of it anew; a new one without it."),
        "role": input_value(graphene.String, "What the person does for the member.", required=True),
        "name": input_value(graphene.String, "The name.", required=True),
        "email": input_value(graphene.String, "The e-mail address."),
        "phone": input_value(graphene.String, "The telephone number, with its country code."),
        "person_id": input_value(graphene.ID, "The person, where they have signed in here."),
        "visibility": input_value(
            ContactVisibilityInput, "Who may see what; without it the name and the address are for the coalition."
        ),
    }
