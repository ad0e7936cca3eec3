"""Identifiers: UUIDv7 (RFC 9562), so that keys grow with time and indexes stay compact."""

import os
import time
import uuid

_VERSION_7 = 0x7 << 76
_VARIANT_RFC = 0x2 << 62
_RANDOM_BITS = (0xFFF << 64) | ((1 << 62) - 1)


def new_id() -> str:
    """A new UUIDv7 in canonical form: 48 bits of Unix milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10)) & _RANDOM_BITS
    return str(uuid.UUID(int=(milliseconds << 80) | _VERSION_7 | _VARIANT_RFC | random_bits))


def is_id(text: str) -> bool:
    """Whether `text` is a UUID in canonical form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
