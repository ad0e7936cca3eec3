"""What was published before somebody listened: asked of the services' event logs, by the gateway itself."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from gateway.graphql.context import Call
from gateway.graphql.core.feeds import Watch
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.protocol.envelope import Envelope

AT_ONCE: Final = 8
"""Questions at the same time: when a gateway is exchanged, all of its subscribers go on elsewhere in one moment."""


class MessageLog:
    def __init__(self, call: Call, as_gateway: Callable[[], CallContext], *, timeout: float) -> None:
        """`as_gateway` gives the context in which the gateway itself asks; `timeout` in seconds."""
        self._call = call
        self._as_gateway = as_gateway
        self._timeout = timeout
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def after(self, watch: Watch, event_id: str) -> list[Envelope]:
        """What was published after an event of a feed, in a coalition.

        Raises RESUME_POINT_UNKNOWN (there is no such event, or too much has happened since), and Unavailable.
        """
        return await self._ask(watch.feed.service, types=watch.feed.types, coalition=watch.coalition, after=event_id)

    async def since(self, service: str, types: Sequence[str], moment: datetime) -> list[Envelope]:
        """What a service has published since then, in all coalitions. Raises as `after` does."""
        return await self._ask(service, types=types, since=moment.isoformat())

    async def _ask(self, service: str, *, types: Sequence[str], **arguments: Any) -> list[Envelope]:
        async with self._turns:
            found = await self._found(service, {"types": list(types), **arguments})
        return [_message(item) for item in found["items"]]

    async def _found(self, service: str, arguments: dict[str, Any]) -> Any:
        with context.use(replace(self._as_gateway(), deadline=time.time() + self._timeout)):
            return await self._call(service, "list_messages", arguments)


def _message(item: Mapping[str, Any]) -> Envelope:
    return Envelope(**{**item, "time": datetime.fromisoformat(item["time"])})
