"""From a credential to a principal with rights, signed for the bus.

Rights are asked of the membership service, and what it says holds for a second: whoever loses a right loses it
everywhere within two.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from gateway.auth.credentials import Credential, PersonCredential, SessionCredential
from gateway.auth.errors import bad_session, bad_token
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import ServiceError, Unauthenticated
from services.chassis.kernel.principal import Grant, Principal, PrincipalKind, Scope, person_id
from services.chassis.protocol.principal import Signer

Call = Callable[[str, str, dict[str, Any]], Awaitable[Any]]
"""`(service, method, arguments) → result`, as `RpcClient.call`."""

HELD_SECONDS: Final = 1.0
"""How long rights are believed without asking again."""

PATIENCE_SECONDS: Final = 2.0
"""How long a request waits for its rights; then it goes on with those that everybody has."""

_REMEMBERED: Final = 10_000
_GATEWAY: Final = Principal(kind=PrincipalKind.GATEWAY, id="gateway")


@dataclass(frozen=True, slots=True)
class Signed:
    """A principal and the token that says so on the bus."""

    principal: Principal
    token: str


class Principals:
    """Finds out who acts. One per process."""

    def __init__(self, call: Call, signer: Signer) -> None:
        self._call = call
        self._signer = signer
        self._known: dict[tuple[Credential, str | None], tuple[float, asyncio.Task[Signed]]] = {}

    async def of(self, credential: Credential, *, address: str | None) -> Signed:
        """Raises BadCredential when there is no such session or application token (any more), and Unavailable when
        only the membership service could tell who it is, and is away."""
        key = (credential, address)
        until, task = self._known.get(key, (0.0, None))
        if task is None or until < time.monotonic():
            task = asyncio.create_task(self._find(credential, address))
            self._remember(key, task)
        # One task serves all who wait for the same answer: none of them may cancel it.
        return await asyncio.shield(task)

    def forget(self, person_id: str) -> None:
        """Ask again for the rights of a person, and of whoever may act with them: one of these has ended."""
        for key, (_, task) in list(self._known.items()):
            # What is being asked at this moment may have been answered before it ended.
            found = None if not task.done() or task.cancelled() or task.exception() else task.result().principal
            if found is None or person_id in (found.id, found.on_behalf_of):
                del self._known[key]

    def as_gateway(self) -> CallContext:
        """The running call's context, with the gateway itself as its principal."""
        return replace(
            context.current(),
            principal=_GATEWAY,
            principal_token=self._signer.sign(_GATEWAY),
            idempotency_key=None,
        )

    def _remember(self, key: tuple[Credential, str | None], task: "asyncio.Task[Signed]") -> None:
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[key] = time.monotonic() + HELD_SECONDS, task
        task.add_done_callback(_see_exception)

    async def _find(self, credential: Credential, address: str | None) -> Signed:
        principal = (await self._identify(credential)).from_address(address)
        return Signed(principal, self._signer.sign(principal))

    async def _identify(self, credential: Credential) -> Principal:
        try:
            with context.use(replace(self.as_gateway(), deadline=time.time() + PATIENCE_SECONDS)):
                return _principal(await self._call("membership", "identify", _question(credential)))
        except ServiceError as error:
            # Errors of services are told apart by their code, whatever class they had over there.
            if error.code == Unauthenticated.code:
                raise bad_session() if isinstance(credential, SessionCredential) else bad_token() from None
            if error.retryable and isinstance(credential, PersonCredential):
                return _without_rights(credential)
            raise


def _question(credential: Credential) -> dict[str, Any]:
    if isinstance(credential, PersonCredential):
        identity = credential.identity
        return {
            "issuer": identity.issuer,
            "subject": identity.subject,
            "name": identity.name,
            "email": identity.email,
        }
    return {"session" if isinstance(credential, SessionCredential) else "token": credential.hash}


def _without_rights(credential: PersonCredential) -> Principal:
    """Somebody whose rights could not be looked up."""
    identity = credential.identity
    return Principal(
        kind=PrincipalKind.PERSON,
        id=person_id(identity.issuer, identity.subject),
        issuer=identity.issuer,
        subject=identity.subject,
        name=identity.name,
        email=identity.email,
        grants=None,
    )


def _principal(found: Mapping[str, Any]) -> Principal:
    return Principal(
        kind=PrincipalKind(found["kind"]),
        id=found["id"],
        issuer=found.get("issuer"),
        subject=found.get("subject"),
        name=found.get("name"),
        email=found.get("email"),
        grants=tuple(Grant(role, Scope(kind, coalition, id)) for role, kind, coalition, id in found["grants"]),
        api_scopes=tuple(found.get("api_scopes") or ()),
        on_behalf_of=found.get("on_behalf_of"),
    )


def _see_exception(task: "asyncio.Task[Signed]") -> None:
    """Whoever waits is told; if nobody does, asyncio need not complain."""
    if not task.cancelled():
        task.exception()
