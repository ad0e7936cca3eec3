"""Keys, claims and tokens of an issuer that needs no socket."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jwt

from gateway.auth.oidc import tokens
from gateway.auth.oidc.keys import KeySet
from gateway.auth.oidc.tokens import Expected
from tests.support.issuer import ALGORITHMS, SigningKey

ISSUER = "https://login.example.org"
AUDIENCE = "iccar"
NOW = 1_800_000_000

EXPECTED = Expected(issuer=ISSUER, audiences=(AUDIENCE,), algorithms=ALGORITHMS, types=tokens.ACCESS_TOKEN_TYPES)


@cache
def key(algorithm: str) -> SigningKey:
    return SigningKey.generate(algorithm)


@cache
def stranger(algorithm: str) -> SigningKey:
    """A key of the same kind that the issuer does not have."""
    return SigningKey.generate(algorithm)


def published(*, without: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The issuer's keys as JWKs, without some of their fields."""
    keys = [key(algorithm).as_jwk() for algorithm in ALGORITHMS]
    return [{name: value for name, value in each.items() if name not in without} for each in keys]


def claims(**overrides: Any) -> dict[str, Any]:
    """What a good token says; an override that is None takes a claim away."""
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "iat": NOW - 10, "exp": NOW + 290, **overrides}
    return {name: value for name, value in good.items() if value is not None}


def sign(content: Mapping[str, Any], signing: SigningKey, headers: Mapping[str, Any] | None = None) -> str:
    return signing.sign(content, headers=headers)


def sign_under(header: Mapping[str, Any], content: Mapping[str, Any], signing: SigningKey) -> str:
    """A rightly signed token with exactly this header, however wrong."""
    signed = f"{segment(header)}.{segment(content)}"
    signature = jwt.get_algorithm_by_name(signing.algorithm).sign(signed.encode(), signing.private)
    return f"{signed}.{base64url(signature)}"


def verified(token: str, expected: Expected = EXPECTED, *, now: float = NOW) -> dict[str, Any]:
    """As the gateway does it, with keys at hand."""
    found = tokens.unverified(token)
    return tokens.verify(token, KeySet({"keys": published()}).key_for(found.header), expected, now=now)


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def segment(content: Any) -> str:
    return base64url(json.dumps(content).encode())
