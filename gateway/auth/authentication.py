"""Who asks: from a request to the context in which it is answered."""

import time
from dataclasses import dataclass, replace

from starlette.datastructures import Headers
from starlette.requests import Request

from gateway.auth.credentials import Credential, Credentials, PersonCredential
from gateway.auth.errors import bad_token
from gateway.auth.oidc.tokens import LEEWAY_SECONDS
from gateway.auth.principals import Principals, Signed
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext


@dataclass(frozen=True, slots=True)
class Caller:
    """Who has shown something, or nothing: equal callers are the same to us, for as long as their rights are the same.
    `address` goes into the audit log; None for who is not signed in, of whom nothing is noted."""

    credential: Credential | None = None
    address: str | None = None

    @property
    def expires_at(self) -> float | None:
        """When what was shown runs out, in seconds since the Unix epoch; None: only the membership service knows."""
        return self.credential.identity.expires_at if isinstance(self.credential, PersonCredential) else None

    def may_be(self, person_id: str) -> bool:
        """Whether this can be that person: of a session or an application it is not known here whose rights it has."""
        if isinstance(self.credential, PersonCredential):
            return self.credential.identity.person_id == person_id
        return self.credential is not None


class Authentication:
    def __init__(self, credentials: Credentials, principals: Principals) -> None:
        self._credentials = credentials
        self._principals = principals

    async def context_of(self, request: Request) -> CallContext:
        """The running call's context, with who asks; anonymous without a credential.

        Raises BadCredential, Forbidden (another site's page used the cookie), and Unavailable.
        """
        return await self.context_for(await self.caller_of(request))

    async def caller_of(self, request: Request) -> Caller:
        """Raises BadCredential, Forbidden (another site's page used the cookie), and IssuerUnavailable."""
        credential = await self._credentials.of(request.headers, method=request.method)
        return _caller(credential, request.client.host if request.client else None)

    async def caller_of_socket(self, headers: Headers, authorization: str | None, *, address: str | None) -> Caller:
        """Of a WebSocket: `headers` of its handshake, and what its first message says. Raises as `caller_of` does."""
        return _caller(await self._credentials.of_socket(headers, authorization), address)

    async def context_for(self, caller: Caller) -> CallContext:
        """The running call's context, with `caller` as who asks, and the rights that they have now.

        Raises BadCredential, also when the token has run out, and Unavailable.
        """
        if caller.credential is None:
            return context.current()
        if caller.expires_at is not None and caller.expires_at <= time.time() - LEEWAY_SECONDS:
            raise bad_token()
        signed = await self._signed(caller)
        return replace(context.current(), principal=signed.principal, principal_token=signed.token)

    async def _signed(self, caller: Caller) -> Signed:
        assert caller.credential is not None
        return await self._principals.of(caller.credential, address=caller.address)


def _caller(credential: Credential | None, address: str | None) -> Caller:
    return Caller() if credential is None else Caller(credential, address)
