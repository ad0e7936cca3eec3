"""The signed addresses to which bytes are sent: who sends them, for which file, and until when.

A ticket is sealed (Fernet: encrypted and authenticated) under a key derived from the gateway's signing key, which all
replicas share. So nobody can make one, change one, or read in one who they are.
"""

import base64
import dataclasses
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.auth.credentials import PersonCredential
from gateway.auth.oidc import Identity
from services.chassis.kernel.config import ConfigurationError

_PURPOSE: Final = b"uploads of files, 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`principal_id` names who may send the file's bytes. For a person, `issuer` and `subject` say whose rights are
    asked when they come; an application has none, and shows its own token. `expires_at` in seconds since the epoch."""

    shelf: str
    coalition: str
    file_id: str
    principal_id: str
    issuer: str | None
    subject: str | None
    name: str | None
    email: str | None
    expires_at: float

    @property
    def credential(self) -> PersonCredential | None:
        """Of a person: as if they had shown it. What is asked with it are the rights that they have by then."""
        if self.issuer is None or self.subject is None:
            return None
        return PersonCredential(
            Identity(
                issuer=self.issuer,
                subject=self.subject,
                name=self.name,
                email=self.email,
                expires_at=self.expires_at,
                session_id=None,
            )
        )


class TicketOffice:
    """Makes and reads tickets."""

    def __init__(self, key: bytes, *, clock: Callable[[], float] = time.time) -> None:
        """`key`: 32 bytes."""
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._clock = clock

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """`path` holds the gateway's private JWK. Raises ConfigurationError."""
        try:
            secret = str(json.loads(path.read_text())["d"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(f"{path} must be a file with a private JSON Web Key.") from error
        return cls(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret.encode()))

    def seal(self, ticket: Ticket) -> str:
        return self._fernet.encrypt(json.dumps(dataclasses.asdict(ticket)).encode()).decode()

    def open(self, text: str) -> Ticket | None:
        """None: not made here, or its time is over."""
        try:
            content: Mapping[str, Any] = json.loads(self._fernet.decrypt(text.encode()))
            ticket = Ticket(**content)
        except (InvalidToken, ValueError, TypeError):
            return None
        return ticket if self._clock() < ticket.expires_at else None
