"""One trusted issuer: what it publishes, kept for a while, and what it says about tokens."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import jwt

from gateway.issuers import IssuerSettings

from . import tokens
from .documents import IssuerUnavailable, Metadata, Published, fetch_published
from .identity import Identity
from .keys import UnknownKey
from .refusal import TokenRefused
from .tokens import Expected, Unverified

_log = logging.getLogger(__name__)

TTL_SECONDS: Final = 600.0
"""A key that the issuer has withdrawn is believed no longer than this."""

RENEW_SECONDS: Final = 60.0
"""Tokens with an unknown key make us ask the issuer again, but not more often: anybody can make such tokens."""

RETRY_SECONDS: Final = 5.0
"""After a failure: requests must not queue up behind an issuer that is away."""

Clock = Callable[[], float]


class Provider:
    """Asks the issuer only when it has to, and one question at a time, however many requests wait for the answer."""

    def __init__(
        self,
        settings: IssuerSettings,
        client: httpx.AsyncClient,
        *,
        clock: Clock = time.time,
        monotonic: Clock = time.monotonic,
    ) -> None:
        """`clock` says what time it is for tokens, `monotonic` how old the keys are."""
        self.settings = settings
        self.client = client
        self._clock = clock
        self._monotonic = monotonic
        self._published: Published | None = None
        self._due_at = self._renewable_at = monotonic()
        self._flight: asyncio.Task[None] | None = None
        self._failure = "not asked yet"

    async def metadata(self) -> Metadata:
        """Raises IssuerUnavailable when it has never been reached."""
        return (await self._current()).metadata

    async def access_token(self, token: str, found: Unverified) -> Identity:
        """Who a bearer token is about. Raises TokenRefused, IssuerUnavailable."""
        claims = await self.claims(token, found, tokens.ACCESS_TOKEN_TYPES, self.settings.audiences)
        if "events" in claims:
            raise TokenRefused("a security event is no access token")
        return Identity.from_claims(claims)

    async def claims(
        self, token: str, found: Unverified, types: frozenset[str | None], audiences: tuple[str, ...]
    ) -> dict[str, Any]:
        """The verified claims of a token of this issuer. Raises TokenRefused, IssuerUnavailable."""
        settings = self.settings
        if found.header.get("alg") not in settings.algorithms:
            raise TokenRefused("alg is not allowed")
        expected = Expected(issuer=settings.issuer, audiences=audiences, algorithms=settings.algorithms, types=types)
        return tokens.verify(token, await self._key(found.header), expected, now=self._clock())

    def now(self) -> float:
        """Seconds since the Unix epoch."""
        return self._clock()

    async def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        published = await self._current()
        try:
            return published.keys.key_for(header)
        except UnknownKey:
            if self._monotonic() < self._renewable_at and not self._is_asking():
                raise
        self._renewable_at = self._monotonic() + RENEW_SECONDS
        await self._refresh()
        return (await self._current()).keys.key_for(header)

    async def _current(self) -> Published:
        if self._monotonic() >= self._due_at:
            await self._refresh()
        if self._published is None:
            raise IssuerUnavailable(self._failure)
        return self._published

    def _is_asking(self) -> bool:
        return self._flight is not None and not self._flight.done()

    async def _refresh(self) -> None:
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch(), name=f"oidc {self.settings.issuer}")
        # Whoever gives up waiting must not take the answer from the others.
        await asyncio.shield(self._flight)

    async def _fetch(self) -> None:
        """Never raises: what was known stays known."""
        try:
            self._published = await fetch_published(self.client, self.settings.issuer)
            self._due_at = self._monotonic() + TTL_SECONDS
        except IssuerUnavailable as error:
            self._due_at = self._monotonic() + RETRY_SECONDS
            self._failure = error.reason
            _log.warning(
                "the issuer %s cannot be asked",
                self.settings.issuer,
                extra={"reason": error.reason, "knows_keys": self._published is not None},
            )
