"""The principal on the bus: a JWT that the gateway signs (EdDSA) for a few seconds, and that services verify.

PyJWT makes and checks the token. Keys are a JWK (the gateway's own, private) and a JWK set (the public ones that
services trust; several while a key is being replaced).
"""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import jwt
from jwt.algorithms import OKPAlgorithm

from ..kernel.config import ConfigurationError
from ..kernel.errors import Unauthenticated, Unavailable
from ..kernel.principal import Grant, Principal, PrincipalKind, Scope

ALGORITHM: Final = "EdDSA"
ISSUER: Final = "gateway"
LIFE_SECONDS: Final = 10
"""A token serves the requests of the next moment. Nothing revokes it, so it must not live."""

LEEWAY_SECONDS: Final = 5
_READ_AGAIN_SECONDS: Final = 5.0
_REMEMBERED: Final = 1024

Clock = Callable[[], float]


class Signer:
    """Signs with the private key of `jwk` (an OKP key of curve Ed25519 with a `kid`)."""

    def __init__(self, jwk: Mapping[str, Any], *, clock: Clock = time.time) -> None:
        """Raises ConfigurationError: not such a key."""
        try:
            self._key: Any = OKPAlgorithm.from_jwk(dict(jwk))
            self._kid = str(jwk["kid"])
            jwk["d"]
        except (jwt.InvalidKeyError, KeyError, ValueError) as error:
            raise ConfigurationError("The signing key must be a private Ed25519 JWK with a kid.") from error
        self._clock = clock

    @classmethod
    def from_file(cls, path: Path) -> "Signer":
        """Raises ConfigurationError: no such file, or not such a key in it."""
        return cls(_json_of(path))

    def sign(self, principal: Principal) -> str:
        now = int(self._clock())
        claims = {**_claims(principal), "iss": ISSUER, "iat": now, "exp": now + LIFE_SECONDS}
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self._kid})


class Verifier:
    """Believes tokens that one of the keys in `path` (a JWK set) has signed; reads the file again for a new key.

    Tokens come many times while they live, so what has been verified is remembered.
    """

    def __init__(self, path: Path, *, clock: Clock = time.time) -> None:
        """Raises ConfigurationError: no such file, or no key set in it."""
        self._path = path
        self._clock = clock
        self._known: dict[str, tuple[float, Principal]] = {}
        self._read()

    def verify(self, token: str) -> Principal:
        """Raises Unauthenticated: not signed by a trusted key, and Unavailable: not for now. A token is made for each
        moment, so one that is too old, or too new, tells of a delay or a wrong clock of ours: to try again helps."""
        known = self._known.get(token)
        if known is None:
            known = self._remember(token, self._decode(token))
        expires, principal = known
        if expires + LEEWAY_SECONDS <= self._clock():
            raise _out_of_time()
        return principal

    def _remember(self, token: str, claims: dict[str, Any]) -> tuple[float, Principal]:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[token] = known = float(claims["exp"]), _principal(claims)
        return known

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            # Times are checked by our own clock below and in `verify`, which also holds for remembered tokens.
            options: Any = {"require": ["exp", "iat", "iss", "sub"], "verify_exp": False, "verify_iat": False}
            claims: dict[str, Any] = jwt.decode(token, key, algorithms=[ALGORITHM], issuer=ISSUER, options=options)
        except jwt.PyJWTError as error:
            raise _untrusted() from error
        if claims["exp"] - claims["iat"] > LIFE_SECONDS:
            raise _untrusted()
        if claims["iat"] > self._clock() + LEEWAY_SECONDS:
            raise _out_of_time()
        return claims

    def _key(self, kid: Any) -> Any:
        if kid not in self._keys and time.monotonic() > self._read_at + _READ_AGAIN_SECONDS:
            # A file that is being written counts as one that has not changed yet.
            with suppress(ConfigurationError):
                self._read()
        if kid not in self._keys:
            raise _untrusted()
        return self._keys[kid]

    def _read(self) -> None:
        self._read_at = time.monotonic()
        try:
            self._keys = {str(jwk["kid"]): OKPAlgorithm.from_jwk(jwk) for jwk in _json_of(self._path)["keys"]}
        except (jwt.InvalidKeyError, KeyError, TypeError, ValueError) as error:
            raise ConfigurationError(f"{self._path} must be a JWK set of Ed25519 keys.") from error


def new_key(kid: str) -> dict[str, Any]:
    """A private key, as a JWK."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return {**json.loads(OKPAlgorithm.to_jwk(Ed25519PrivateKey.generate())), "kid": kid, "alg": ALGORITHM, "use": "sig"}


def public(jwk: Mapping[str, Any]) -> dict[str, Any]:
    """What of a private key may be shown."""
    return {name: value for name, value in jwk.items() if name not in ("d", "key_ops")}


def _claims(principal: Principal) -> dict[str, Any]:
    grants = principal.grants
    claims: dict[str, Any] = {
        "sub": principal.id,
        "kind": principal.kind.value,
        "grants": None if grants is None else [_grant_claim(grant) for grant in grants],
        "idp": principal.issuer,
        "idp_sub": principal.subject,
        "name": principal.name,
        "email": principal.email,
        "scopes": list(principal.api_scopes),
        "behalf": principal.on_behalf_of,
        "address": principal.address,
    }
    return {name: value for name, value in claims.items() if value is not None or name == "grants"}


def _principal(claims: Mapping[str, Any]) -> Principal:
    grants = claims["grants"]
    return Principal(
        kind=PrincipalKind(claims["kind"]),
        id=claims["sub"],
        issuer=claims.get("idp"),
        subject=claims.get("idp_sub"),
        name=claims.get("name"),
        email=claims.get("email"),
        grants=None if grants is None else tuple(Grant(role, _scope(where)) for role, *where in grants),
        api_scopes=tuple(claims.get("scopes", ())),
        on_behalf_of=claims.get("behalf"),
        address=claims.get("address"),
    )


def _grant_claim(grant: Grant) -> list[str | None]:
    return [grant.role, grant.scope.kind, grant.scope.coalition, grant.scope.id]


def _scope(parts: list[str | None]) -> Scope:
    kind, coalition, identity = parts
    return Scope(str(kind), coalition, identity)


def _json_of(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} must be a file with a JSON Web Key (set): {error}") from error


def _out_of_time() -> Unavailable:
    return Unavailable("Who asks could not be confirmed in time. Please try again.")


def _untrusted() -> Unauthenticated:
    return Unauthenticated("Who asks could not be verified. Sign in again.")
