"""Which key of an issuer may verify a token."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm

from gateway.auth.oidc import tokens
from gateway.auth.oidc.keys import KeySet, UnknownKey
from gateway.auth.oidc.refusal import TokenRefused
from tests.support.issuer import ALGORITHMS, SigningKey

from .examples import EXPECTED, NOW, claims, key, published, sign, stranger, verified


def chosen(keys: list[Any], header: dict[str, Any]) -> Any:
    return KeySet({"keys": keys}).key_for(header).key_id


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_is_found_by_its_kid(algorithm: str) -> None:
    kid = key(algorithm).kid
    assert chosen(published(), {"alg": algorithm, "kid": kid}) == kid


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_without_a_kid_the_only_key_of_the_kind_is_taken(algorithm: str) -> None:
    assert chosen(published(), {"alg": algorithm}) == key(algorithm).kid
    assert chosen(published(without=("kid",)), {"alg": algorithm}) is None


def test_without_a_kid_nobody_guesses_among_several_keys() -> None:
    keys = [*published(), stranger("RS256").as_jwk()]
    with pytest.raises(UnknownKey, match="2 keys fit"):
        chosen(keys, {"alg": "RS256"})


def test_two_keys_of_one_name_are_none() -> None:
    twin = {**stranger("ES256").as_jwk(), "kid": key("ES256").kid}
    with pytest.raises(UnknownKey):
        chosen([*published(), twin], {"alg": "ES256", "kid": key("ES256").kid})


@pytest.mark.parametrize("kid", ["", "unknown", 7, [], {"a": 1}])
def test_an_unknown_kid(kid: Any) -> None:
    with pytest.raises(UnknownKey, match="0 keys fit"):
        chosen(published(), {"alg": "RS256", "kid": kid})


@pytest.mark.parametrize("algorithm", ["none", "HS256", "ES256K", "RSA-OAEP", "", None, 7, ["RS256"]])
def test_no_key_serves_another_algorithm(algorithm: Any) -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}
    for header in (
        {"alg": algorithm},
        {"alg": algorithm, "kid": key("RS256").kid},
        {"alg": algorithm, "kid": "shared"},
    ):
        with pytest.raises(UnknownKey):
            chosen([*published(without=("alg",)), secret], header)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "PS256", "PS512"])
def test_a_key_that_names_no_algorithm_serves_all_of_its_family(algorithm: str) -> None:
    kid = key("RS256").kid
    assert chosen(published(without=("alg",)), {"alg": algorithm, "kid": kid}) == kid
    if algorithm != "RS256":
        with pytest.raises(UnknownKey):
            chosen(published(), {"alg": algorithm, "kid": kid})


@pytest.mark.parametrize(("mine", "asked"), [("ES256", "RS256"), ("RS256", "ES256"), ("EdDSA", "PS256")])
def test_a_key_never_serves_another_family(mine: str, asked: str) -> None:
    with pytest.raises(UnknownKey, match="0 keys fit"):
        chosen(published(without=("alg", "crv")), {"alg": asked, "kid": key(mine).kid})


def test_a_curve_serves_its_own_algorithm_only() -> None:
    with pytest.raises(UnknownKey):
        chosen(published(without=("alg",)), {"alg": "ES384", "kid": key("ES256").kid})


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"},
        {"use": 7},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"d": "AAAA"},
        {"kty": "oct"},
        {"n": "!"},
    ],
    ids=repr,
)
def test_what_is_no_public_signing_key_is_passed_over(change: dict[str, Any]) -> None:
    jwk = {**key("RS256").as_jwk(), **change}
    with pytest.raises(UnknownKey):
        chosen([jwk], {"alg": "RS256", "kid": jwk["kid"]})


def test_a_private_key_that_was_published_is_nobodys_any_more() -> None:
    private = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    assert "d" in private
    with pytest.raises(UnknownKey):
        chosen([{**private, "kid": "leaked"}], {"alg": "ES256", "kid": "leaked"})


def test_what_is_no_key_at_all_harms_no_other() -> None:
    keys: list[Any] = [None, 7, "key", [], {}, {"kty": "RSA"}, {"kty": "new", "kid": "x"}, *published()]
    assert chosen(keys, {"alg": "ES256", "kid": key("ES256").kid}) == key("ES256").kid


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": {}}, {"keys": "none"}])
def test_what_is_no_key_set(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a JWK set"):
        KeySet(document)


def test_a_short_rsa_key_is_too_weak() -> None:
    weak = SigningKey("weak", "RS256", rsa.generate_private_key(public_exponent=65537, key_size=1024))
    with pytest.warns(match="1024"):
        token = sign(claims(), weak)
    found = KeySet({"keys": [weak.as_jwk()]}).key_for({"alg": "RS256", "kid": "weak"})
    with pytest.raises(TokenRefused, match="InvalidKeyError"):
        tokens.verify(token, found, EXPECTED, now=NOW)
    assert verified(sign(claims(), key("RS256"))) == claims()
