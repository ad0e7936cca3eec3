"""Who asks: from a request to the context in which it is answered."""

from dataclasses import replace

from starlette.requests import Request

from gateway.auth.credentials import Credentials
from gateway.auth.principals import Principals
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext


class Authentication:
    def __init__(self, credentials: Credentials, principals: Principals) -> None:
        self._credentials = credentials
        self._principals = principals

    async def context_of(self, request: Request) -> CallContext:
        """The running call's context, with who asks; anonymous without a credential.

        Raises BadCredential, Forbidden (another site's page used the cookie), and Unavailable.
        """
        credential = await self._credentials.of(request.headers, method=request.method)
        if credential is None:
            return context.current()
        address = request.client.host if request.client else None
        signed = await self._principals.of(credential, address=address)
        return replace(context.current(), principal=signed.principal, principal_token=signed.token)
