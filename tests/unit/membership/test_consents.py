"""Consent is given to a text, taken back at any time, and its history is kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.kernel.text import LocalizedText
from services.membership.domain.consents import (
    Consent,
    ConsentAct,
    ConsentText,
    Purpose,
    agreed_text,
    nothing_said,
    text_in_force,
)
from services.membership.domain.errors import ConsentAlreadyGiven, ConsentNotGiven, ConsentTextNotInForce

NOW = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


def text(version: str, valid_from: date = TODAY) -> ConsentText:
    return ConsentText(
        id=version,
        coalition="eccar",
        purpose=Purpose.PHOTOS,
        version=version,
        text=LocalizedText.of("en", f"Text {version}"),
        valid_from=valid_from,
        published_at=NOW,
    )


def silence() -> Consent:
    return nothing_said(id="c", coalition="eccar", person_id="ada", pseudonym="one", purpose=Purpose.PHOTOS)


def test_a_consent_tells_to_which_text_and_when() -> None:
    consent = silence().given(text("1"), at=NOW)

    assert (consent.version, consent.is_given, consent.text_version) == (1, True, "1")
    [entry] = consent.history
    assert (entry.act, entry.text_version, entry.at) == (ConsentAct.GIVEN, "1", NOW)


def test_taken_back_it_is_no_consent_and_still_known() -> None:
    consent = silence().given(text("1"), at=NOW).withdrawn(at=NOW + timedelta(days=1))

    assert (consent.version, consent.is_given, consent.text_version) == (2, False, None)
    assert [entry.act for entry in consent.history] == [ConsentAct.GIVEN, ConsentAct.WITHDRAWN]


def test_nobody_agrees_twice_or_takes_back_what_was_not_given() -> None:
    consent = silence().given(text("1"), at=NOW)
    with pytest.raises(ConsentAlreadyGiven):
        consent.given(text("1"), at=NOW)
    with pytest.raises(ConsentNotGiven):
        silence().withdrawn(at=NOW)
    with pytest.raises(ConsentNotGiven):
        consent.withdrawn(at=NOW).withdrawn(at=NOW)
    assert consent.given(text("2"), at=NOW).text_version == "2"


def test_a_new_address_is_known_and_an_unknown_one_forgets_nothing() -> None:
    assert silence().known_by("other").pseudonym == "other"
    assert silence().known_by(None).pseudonym == "one"


@given(st.lists(st.sampled_from(["1", "2", "withdraw"]), max_size=20))
def test_whatever_is_said_the_last_word_counts_and_every_word_is_kept(words: list[str]) -> None:
    consent, agreed, said = silence(), None, 0
    for number, word in enumerate(words):
        at = NOW + timedelta(minutes=number)
        try:
            consent = consent.withdrawn(at=at) if word == "withdraw" else consent.given(text(word), at=at)
        except (ConsentAlreadyGiven, ConsentNotGiven):
            assert agreed == (None if word == "withdraw" else word)
            continue
        agreed, said = (None if word == "withdraw" else word), said + 1
    assert (consent.text_version, consent.version, len(consent.history)) == (agreed, said, said)
    assert [entry.at for entry in consent.history] == sorted(entry.at for entry in consent.history)


def test_only_the_text_in_force_can_be_agreed_to() -> None:
    texts = [text("old", date(2020, 1, 1)), text("current", TODAY), text("coming", TODAY + timedelta(days=1))]

    assert agreed_text(texts, "current", on=TODAY).version == "current"
    for version in ("old", "coming", "unknown"):
        with pytest.raises(ConsentTextNotInForce, match="current"):
            agreed_text(texts, version, on=TODAY)
    with pytest.raises(ConsentTextNotInForce, match="no text"):
        agreed_text([], "current", on=TODAY)
    with pytest.raises(ConsentTextNotInForce, match="no text"):
        agreed_text([texts[2]], "coming", on=TODAY)


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), unique=True, max_size=5))
def test_the_text_in_force_is_the_last_that_began(starts: list[date]) -> None:
    found = text_in_force([text(str(start), start) for start in starts], on=TODAY)

    begun = [start for start in starts if start <= TODAY]
    assert (found and found.valid_from) == (max(begun) if begun else None)
