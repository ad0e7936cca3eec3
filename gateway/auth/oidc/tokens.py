"""Whether a token (RFC 7519, 8725) is to be believed. Pure: keys and time are given.

PyJWT verifies signature, issuer and audience; the times are compared here, by the clock that is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from .refusal import TokenRefused

LONGEST_TOKEN: Final = 8192
"""In characters. Tokens with all groups of a large organisation have about half of that."""

LEEWAY_SECONDS: Final = 30
"""How far the issuer's clock and ours may be apart."""

ACCESS_TOKEN_TYPES: Final = frozenset({None, "jwt", "at+jwt"})
ID_TOKEN_TYPES: Final = frozenset({None, "jwt"})
LOGOUT_TOKEN_TYPES: Final = frozenset({None, "jwt", "logout+jwt"})
"""Values of `typ`; many issuers leave it out or say no more than JWT."""

_END_OF_TIME: Final = 1e11
_REQUIRED: Final = ("iss", "aud", "exp", "iat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say of itself."""

    issuer: str
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...]
    types: frozenset[str | None]


@dataclass(frozen=True, slots=True)
class Unverified:
    """What a token claims to be. Good for finding the key that shows whether it is, and for nothing else."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def unverified(token: str) -> Unverified:
    """Raises TokenRefused: this is no signed token at all."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise TokenRefused("too long, or not ASCII")
    try:
        decoded = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise TokenRefused(f"no token: {type(error).__name__}") from error
    return Unverified(decoded["header"], decoded["payload"])


def verify(token: str, key: jwt.PyJWK, expected: Expected, *, now: float) -> dict[str, Any]:
    """The claims of `token`. Raises TokenRefused unless every one of the checks is passed.

    `now` in seconds since the Unix epoch.
    """
    header = unverified(token).header
    if _type(header) not in expected.types:
        raise TokenRefused("typ is another kind of token")
    if "crit" in header:
        raise TokenRefused("crit asks for extensions that are not supported")
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=expected.algorithms,
            audience=expected.audiences,
            issuer=expected.issuer,
            options={
                "require": list(_REQUIRED),
                "enforce_minimum_key_length": True,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise TokenRefused(f"{type(error).__name__}: {error}") from error
    _check_times(claims, now)
    return claims


def _type(header: Mapping[str, Any]) -> str | None:
    kind = header.get("typ")
    if kind is None:
        return None
    return kind.lower().removeprefix("application/") if isinstance(kind, str) else "malformed"


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    if _seconds(claims, "exp") + LEEWAY_SECONDS <= now:
        raise TokenRefused("expired")
    for claim in ("iat", "nbf"):
        if claim in claims and _seconds(claims, claim) - LEEWAY_SECONDS > now:
            raise TokenRefused(f"{claim} lies in the future")


def _seconds(claims: Mapping[str, Any], claim: str) -> float:
    value = claims[claim]
    # Written so that NaN, which JSON may hold in Python's reading, fails too.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise TokenRefused(f"{claim} is no time")
    return float(value)
