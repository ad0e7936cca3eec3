"""Identifiers: UUIDv7 (RFC 9562), so that keys grow with time and indexes stay compact."""

import os
import time
import uuid
from datetime import datetime

_VERSION_7 = 0x7 << 76
_VARIANT_RFC = 0x2 << 62
_RANDOM_BITS = (0xFFF << 64) | ((1 << 62) - 1)


def new_id() -> str:
    """A new UUIDv7 in canonical form: 48 bits of Unix milliseconds, then 74 random bits."""
    return _id_of(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10)))


def new_id_at(instant: datetime) -> str:
    """A new UUIDv7 of that instant, to the millisecond."""
    return _id_of(_milliseconds(instant), int.from_bytes(os.urandom(10)))


def first_id_at(instant: datetime) -> str:
    """Not greater than any UUIDv7 of that millisecond or later, greater than all earlier ones. There are none of before
    1970."""
    return _id_of(max(0, _milliseconds(instant)), 0)


def is_id(text: str) -> bool:
    """Whether `text` is a UUID in canonical form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _id_of(milliseconds: int, random_bits: int) -> str:
    return str(uuid.UUID(int=(milliseconds << 80) | _VERSION_7 | _VARIANT_RFC | (random_bits & _RANDOM_BITS)))


def _milliseconds(instant: datetime) -> int:
    # Not by way of `timestamp()` alone: a float of today's seconds is exact only to a fraction of a microsecond.
    return int(instant.timestamp()) * 1000 + instant.microsecond // 1000
