"""Texts to consent to, and what people say to them."""

from typing import Any

import pytest

from services.chassis.kernel.errors import Forbidden, Unauthenticated
from services.membership.domain.errors import (
    ConsentAlreadyGiven,
    ConsentNotGiven,
    ConsentTextAlreadyPublished,
    ConsentTextNotInForce,
    UnknownCoalition,
)
from tests.support.pseudonyms import PSEUDONYMS

from .personal import Personal

TEXT = {
    "coalition": "eccar",
    "purpose": "photos",
    "version": "1",
    "text": {"original": "en", "texts": {"en": "I may be seen in photos.", "de": "Man darf mich sehen."}},
    "valid_from": "2026-01-01",
}
AGREED = {"coalition": "eccar", "purpose": "photos", "text_version": "1"}
PHOTOS = {"coalition": "eccar", "purpose": "photos"}


@pytest.fixture
def personal(personal: Personal) -> Personal:
    personal.grant("ada", "administrator")
    personal.grant("lia", "administrator", "lac")
    personal.tell("ada", "publish_consent_text", **TEXT)
    return personal


def consents(personal: Personal, by: str) -> list[Any]:
    found: list[Any] = personal.question(by, "list_own_consents")["items"]
    return found


def test_a_text_is_public_and_never_changes(personal: Personal) -> None:
    personal.tell("ada", "publish_consent_text", **{**TEXT, "version": "2", "valid_from": "2027-01-01"})

    [texts, others] = personal.question(None, "list_consent_texts", coalitions=["eccar", "lac"])["items"]
    assert [(text["version"], text["valid_from"]) for text in texts] == [("1", "2026-01-01"), ("2", "2027-01-01")]
    assert texts[0]["text"]["texts"]["de"] == "Man darf mich sehen."
    assert others == []
    for same in ({"version": "3"}, {"valid_from": "2028-01-01"}):
        with pytest.raises(ConsentTextAlreadyPublished):
            personal.tell("ada", "publish_consent_text", **{**TEXT, **same})


@pytest.mark.parametrize("by", ["lia", "somebody"])
def test_only_the_coalitions_administrator_publishes_texts(personal: Personal, by: str) -> None:
    with pytest.raises(Forbidden):
        personal.tell(by, "publish_consent_text", **TEXT)


def test_a_person_agrees_and_takes_it_back_and_sees_both(personal: Personal) -> None:
    given = personal.tell("bea", "give_consent", **AGREED)
    assert (given["is_given"], given["text_version"], given["version"]) == (True, "1", 1)

    personal.tell("bea", "withdraw_consent", **PHOTOS)

    [consent] = consents(personal, "bea")
    assert (consent["is_given"], consent["text_version"]) == (False, None)
    assert [(entry["act"], entry["text_version"]) for entry in consent["history"]] == [
        ("given", "1"),
        ("withdrawn", "1"),
    ]
    assert consents(personal, "ada") == []
    [first, second] = personal.database["outbox"].find({"subject": consent["id"]}).sort("created")
    assert (first["type"], second["type"]) == ("membership.consent_given.v1", "membership.consent_withdrawn.v1")
    assert second["data"]["pseudonym"] == PSEUDONYMS.of("bea@people.example")
    assert "bea" not in str([first, second])


def test_nobody_agrees_twice_or_to_what_is_not_in_force(personal: Personal) -> None:
    refused: tuple[tuple[type[Exception], str, dict[str, Any]], ...] = (
        (ConsentTextNotInForce, "give_consent", {**AGREED, "text_version": "2"}),
        (ConsentTextNotInForce, "give_consent", {**AGREED, "purpose": "recording"}),
        (ConsentTextNotInForce, "give_consent", {**AGREED, "coalition": "lac"}),
        (UnknownCoalition, "give_consent", {**AGREED, "coalition": "mars"}),
        (ConsentNotGiven, "withdraw_consent", PHOTOS),
    )
    for error, command, values in refused:
        with pytest.raises(error):
            personal.tell("bea", command, **values)
    personal.tell("bea", "give_consent", **AGREED)
    with pytest.raises(ConsentAlreadyGiven):
        personal.tell("bea", "give_consent", **AGREED)
    assert len(consents(personal, "bea")) == 1


def test_consent_is_the_persons_own(personal: Personal) -> None:
    for command, values in (("give_consent", AGREED), ("withdraw_consent", PHOTOS)):
        with pytest.raises(Unauthenticated):
            personal.tell(None, command, **values)
    personal.tell("bea", "give_consent", **AGREED)
    with pytest.raises(ConsentNotGiven):
        personal.tell("ada", "withdraw_consent", **PHOTOS)


def test_who_has_no_verified_address_is_known_by_their_id(personal: Personal) -> None:
    with personal.as_person("bea", "give_consent", email=None):
        from services.chassis.messaging.validation import load
        from services.membership.application import consents as use_cases
        from services.membership.schemas import personal_views, requests

        personal.unit_of_work.answer(
            use_cases.give_consent, load(requests.GiveConsent(), AGREED), personal_views.CONSENT.one
        )

    [row] = personal.database["outbox"].find({"type": "membership.consent_given.v1"})
    assert (row["data"]["pseudonym"], row["data"]["person_id"]) == (None, personal.id_of("bea"))
