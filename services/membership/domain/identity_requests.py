"""What the gateway asks about whoever knocks: validated input, no decision yet."""

from dataclasses import dataclass
from datetime import datetime

from .people import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """Exactly one of them. `session` and `token` are SHA-256 hashes, in hex."""

    identity: Identity | None = None
    session: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    hash: str
    identity: Identity
    sid: str | None = None
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSession:
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSessions:
    """Those of a person (`subject`), or those that belong to the issuer's session `sid`."""

    issuer: str
    subject: str | None = None
    sid: str | None = None
