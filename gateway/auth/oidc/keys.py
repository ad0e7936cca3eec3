"""The public keys of an issuer (RFC 7517), and which of them may verify what."""

from collections.abc import Mapping
from typing import Any, Final

import jwt

from .refusal import TokenRefused

_FAMILIES: Final[Mapping[str, tuple[str, str | None]]] = {
    **{f"{kind}{bits}": ("RSA", None) for kind in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""Which key type and curve each algorithm needs: a key never serves an algorithm of another family."""


class UnknownKey(TokenRefused):
    """No key of the issuer fits: it may have been published since the keys were fetched."""


class KeySet:
    """The keys in a JWK set. What is no public signing key is passed over, as RFC 7517 (section 5) demands."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Raises ValueError: not a JWK set."""
        keys = document.get("keys")
        if not isinstance(keys, list):
            raise ValueError("not a JWK set")
        self._keys = tuple(key for key in keys if isinstance(key, dict) and _is_for_signatures(key))

    def key_for(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        """The one key that a token with this header can have been signed with. Raises UnknownKey."""
        kid, algorithm = header.get("kid"), header.get("alg")
        fitting = [key for key in self._keys if kid in (None, key.get("kid")) and _fits(key, algorithm)]
        if len(fitting) != 1:
            raise UnknownKey(f"{len(fitting)} keys fit the kid and alg of the token")
        try:
            return jwt.PyJWK(fitting[0], algorithm=algorithm)
        except jwt.PyJWTError as error:
            raise UnknownKey(f"the key of the token cannot be used: {type(error).__name__}") from error


def _is_for_signatures(key: Mapping[str, Any]) -> bool:
    operations = key.get("key_ops", ["verify"])
    is_public = "d" not in key
    return is_public and key.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations


def _fits(key: Mapping[str, Any], algorithm: Any) -> bool:
    if not isinstance(algorithm, str) or algorithm not in _FAMILIES:
        return False
    kind, curve = _FAMILIES[algorithm]
    named = key.get("alg")
    return key.get("kty") == kind and curve in (None, key.get("crv")) and named in (None, algorithm)
