"""Whose data a request is about, and whose it must never be about."""

from datetime import UTC, datetime

import pytest

from services.personal.data_subject import DataSubject
from services.personal.exports import ExportPart, of_person

SUBJECT = DataSubject(request_id="r", requested_by="ada", person_ids=("ada", "ada at her city"), pseudonym="pseudonym")


def test_a_request_about_one_coalition_reaches_no_other_and_not_what_belongs_to_none() -> None:
    here = DataSubject(request_id="r", requested_by="ada", coalition="eccar")

    assert [here.has_part_in(coalition) for coalition in ("eccar", "lac", None)] == [True, False, False]
    assert [SUBJECT.has_part_in(coalition) for coalition in ("eccar", "lac", None)] == [True, True, True]


def test_documents_are_found_by_id_or_by_pseudonym() -> None:
    assert of_person(SUBJECT, person="person_id", pseudonym="email_pseudonym") == {
        "$or": [{"person_id": {"$in": ["ada", "ada at her city"]}}, {"email_pseudonym": "pseudonym"}]
    }
    assert of_person(SUBJECT, person=None, pseudonym="email_pseudonym") == {"$or": [{"email_pseudonym": "pseudonym"}]}


@pytest.mark.parametrize("person", [None, "person_id"])
@pytest.mark.parametrize("pseudonym", [None, "email_pseudonym"])
def test_whoever_is_not_known_is_not_everybody(person: str | None, pseudonym: str | None) -> None:
    """An empty query, or one for null, would find all whose address is not known."""
    nobody = DataSubject(request_id="r", requested_by="ada")

    assert of_person(nobody, person=person, pseudonym=pseudonym) == {"_id": {"$in": []}}


def test_an_export_is_read_by_who_asked_and_by_whom_it_is_about() -> None:
    part = ExportPart(
        id="r",
        requested_by="administrator",
        coalition="eccar",
        person_ids=("ada",),
        pseudonym=None,
        made_at=datetime(2026, 9, 1, 9, 30, tzinfo=UTC),
        data={},
    )

    assert [part.may_be_read_by(each) for each in ("administrator", "ada", "eve", "")] == [True, True, False, False]
    assert part.expires_at == datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
