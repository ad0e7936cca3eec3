"""Pseudonyms of e-mail addresses: by them a person is found in every service, and no address has to travel."""

import hashlib
import hmac
import unicodedata
from pathlib import Path
from typing import Final, Self

from .config import ConfigurationError

_SHORTEST_KEY: Final = 32


class Pseudonyms:
    """Makes them with the platform's one key. Whoever has no key cannot tell, or guess, whose a pseudonym is; with
    another key everybody would have another one, so the key never changes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, address: str) -> str:
        """HMAC-SHA-256 of the address, in hex: the same however the address is written."""
        written = unicodedata.normalize("NFC", address).strip().casefold()
        return hmac.new(self._key, written.encode(), hashlib.sha256).hexdigest()

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Raises ConfigurationError."""
        try:
            key = path.read_bytes().strip()
        except OSError as error:
            raise ConfigurationError(
                f"The key of pseudonyms cannot be read ({error}): set PSEUDONYM_KEY_FILE."
            ) from None
        if len(key) < _SHORTEST_KEY:
            raise ConfigurationError(
                f"The key of pseudonyms in {path} is too short: at least {_SHORTEST_KEY} characters."
            )
        return cls(key)
