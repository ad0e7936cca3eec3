"""Events as one caller sees them: with the rights that they have at that moment."""

import time
from dataclasses import replace

import orjson

from gateway.auth.authentication import Authentication, Caller
from gateway.graphql.subscriptions import Subscription, Subscriptions
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.protocol.envelope import Envelope


class Viewer:
    """One caller's view of one subscription. Equal viewers (`key`) see the same."""

    def __init__(
        self,
        caller: Caller,
        subscription: Subscription,
        *,
        subscriptions: Subscriptions,
        authentication: Authentication,
        timeout: float,
    ) -> None:
        """`timeout`: seconds that the services may take for one event."""
        self.caller = caller
        self.subscription = subscription
        self.watch = subscription.watch
        self._subscriptions = subscriptions
        self._authentication = authentication
        self._timeout = timeout

    @property
    def key(self) -> object:
        return self.caller, self.subscription.shared

    async def ensure_allowed(self) -> None:
        """Raises Unauthenticated and Forbidden, and Unavailable when the rights cannot be looked up."""
        await self._admitted(CallContext())

    async def show(self, message: Envelope) -> str | None:
        """The answer as JSON; None: the caller may not see what the message is about.

        Raises Unauthenticated and Forbidden: the caller may be told nothing of this kind any more; and Unavailable.
        """
        call = CallContext(correlation_id=message.correlationid, causation_id=message.id)
        with context.use(await self._admitted(call)):
            answer = await self._subscriptions.answer(self.subscription, message, call.correlation_id)
        if answer is None:
            return None
        content = {"errors": answer.errors, "data": answer.data} if answer.errors else {"data": answer.data}
        return orjson.dumps(content).decode()

    async def _admitted(self, call: CallContext) -> CallContext:
        call = replace(call, deadline=time.time() + self._timeout)
        with context.use(call):
            admitted = await self._authentication.context_for(self.caller)
        self.watch.ensure_allowed(admitted.principal)
        return admitted
