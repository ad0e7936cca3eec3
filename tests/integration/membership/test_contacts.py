"""Contacts of members: each sees what they may, field by field, and nobody reads more unseen."""

from typing import Any

import pytest

from services.chassis.kernel.errors import Forbidden, InvalidInput, NotFound, VersionConflict

from .personal import Personal

ALL = ("Ada Example", "ada@people.example", "+43 316 872 0")
NOTHING = (None, None, None)


class Cast:
    """Graz with a contact that shows each field to others; Bonn; and people with all kinds of rights."""

    def __init__(self, personal: Personal) -> None:
        self.graz = personal.member("Graz")["id"]
        self.bonn = personal.member("Bonn")["id"]
        self.far = personal.member("Montevideo", coalition="lac")["id"]
        for name, role, values in (
            ("administrator", "administrator", {}),
            ("office", "secretariat", {}),
            ("treasurer", "treasurer", {}),
            ("team", "event_team", {"conference_id": "some conference"}),
            ("focal", "focal_point", {"member_id": self.graz}),
            ("helper", "contributor", {"member_id": self.graz}),
            ("neighbour", "focal_point", {"member_id": self.bonn}),
        ):
            personal.grant(name, role, **values)
        personal.grant("foreign", "secretariat", "lac")
        personal.grant("unesco", "unesco_coordinator", None)
        personal.grant("network", "network_administrator", None)
        self.contact = personal.tell("office", "record_contact", **self.facts())

    def facts(self, **changes: Any) -> dict[str, Any]:
        return {
            "coalition": "eccar",
            "member_id": self.graz,
            "role": "Deputy mayor",
            "name": "Ada Example",
            "email": "ada@people.example",
            "phone": "+43 316 872 0",
            "visibility": {"name": "public", "email": "members", "phone": "secretariat"},
            **changes,
        }


@pytest.fixture
def cast(personal: Personal) -> Cast:
    return Cast(personal)


def seen(personal: Personal, by: str | None, member: str, **options: Any) -> Any:
    [[contact]] = personal.contacts(by, member, **options)
    return (contact["name"], contact["email"], contact["phone"])


@pytest.mark.parametrize(
    ("by", "fields"),
    [
        ("office", 3),
        ("administrator", 3),
        ("focal", 3),
        ("ada", 3),
        ("helper", 2),
        ("neighbour", 2),
        ("treasurer", 2),
        ("team", 2),
        ("unesco", 1),
        ("network", 1),
        ("foreign", 1),
        ("somebody", 1),
    ],
)
def test_each_sees_what_is_meant_for_them(personal: Personal, cast: Cast, by: str, fields: int) -> None:
    """UNESCO's coordinator reads what all coalitions share, and never personal contacts."""
    assert seen(personal, by, cast.graz) == ALL[:fields] + NOTHING[fields:]


def test_whoever_has_not_signed_in_sees_what_is_public(personal: Personal, cast: Cast) -> None:
    assert seen(personal, None, cast.graz, method="list_public_contacts_of_members") == (ALL[0], None, None)
    assert seen(personal, "office", cast.graz, method="list_public_contacts_of_members") == (ALL[0], None, None)


def test_what_is_for_the_person_alone_nobody_else_sees(personal: Personal, cast: Cast) -> None:
    closed = dict.fromkeys(("name", "email", "phone"), "self")
    personal.tell(
        "office", "record_contact", **cast.facts(member_id=cast.bonn, email="bea@people.example", visibility=closed)
    )
    by_id = {"person_id": personal.id_of("cid"), "email": None, "phone": None, "visibility": closed}
    personal.tell("office", "record_contact", **cast.facts(member_id=cast.bonn, **by_id))

    assert [contact["name"] for contact in personal.contacts("bea", cast.bonn)[0]] == ["Ada Example", None]
    assert [contact["name"] for contact in personal.contacts("cid", cast.bonn)[0]] == [None, "Ada Example"]
    for other in ("office", "administrator", "neighbour", "network"):
        assert [contact["name"] for contact in personal.contacts(other, cast.bonn)[0]] == [None, None]


def test_many_members_are_asked_for_at_once(personal: Personal, cast: Cast) -> None:
    found = personal.contacts("office", cast.bonn, cast.graz, "nothing")

    assert [[contact["name"] for contact in contacts] for contacts in found] == [[], ["Ada Example"], []]


def test_a_right_that_was_taken_away_shows_nothing_more(personal: Personal, cast: Cast) -> None:
    grant = personal.grant("late", "treasurer")
    assert seen(personal, "late", cast.graz) == (*ALL[:2], None)

    personal.revoke("administrator", grant)

    assert seen(personal, "late", cast.graz) == (ALL[0], None, None)


def test_reading_more_than_the_public_may_is_told_in_the_audit_log(personal: Personal, cast: Cast) -> None:
    audit = personal.database["audit"]
    personal.contacts(None, cast.graz, method="list_public_contacts_of_members")
    assert audit.count_documents({"kind": "read"}) == 0

    personal.contacts("treasurer", cast.graz)

    [entry] = audit.find({"kind": "read"})
    assert (entry["method"], entry["actor"]["id"]) == ("list_contacts_of_members", personal.id_of("treasurer"))
    assert "Ada" not in str(list(audit.find()))
    assert "+43 316" not in str(list(audit.find()))


def test_contacts_are_kept_by_the_office_and_by_the_members_focal_point(personal: Personal, cast: Cast) -> None:
    ref = personal.tell("focal", "record_contact", **cast.facts(role="Mayor", name="Eve"))
    for by in ("helper", "neighbour", "treasurer", "foreign", "unesco", "network", "somebody"):
        with pytest.raises(Forbidden):
            personal.tell(by, "record_contact", **cast.facts())
        with pytest.raises(Forbidden):
            personal.tell(by, "remove_contact", coalition="eccar", contact_id=ref["id"])
    assert personal.tell("focal", "remove_contact", coalition="eccar", contact_id=ref["id"]) == ref

    assert [contact["role"] for contact in personal.contacts("office", cast.graz)[0]] == ["Deputy mayor"]


def test_a_contact_is_said_anew_by_who_saw_the_newest(personal: Personal, cast: Cast) -> None:
    given = cast.facts(contact_id=cast.contact["id"], name="Eve Example", email=None)
    personal.tell("focal", "record_contact", **given, expected_version=1)

    [[contact]] = personal.contacts("office", cast.graz)
    assert (contact["version"], contact["name"], contact["email"]) == (2, "Eve Example", None)
    assert seen(personal, "ada", cast.graz) == ("Eve Example", None, None)
    with pytest.raises(VersionConflict):
        personal.tell("office", "record_contact", **given, expected_version=1)


def test_what_cannot_be(personal: Personal, cast: Cast) -> None:
    wrong: tuple[tuple[type[Exception], dict[str, Any]], ...] = (
        (NotFound, {"member_id": "nothing"}),
        (NotFound, {"contact_id": "nothing"}),
        (NotFound, {"member_id": cast.bonn, "contact_id": cast.contact["id"]}),
        (Forbidden, {"coalition": "lac", "member_id": cast.far}),
        (InvalidInput, {"phone": "12"}),
        (InvalidInput, {"email": "ada"}),
        (InvalidInput, {"visibility": {"name": "everybody"}}),
    )
    for error, changes in wrong:
        with pytest.raises(error):
            personal.tell("office", "record_contact", **cast.facts(**changes))
    with pytest.raises(NotFound):
        personal.tell("office", "remove_contact", coalition="eccar", contact_id="nothing")


def test_an_answer_that_is_kept_for_a_repeated_command_holds_no_name(personal: Personal, cast: Cast) -> None:
    assert set(cast.contact) == {"coalition", "id"}
