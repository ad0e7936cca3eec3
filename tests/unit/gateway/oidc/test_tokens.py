"""Which tokens are believed, and which are not."""

import hmac
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gateway.auth.oidc.keys import UnknownKey
from gateway.auth.oidc.refusal import TokenRefused
from gateway.auth.oidc.tokens import ID_TOKEN_TYPES, LEEWAY_SECONDS, LONGEST_TOKEN
from tests.support.issuer import ALGORITHMS

from .examples import (
    AUDIENCE,
    EXPECTED,
    ISSUER,
    NOW,
    base64url,
    claims,
    key,
    segment,
    sign,
    sign_under,
    stranger,
    verified,
)

HEADER = {"alg": "ES256", "kid": key("ES256").kid}
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.="


def refused(token: str, **options: Any) -> str:
    """Why it is."""
    with pytest.raises(TokenRefused) as refusal:
        verified(token, **options)
    return str(refusal.value)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_good_token_is_believed(algorithm: str) -> None:
    assert verified(sign(claims(), key(algorithm))) == claims()


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_key_of_the_same_kind_and_name_is_not_the_issuers(algorithm: str) -> None:
    token = sign(claims(), stranger(algorithm), {"kid": key(algorithm).kid})
    assert refused(token) == "InvalidSignatureError: Signature verification failed"


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "None"}, {"alg": "nOnE"}, {"alg": ""}, {"alg": None}, {}])
@pytest.mark.parametrize("signature", ["", base64url(b"signed")])
def test_unsigned_tokens_are_none(header: dict[str, Any], signature: str) -> None:
    with_kid = {**header, "kid": key("RS256").kid}
    for each in (header, with_kid):
        with pytest.raises(UnknownKey):
            verified(f"{segment(each)}.{segment(claims())}.{signature}")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
@pytest.mark.parametrize("digest", ["HS256", "HS384", "HS512"])
def test_a_public_key_is_no_shared_secret(algorithm: str, digest: str) -> None:
    """Key confusion: the public key, which everybody knows, taken as the secret of an HMAC."""
    public = key(algorithm).private.public_key()
    forms = [
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        json.dumps(key(algorithm).as_jwk()).encode(),
    ]
    for secret in forms:
        signed = f"{segment({'alg': digest, 'typ': 'JWT', 'kid': key(algorithm).kid})}.{segment(claims())}"
        signature = hmac.digest(secret, signed.encode(), digest.replace("HS", "sha"))
        with pytest.raises(UnknownKey):
            verified(f"{signed}.{base64url(signature)}")


def test_an_algorithm_must_be_allowed_for_the_issuer() -> None:
    only_elliptic = replace(EXPECTED, algorithms=("ES256",))
    assert verified(sign(claims(), key("ES256")), only_elliptic) == claims()
    assert refused(sign(claims(), key("RS256")), expected=only_elliptic).startswith("InvalidAlgorithmError")


def test_a_key_that_the_token_brings_along_counts_for_nothing() -> None:
    forger = stranger("RS256")
    for header in ({"jwk": forger.as_jwk()}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example/"}):
        kid = key("RS256").kid
        assert refused(sign(claims(), forger, {**header, "kid": kid})).startswith("InvalidSignatureError")


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"iss": "https://login.example.org/"}, "Invalid issuer"),
        ({"iss": "https://evil.example"}, "Invalid issuer"),
        ({"iss": None}, "iss"),
        ({"iss": [ISSUER]}, "Issuer"),
        ({"aud": "another"}, "Audience"),
        ({"aud": ["another", "third"]}, "Audience"),
        ({"aud": AUDIENCE.upper()}, "Audience"),
        ({"aud": None}, "aud"),
        ({"aud": []}, "aud"),
        ({"aud": {"iccar": True}}, "Invalid claim format"),
        ({"exp": None}, "exp"),
        ({"exp": NOW - LEEWAY_SECONDS}, "expired"),
        ({"exp": "2100-01-01"}, "exp is no time"),
        ({"exp": str(NOW + 60)}, "exp is no time"),
        ({"exp": True}, "exp is no time"),
        ({"exp": [NOW + 60]}, "exp is no time"),
        ({"exp": 10**400}, "exp is no time"),
        ({"exp": float("inf")}, "exp is no time"),
        ({"exp": float("nan")}, "exp is no time"),
        ({"exp": -1}, "exp is no time"),
        ({"iat": None}, "iat"),
        ({"iat": NOW + LEEWAY_SECONDS + 1}, "iat lies in the future"),
        ({"iat": "now"}, "iat is no time"),
        ({"nbf": NOW + LEEWAY_SECONDS + 1}, "nbf lies in the future"),
        ({"nbf": {}}, "nbf is no time"),
        ({"sub": 4711}, "Subject must be a string"),
    ],
    ids=repr,
)
def test_a_claim_that_is_wrong(overrides: dict[str, Any], reason: str) -> None:
    assert reason in refused(sign(claims(**overrides), key("ES256")))


@pytest.mark.parametrize(
    "overrides",
    [
        {"exp": NOW - LEEWAY_SECONDS + 1},
        {"iat": NOW + LEEWAY_SECONDS},
        {"nbf": NOW + LEEWAY_SECONDS},
        {"nbf": NOW + 0.5},
        {"aud": ["another", AUDIENCE]},
    ],
    ids=repr,
)
def test_clocks_may_differ_a_little_and_audiences_be_many(overrides: dict[str, Any]) -> None:
    assert verified(sign(claims(**overrides), key("ES256"))) == claims(**overrides)


@pytest.mark.parametrize("kind", ["JWT", "jwt", "at+jwt", "application/at+jwt", "Application/AT+JWT", None])
def test_kinds_of_access_tokens(kind: str | None) -> None:
    assert verified(sign(claims(), key("ES256"), {"typ": kind})) == claims()


@pytest.mark.parametrize("kind", ["logout+jwt", "secevent+jwt", "dpop+jwt", "JWE", "", " ", 7, ["jwt"], {"a": 1}])
def test_another_kind_of_token_is_no_access_token(kind: Any) -> None:
    token = sign_under({**HEADER, "typ": kind}, claims(), key("ES256"))
    assert refused(token) == "typ is another kind of token"


def test_an_access_token_is_no_id_token() -> None:
    token = sign(claims(), key("ES256"), {"typ": "at+jwt"})
    assert refused(token, expected=replace(EXPECTED, types=ID_TOKEN_TYPES)) == "typ is another kind of token"


@pytest.mark.parametrize("crit", [["exp"], ["b64"], ["b64", "exp"], [], "b64", [7], None])
@pytest.mark.parametrize("b64", [{}, {"b64": True}, {"b64": False}])
def test_an_extension_that_must_be_understood_is_not(crit: Any, b64: dict[str, bool]) -> None:
    refused(sign_under({**HEADER, "crit": crit, **b64}, claims(), key("ES256")))
    assert verified(sign_under(HEADER, claims(), key("ES256"))) == claims()


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "ey.ey.ey",
        "x" * (LONGEST_TOKEN + 1),
        "ÿ.ÿ.ÿ",
        f"{segment([])}.{segment({})}.",
        f"{segment({'alg': 'RS256'})}.{segment([])}.AAAA",
        f"{base64url(b'[' * 5000)}.{segment({})}.AAAA",
        f"{segment({'alg': 'RS256'})}.{base64url(b'{' * 5000)}.AAAA",
        f"{base64url(b'not json')}.{segment({})}.AAAA",
        f"{base64url(bytes(range(128, 255)))}.{segment({})}.AAAA",
    ],
    ids=lambda token: token[:30],
)
def test_what_is_no_token(token: str) -> None:
    refused(token)


def test_a_token_may_be_as_long_as_the_limit() -> None:
    head = len(sign(claims(pad=""), key("ES256")))
    padded = sign(claims(pad="x" * ((LONGEST_TOKEN - head) * 3 // 4 - 3)), key("ES256"))
    assert LONGEST_TOKEN - 20 < len(padded) <= LONGEST_TOKEN
    assert verified(padded)["sub"] == "anna"
    longer = sign(claims(pad="x" * (LONGEST_TOKEN - head)), key("ES256"))
    assert refused(longer) == "too long, or not ASCII"


GOOD = {algorithm: sign(claims(), key(algorithm)) for algorithm in ALGORITHMS}


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_token_that_was_changed_anywhere_is_refused(algorithm: str, data: st.DataObject) -> None:
    token = GOOD[algorithm]
    place = data.draw(st.integers(0, len(token) - 1))
    change = data.draw(st.sampled_from(["replace", "insert", "delete", "swap"]))
    sign_ = data.draw(st.sampled_from(SIGNS))
    changed = {
        "replace": token[:place] + sign_ + token[place + 1 :],
        "insert": token[:place] + sign_ + token[place:],
        "delete": token[:place] + token[place + 1 :],
        "swap": token[:place] + token[place + 1 : place + 2] + token[place : place + 1] + token[place + 2 :],
    }[change]
    assume(changed.rstrip("=") != token)
    refused(changed)


@settings(max_examples=150, deadline=None)
@given(
    header=st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "x5c", "zip", "cty"]),
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.lists(st.text(max_size=4))),
    ),
    content=st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.integers(), st.text(max_size=8))),
    signature=st.binary(max_size=300),
)
def test_made_up_tokens_are_refused_whatever_they_hold(
    header: dict[str, Any], content: dict[str, Any], signature: bytes
) -> None:
    known = {"alg": "RS256", "kid": key("RS256").kid}
    for each in (header, {**known, **header}, {**header, **known}):
        refused(f"{segment(each)}.{segment({**claims(), **content})}.{base64url(signature)}")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_no_text_whatever_is_more_than_refused(text: str) -> None:
    refused(text)


@settings(max_examples=60, deadline=None)
@given(overrides=st.fixed_dictionaries({"sub": st.text(max_size=6), "exp": st.integers(NOW + 1, NOW + 10**6)}))
def test_changed_claims_need_a_new_signature(overrides: dict[str, Any]) -> None:
    header, _, signature = GOOD["ES256"].split(".")
    assume(claims(**overrides) != claims())
    assert refused(f"{header}.{segment(claims(**overrides))}.{signature}").startswith("InvalidSignatureError")
    assert verified(sign(claims(**overrides), key("ES256")))["sub"] == overrides["sub"]
