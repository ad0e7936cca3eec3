"""Credentials that are not accepted."""

from typing import Final

from services.chassis.kernel.errors import Unauthenticated

REALM: Final = "iccar"
CHALLENGE: Final = f'Bearer realm="{REALM}"'
"""`WWW-Authenticate` for who showed no credential at all (RFC 6750, section 3)."""


class BadCredential(Unauthenticated):
    """What was shown cannot be accepted. `challenge` is the value of `WWW-Authenticate` that says so."""

    def __init__(self, message: str, *, error: str) -> None:
        """`error`: a code of RFC 6750, section 3.1."""
        super().__init__(message)
        self.challenge = f'{CHALLENGE}, error="{error}", error_description="{message}"'


def bad_token() -> BadCredential:
    return BadCredential("This access token is not valid here, or no longer. Get a new one.", error="invalid_token")


def bad_session() -> BadCredential:
    return BadCredential("You are not signed in any more. Sign in again at /login.", error="invalid_token")


def malformed(message: str) -> BadCredential:
    return BadCredential(message, error="invalid_request")
