"""The text of an application's token: `iccar_`, 32 random bytes in base64url, and a checksum.

The prefix lets scanners of public code find one that leaked; the checksum tells a typing error, or a text that only
looks like a token, from a token, without asking anybody.
"""

import base64
import re
import zlib
from typing import Final

PREFIX: Final = "iccar_"
RANDOM_BYTES: Final = 32

_CHECKSUM_LENGTH: Final = 6
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM: Final = re.compile(rf"({PREFIX}[A-Za-z0-9_-]{{43}})([A-Za-z0-9]{{{_CHECKSUM_LENGTH}}})", re.ASCII)


def token_of(random: bytes) -> str:
    """The token that carries `random`, RANDOM_BYTES bytes that nobody can guess."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a token needs {RANDOM_BYTES} random bytes")
    secret = PREFIX + base64.urlsafe_b64encode(random).decode().rstrip("=")
    return secret + _checksum(secret)


def is_well_formed(token: str) -> bool:
    """Whether `token` could be one: its form and its checksum are right."""
    found = _FORM.fullmatch(token)
    return found is not None and _checksum(found[1]) == found[2]


def _checksum(secret: str) -> str:
    """CRC-32 in six digits of base 62, as GitHub's tokens have it."""
    rest, digits = zlib.crc32(secret.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
