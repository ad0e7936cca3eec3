"""Sessions of people who signed in with a browser. The membership service keeps them, so that a logout holds on every
replica; it never learns the value in the cookie, only its hash."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from gateway.auth.oidc import Identity
from services.chassis.kernel.secret import hash_of

Call = Callable[[str, str, dict[str, Any]], Awaitable[Any]]
"""`(service, method, arguments) → result`, as `RpcClient.call`."""

_SERVICE: Final = "membership"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """`hash` is of the cookie's value; `session_id` is the issuer's name of the session (`sid`)."""

    hash: str
    issuer: str
    subject: str
    name: str | None
    email: str | None
    session_id: str | None
    expires_at: datetime

    @classmethod
    def of(cls, identity: Identity, secret: str, *, expires_at: float) -> "NewSession":
        """`expires_at` in seconds since the Unix epoch."""
        return cls(
            hash=hash_of(secret),
            issuer=identity.issuer,
            subject=identity.subject,
            name=identity.name,
            email=identity.email,
            session_id=identity.session_id,
            expires_at=datetime.fromtimestamp(expires_at, UTC),
        )


class Sessions(Protocol):
    """All of them raise what `RpcClient.call` raises."""

    async def open(self, session: NewSession) -> None: ...

    async def close(self, session_hash: str) -> None:
        """End the one session, if it is open."""
        ...

    async def close_all(self, *, issuer: str, subject: str | None = None, session_id: str | None = None) -> None:
        """End the sessions of a person, or those that belong to one session at the issuer."""
        ...


class MembershipSessions:
    """Keeps them in the membership service."""

    def __init__(self, call: Call) -> None:
        self._call = call

    async def open(self, session: NewSession) -> None:
        arguments = {
            "hash": session.hash,
            "issuer": session.issuer,
            "subject": session.subject,
            "name": session.name,
            "email": session.email,
            "sid": session.session_id,
            "expires_at": session.expires_at.isoformat(),
        }
        await self._call(_SERVICE, "open_session", arguments)

    async def close(self, session_hash: str) -> None:
        await self._call(_SERVICE, "close_session", {"hash": session_hash})

    async def close_all(self, *, issuer: str, subject: str | None = None, session_id: str | None = None) -> None:
        whose = {"sid": session_id} if session_id is not None else {"subject": subject}
        await self._call(_SERVICE, "close_sessions", {"issuer": issuer, **whose})
