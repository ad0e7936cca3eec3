"""Secrets that are shown once, and known afterwards by their hash only: of sessions, invitations, applications."""

import hashlib
import secrets
from typing import Final

RANDOM_BYTES: Final = 32


def new_secret() -> str:
    """256 bits that nobody can guess, as a text for cookies and links."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def hash_of(secret: str) -> str:
    """SHA-256, in hex: what is kept. The secrets are random, so a hash without salt tells nothing of them."""
    return hashlib.sha256(secret.encode()).hexdigest()
