"""All trusted issuers: the one place where a bearer token becomes an identity."""

import logging
import time
from collections.abc import Iterator, Sequence
from typing import Final

import httpx

from gateway.auth.errors import bad_token
from gateway.issuers import IssuerSettings

from . import tokens
from .identity import Identity
from .provider import Clock, Provider
from .refusal import TokenRefused
from .tokens import Unverified

_log = logging.getLogger(__name__)

TIMEOUT: Final = httpx.Timeout(4.0, connect=2.0)


class Issuers:
    """One per process. `close` it with the event loop running."""

    def __init__(
        self, settings: Sequence[IssuerSettings], *, clock: Clock = time.time, monotonic: Clock = time.monotonic
    ) -> None:
        self._client = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        self._providers = {
            each.issuer: Provider(each, self._client, clock=clock, monotonic=monotonic) for each in settings
        }

    def __iter__(self) -> Iterator[Provider]:
        return iter(self._providers.values())

    def get(self, issuer: str) -> Provider | None:
        return self._providers.get(issuer)

    async def verify(self, token: str) -> Identity:
        """Who a bearer token is about.

        Raises Unauthenticated, and IssuerUnavailable when the issuer's keys are not known and cannot be fetched.
        """
        try:
            provider, found = self.provider_of(token)
            return await provider.access_token(token, found)
        except TokenRefused as error:
            _log.info("a bearer token is refused", extra={"reason": str(error)})
            raise bad_token() from error

    def provider_of(self, token: str) -> tuple[Provider, Unverified]:
        """The issuer that a token says it comes from. Raises TokenRefused when it is none of ours."""
        found = tokens.unverified(token)
        issuer = found.claims.get("iss")
        provider = self._providers.get(issuer) if isinstance(issuer, str) else None
        if provider is None:
            raise TokenRefused("iss is no trusted issuer")
        return provider, found

    async def close(self) -> None:
        await self._client.aclose()
