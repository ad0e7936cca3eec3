"""What of a token's claims becomes an identity."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.auth.oidc import Identity
from gateway.auth.oidc.refusal import TokenRefused

from .examples import ISSUER, NOW, claims


def identity(**overrides: Any) -> Identity:
    return Identity.from_claims(claims(**overrides))


def test_the_least_that_a_token_says() -> None:
    assert identity() == Identity(
        issuer=ISSUER, subject="anna", name=None, email=None, expires_at=NOW + 290.0, session_id=None
    )


def test_all_that_a_token_says() -> None:
    found = identity(name="Anna Huber", email="anna@graz.example", email_verified=True, sid="s-1")
    assert (found.name, found.email, found.session_id) == ("Anna Huber", "anna@graz.example", "s-1")


@pytest.mark.parametrize("verified", [None, False, "true", 1, "yes", [True]])
def test_an_address_that_is_not_verified_is_none(verified: Any) -> None:
    assert identity(email="anna@graz.example", email_verified=verified).email is None


@pytest.mark.parametrize("email", ["", "@", "a@", "@b", "a b@c", "a@b\n", "anna", 7, ["a@b"], "a@" + "b" * 253])
def test_what_is_no_address(email: Any) -> None:
    assert identity(email=email, email_verified=True).email is None


@pytest.mark.parametrize("subject", [None, "", "x" * 256, "a\nb", "a\x00", 7, ["anna"]])
def test_without_a_usable_subject_it_is_nobody(subject: Any) -> None:
    with pytest.raises(TokenRefused):
        identity(sub=subject)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  Anna \n Huber\t", "Anna Huber"),
        ("Ánna\u202eHuber", "Ánna Huber"),
        ("\x00", None),
        ("", None),
        (7, None),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_one_line_that_can_be_shown(name: Any, expected: str | None) -> None:
    assert identity(name=name).name == expected


@pytest.mark.parametrize("session_id", ["", 7, "x" * 256])
def test_what_is_no_session(session_id: Any) -> None:
    assert identity(sid=session_id).session_id is None


@given(st.dictionaries(st.sampled_from(["name", "email", "email_verified", "sid"]), st.from_type(object) | st.text()))
def test_odd_claims_do_no_harm(odd: dict[str, Any]) -> None:
    found = identity(**odd)
    assert found.subject == "anna"
    assert found.name is None or found.name.isprintable()
