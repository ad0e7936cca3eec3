"""Each field of a contact is seen by those for whom it is meant, and by nobody else."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.domain.contacts import Contact, ContactFacts, FieldVisibility, Visibility, changed

LEVELS: Final = (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.SECRETARIAT, Visibility.SELF)
FIELDS: Final = ("name", "email", "phone")
CONTACT: Final = Contact(
    id="c",
    version=1,
    coalition="eccar",
    member_id="graz",
    role="Focal point",
    name="Ada Example",
    email="ada@graz.example",
    phone="+43 316 872 0",
    person_id="ada",
    email_pseudonym="pseudonym",
    confirmed_on=date(2026, 9, 1),
)

visibilities = st.builds(
    FieldVisibility, name=st.sampled_from(LEVELS), email=st.sampled_from(LEVELS), phone=st.sampled_from(LEVELS)
)


@given(visibilities, st.sampled_from(LEVELS))
def test_a_field_is_seen_exactly_by_its_level_and_those_nearer(shown: FieldVisibility, level: Visibility) -> None:
    seen = replace(CONTACT, visibility=shown).seen_by(level)

    for field in FIELDS:
        allowed = LEVELS.index(level) >= LEVELS.index(getattr(shown, field))
        assert getattr(seen, field) == (getattr(CONTACT, field) if allowed else None)


@given(visibilities, st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_who_is_nearer_never_sees_less(shown: FieldVisibility, one: Visibility, other: Visibility) -> None:
    nearer, farther = sorted((one, other), key=LEVELS.index, reverse=True)
    more, less = (replace(CONTACT, visibility=shown).seen_by(level) for level in (nearer, farther))

    for field in FIELDS:
        assert getattr(less, field) in (None, getattr(more, field))


def test_what_nobody_said_is_public_is_not() -> None:
    seen = CONTACT.seen_by(Visibility.PUBLIC)

    assert (seen.role, seen.name, seen.email, seen.phone, seen.person_id, seen.visibility) == (
        "Focal point",
        None,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("person_id", "pseudonym", "expected"),
    [("ada", None, True), ("eve", "pseudonym", True), ("eve", "other", False), ("eve", None, False)],
)
def test_whose_contact_it_is(person_id: str, pseudonym: str | None, expected: bool) -> None:
    assert CONTACT.is_about(person_id=person_id, pseudonym=pseudonym) is expected


def test_an_unknown_address_is_not_everybodys() -> None:
    nameless = replace(CONTACT, person_id=None, email=None, email_pseudonym=None)

    assert nameless.is_about(person_id="eve", pseudonym=None) is False


def test_said_anew_it_is_all_new() -> None:
    facts = ContactFacts(coalition="eccar", member_id="graz", role="Deputy mayor", name="Eve Example")

    contact = changed(CONTACT, facts, email_pseudonym=None, on=date(2026, 10, 1))

    assert (contact.id, contact.version, contact.name, contact.email, contact.phone) == (
        "c",
        2,
        "Eve Example",
        None,
        None,
    )
    assert (contact.person_id, contact.email_pseudonym, contact.confirmed_on) == (None, None, date(2026, 10, 1))
