"""The issuer's key, which survives restarts, and the tokens that it signs."""

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from jwt.algorithms import ECAlgorithm

from .people import Person

ALGORITHM: Final = "ES256"
AUDIENCE: Final = "iccar"
CLIENT_ID: Final = "gateway"
NAME: Final = "Sample people (development)"

ACCESS_TOKEN_SECONDS: Final = 8 * 3600
ID_TOKEN_SECONDS: Final = 300
_KEY_FILE: Final = "key.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mint:
    """Signs in the name of `issuer`, a URL."""

    issuer: str
    key: EllipticCurvePrivateKey
    kid: str

    @classmethod
    def in_directory(cls, directory: Path, *, issuer: str) -> Self:
        """With the key in `directory`, which is made at the first use. Raises OSError."""
        jwk = _read_or_make(directory / _KEY_FILE)
        key = ECAlgorithm.from_jwk(jwk)
        assert isinstance(key, EllipticCurvePrivateKey)
        return cls(issuer=issuer, key=key, kid=jwk["kid"])

    def jwks(self) -> dict[str, Any]:
        """The public half, as a JWK set."""
        public = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self.kid, "alg": ALGORITHM, "use": "sig"}]}

    def access_token(self, person: Person, *, seconds: int = ACCESS_TOKEN_SECONDS) -> str:
        """RFC 9068, with the person's name and address besides."""
        claims = {"aud": AUDIENCE, "client_id": CLIENT_ID, "jti": secrets.token_hex(16), **person.claims()}
        return self._sign(claims, seconds, "at+jwt")

    def id_token(self, person: Person, *, nonce: str | None, session_id: str) -> str:
        claims = {"aud": CLIENT_ID, "sid": session_id, "auth_time": int(time.time()), **person.claims()}
        return self._sign(claims if nonce is None else {**claims, "nonce": nonce}, ID_TOKEN_SECONDS, "JWT")

    def _sign(self, claims: Mapping[str, Any], seconds: int, kind: str) -> str:
        now = int(time.time())
        full = {"iss": self.issuer, "iat": now, "exp": now + seconds, **claims}
        return jwt.encode(full, self.key, algorithm=ALGORITHM, headers={"kid": self.kid, "typ": kind})


def gateway_settings(issuer: str) -> str:
    """The gateway's ISSUERS that trusts this issuer."""
    entry = {
        "issuer": issuer,
        "name": NAME,
        "audiences": [AUDIENCE],
        "algorithms": [ALGORITHM],
        "client_id": CLIENT_ID,
    }
    return json.dumps([entry])


def _read_or_make(path: Path) -> dict[str, Any]:
    if not path.exists():
        _make(path)
    jwk: dict[str, Any] = json.loads(path.read_text())
    return jwk


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    jwk = ECAlgorithm.to_jwk(generate_private_key(SECP256R1()), as_dict=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({**jwk, "kid": secrets.token_hex(8)}, file)
    try:
        # The first of two that make one at the same time wins, and neither reads half a key.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
