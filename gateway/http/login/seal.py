"""Small facts that only the gateway can read and write, kept by the browser."""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from gateway.auth.oidc.flow import Attempt

ATTEMPT_SECONDS: Final = 600
"""How long somebody may take to sign in at the issuer."""

_FITS: Final = 3500
"""Browsers keep 4096 bytes of a cookie, its name and attributes included."""


class Seal:
    """Encrypts and authenticates with the first of `keys`, and opens with any of them: so keys can be replaced."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        """Without keys: one of this process's own. Raises ValueError: not a Fernet key."""
        self._fernet = MultiFernet([Fernet(key) for key in keys or [Fernet.generate_key().decode()]])

    def close(self, content: dict[str, Any]) -> str:
        return self._fernet.encrypt(json.dumps(content).encode()).decode()

    def open(self, sealed: str, *, max_age: int) -> dict[str, Any] | None:
        """The content, or None: not sealed by us, or more than `max_age` seconds ago."""
        try:
            content: dict[str, Any] = json.loads(self._fernet.decrypt(sealed, ttl=max_age))
        except (InvalidToken, ValueError):
            return None
        return content

    def close_attempt(self, attempt: Attempt) -> str:
        return self.close(dataclasses.asdict(attempt))

    def open_attempt(self, sealed: str) -> Attempt | None:
        content = self.open(sealed, max_age=ATTEMPT_SECONDS)
        try:
            return None if content is None else Attempt(**content)
        except TypeError:  # sealed for another purpose
            return None

    def close_signed_in(self, issuer: str, id_token: str) -> str:
        """Without the ID token where it does not fit into a cookie: then the issuer may ask whether to sign out."""
        sealed = self.close({"issuer": issuer, "id_token": id_token})
        return sealed if len(sealed) <= _FITS else self.close({"issuer": issuer, "id_token": None})

    def open_signed_in(self, sealed: str, *, max_age: int) -> tuple[str, str | None] | None:
        """Issuer and ID token."""
        content = self.open(sealed, max_age=max_age) or {}
        return (content["issuer"], content["id_token"]) if {"issuer", "id_token"} <= content.keys() else None
