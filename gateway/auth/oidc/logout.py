"""Logout tokens (OpenID Connect Back-Channel Logout 1.0): the issuer says that a session is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import tokens
from .identity import session_id_of, subject_of
from .issuers import Issuers
from .refusal import TokenRefused

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedOut:
    """Which sessions are over: one (`session_id`), or without it all of `subject`."""

    issuer: str
    subject: str | None
    session_id: str | None
    token_id: str
    expires_at: float
    """Until when the same token could come again, in seconds since the Unix epoch."""


async def verify_logout_token(issuers: Issuers, token: str) -> LoggedOut:
    """What a logout token says (section 2.6). Raises TokenRefused, IssuerUnavailable."""
    provider, found = issuers.provider_of(token)
    client_id = provider.settings.client_id
    if client_id is None:
        raise TokenRefused("nobody signs in at this issuer")
    claims = await provider.claims(token, found, tokens.LOGOUT_TOKEN_TYPES, (client_id,))
    _check_event(claims)
    session_id = session_id_of(claims)
    subject = subject_of(claims) if "sub" in claims else None
    if session_id is None and subject is None:
        raise TokenRefused("neither sub nor sid")
    return LoggedOut(
        issuer=claims["iss"],
        subject=subject,
        session_id=session_id,
        token_id=_token_id(claims),
        expires_at=float(claims["exp"]) + tokens.LEEWAY_SECONDS,
    )


def _check_event(claims: Mapping[str, Any]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise TokenRefused("events tells of no logout")
    if "nonce" in claims:
        raise TokenRefused("nonce must not be in a logout token")


def _token_id(claims: Mapping[str, Any]) -> str:
    token_id = claims.get("jti")
    if not isinstance(token_id, str) or not token_id:
        raise TokenRefused("no jti")
    return token_id


class SeenTokens:
    """Remembers logout tokens until they expire, so that none is taken twice. Of this process: another replica takes
    a replayed token once more, which ends sessions and never opens one."""

    def __init__(self, *, limit: int = 10_000) -> None:
        self._limit = limit
        self._until: dict[tuple[str, str], float] = {}

    def has(self, logout: LoggedOut, *, now: float) -> bool:
        return self._until.get((logout.issuer, logout.token_id), 0.0) > now

    def add(self, logout: LoggedOut, *, now: float) -> None:
        if len(self._until) >= self._limit:
            self._until = {key: until for key, until in self._until.items() if until > now}
        if len(self._until) < self._limit:
            self._until[logout.issuer, logout.token_id] = logout.expires_at
