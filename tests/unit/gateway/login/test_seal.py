"""What the browser keeps for the gateway, and can neither read nor change."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from gateway.auth.oidc.flow import Attempt
from gateway.http.login.seal import ATTEMPT_SECONDS, Seal

KEY, OTHER = (Fernet.generate_key().decode() for _ in range(2))
ATTEMPT = Attempt.start("https://login.example.org", "/graphql")


def test_an_attempt_comes_back_as_it_was() -> None:
    sealed = Seal([KEY]).close_attempt(ATTEMPT)
    assert Seal([KEY]).open_attempt(sealed) == ATTEMPT
    assert ATTEMPT.verifier not in sealed


def test_keys_are_replaced_without_anybody_starting_again() -> None:
    sealed = Seal([KEY]).close_attempt(ATTEMPT)
    assert Seal([OTHER, KEY]).open_attempt(sealed) == ATTEMPT
    assert Seal([OTHER]).open_attempt(sealed) is None
    assert Seal([KEY]).open_attempt(Seal([OTHER, KEY]).close_attempt(ATTEMPT)) is None


def test_without_keys_each_process_has_its_own() -> None:
    seal = Seal()
    assert seal.open_attempt(seal.close_attempt(ATTEMPT)) == ATTEMPT
    assert Seal().open_attempt(seal.close_attempt(ATTEMPT)) is None


def test_an_attempt_lasts_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = Seal([KEY]).close_attempt(ATTEMPT)
    now = Fernet(KEY).extract_timestamp(sealed)
    monkeypatch.setattr("time.time", lambda: now + ATTEMPT_SECONDS)
    assert Seal([KEY]).open_attempt(sealed) == ATTEMPT
    monkeypatch.setattr("time.time", lambda: now + ATTEMPT_SECONDS + 1)
    assert Seal([KEY]).open_attempt(sealed) is None


@given(st.text(max_size=200))
def test_nothing_else_opens(text: str) -> None:
    assert Seal([KEY]).open_attempt(text) is None
    assert Seal([KEY]).open_signed_in(text, max_age=10) is None


def test_one_cookie_is_not_taken_for_another() -> None:
    seal = Seal([KEY])
    assert seal.open_attempt(seal.close_signed_in("https://login.example.org", "token")) is None
    assert seal.open_signed_in(seal.close_attempt(ATTEMPT), max_age=10) is None


def test_an_id_token_that_does_not_fit_is_left_out() -> None:
    seal = Seal([KEY])
    for length, expected in ((2000, "x" * 2000), (4000, None)):
        sealed = seal.close_signed_in("https://login.example.org", "x" * length)
        assert len(sealed) < 3600
        assert seal.open_signed_in(sealed, max_age=10) == ("https://login.example.org", expected)
