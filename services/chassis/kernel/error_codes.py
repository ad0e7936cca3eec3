"""What the codes mean that any command may be refused with, whichever service it is of. For programs: the sentence for
the person is the error's message."""

from collections.abc import Mapping
from typing import Final

COMMON: Final[Mapping[str, str]] = {
    "INVALID_INPUT": "A field of the input is wrong: correct it.",
    "NOT_FOUND": "What the command is about does not exist, or not in this coalition.",
    "CONFLICT": "What is stored contradicts the command: read it again, then decide again.",
    "VERSION_CONFLICT": "It was changed since the version given as `expectedVersion`: read it again, decide again.",
    "RULE_VIOLATION": "A rule of the coalition forbids it now: something else must be done first.",
    "UNAUTHENTICATED": "Nobody is signed in, and this is not for everybody.",
    "FORBIDDEN": "Whoever is signed in has no right to this here.",
    "IDEMPOTENCY_KEY_REUSED": "This idempotency key came with another input before: use a new key.",
}
"""By code. `docs/schema.md` tells how clients use them."""
