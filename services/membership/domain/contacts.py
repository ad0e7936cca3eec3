"""Contacts of members: who to turn to, and who may see which part of it.

Officials' contacts are data of identifiable people: mayors are public, focal points not necessarily (docs/domain.md,
section 11). So each field says for itself who may see it.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final


class Visibility(StrEnum):
    """Who may see a field; who may see one level, may see those above it."""

    PUBLIC = "public"
    MEMBERS = "members"
    SECRETARIAT = "secretariat"
    SELF = "self"

    def includes(self, level: "Visibility") -> bool:
        """Whether somebody of this level may see what is shown at `level`."""
        return _LEVELS.index(level) <= _LEVELS.index(self)


_LEVELS: Final = tuple(Visibility)
"""From those whom everybody belongs to, to the one whom the contact is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVisibility:
    """Of each field of a contact. What role somebody has for the member is no secret."""

    name: Visibility = Visibility.MEMBERS
    email: Visibility = Visibility.MEMBERS
    phone: Visibility = Visibility.SECRETARIAT


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """`role` is a text, such as "Focal point" or "Deputy mayor"; `person_id` is the person's id, if it is known."""

    coalition: str
    member_id: str
    role: str
    name: str
    email: str | None = None
    phone: str | None = None
    person_id: str | None = None
    visibility: FieldVisibility = FieldVisibility()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(ContactFacts):
    """`confirmed_on` is the last day on which somebody said that all this is so."""

    id: str
    version: int
    email_pseudonym: str | None
    confirmed_on: date

    def is_about(self, *, person_id: str, pseudonym: str | None) -> bool:
        return self.person_id == person_id or (pseudonym is not None and self.email_pseudonym == pseudonym)

    def seen_by(self, level: Visibility) -> "SeenContact":
        """As somebody of this level may see it."""

        def shown(field: str) -> str | None:
            value: str | None = getattr(self, field)
            return value if level.includes(getattr(self.visibility, field)) else None

        return SeenContact(
            id=self.id,
            coalition=self.coalition,
            version=self.version,
            member_id=self.member_id,
            role=self.role,
            name=shown("name"),
            email=shown("email"),
            phone=shown("phone"),
            # How much each field is shown is the business of those who may change it.
            visibility=self.visibility if level.includes(Visibility.SECRETARIAT) else None,
            person_id=self.person_id if level.includes(Visibility.MEMBERS) else None,
            confirmed_on=self.confirmed_on,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenContact:
    """What somebody may see of a contact. None: nothing, or nothing for them."""

    id: str
    coalition: str
    version: int
    member_id: str
    role: str
    name: str | None
    email: str | None
    phone: str | None
    visibility: FieldVisibility | None
    person_id: str | None
    confirmed_on: date


def changed(contact: Contact, facts: ContactFacts, *, email_pseudonym: str | None, on: date) -> Contact:
    """The next version, which says all of it anew."""
    return replace(
        contact,
        version=contact.version + 1,
        role=facts.role,
        name=facts.name,
        email=facts.email,
        phone=facts.phone,
        person_id=facts.person_id,
        visibility=facts.visibility,
        email_pseudonym=email_pseudonym,
        confirmed_on=on,
    )
