"""The text of a token tells by itself whether it can be one."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.chassis.kernel.secret import hash_of
from services.rights import api_tokens

RANDOM = st.binary(min_size=32, max_size=32)
KNOWN = "iccar_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh82PweDM"


def test_the_text_of_a_token_stays_what_it_is() -> None:
    """Tokens in use must be recognized by every later version."""
    token = api_tokens.token_of(bytes(range(32)))
    assert token == KNOWN
    assert hash_of(token) == "6923213cb2fdca4d7d06cfe954084b2b8ac615a0ae9e4c232c3b740cc4a2b466"


@given(RANDOM)
def test_every_token_is_well_formed_and_fits_into_a_header(random: bytes) -> None:
    token = api_tokens.token_of(random)
    assert api_tokens.is_well_formed(token)
    assert (len(token), token[:6]) == (55, "iccar_")
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


@given(RANDOM, st.integers(min_value=0, max_value=54), st.sampled_from(string.ascii_letters + string.digits + "-_ \n"))
def test_one_wrong_character_is_seen(random: bytes, place: int, character: str) -> None:
    token = api_tokens.token_of(random)
    assume(token[place] != character)
    assert not api_tokens.is_well_formed(token[:place] + character + token[place + 1 :])


@given(RANDOM, st.integers(min_value=0, max_value=53))
def test_two_exchanged_characters_are_seen(random: bytes, place: int) -> None:
    token = api_tokens.token_of(random)
    assume(token[place] != token[place + 1])
    exchanged = token[:place] + token[place + 1] + token[place] + token[place + 2 :]
    assert not api_tokens.is_well_formed(exchanged)


@pytest.mark.parametrize(
    "text",
    ["", "iccar_", KNOWN[:-1], KNOWN + "A", KNOWN + "\n", " " + KNOWN, KNOWN.upper(), KNOWN.removeprefix("iccar_")],
)
def test_what_is_no_token(text: str) -> None:
    assert not api_tokens.is_well_formed(text)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_token_is_made_of_enough_random_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        api_tokens.token_of(bytes(length))
