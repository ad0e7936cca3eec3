"""A client for live updates: graphql-transport-ws over a real WebSocket, by hand, so that a test sees each frame."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

SUBPROTOCOL: Final = Subprotocol("graphql-transport-ws")
PATIENCE_SECONDS: Final = 15.0


class Socket:
    """One connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self, *, patience: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next message. Raises TimeoutError, and ConnectionClosed."""
        async with asyncio.timeout(patience):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        return message

    async def greet(self, payload: Mapping[str, Any] | None = None) -> None:
        await self.send(type="connection_init", **({} if payload is None else {"payload": payload}))
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, query: str, *, id: str = "1", **variables: Any) -> None:
        await self.send(type="subscribe", id=id, payload={"query": query, "variables": variables})

    async def event(self, field: str, *, patience: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """What the next message says of the root field of a subscription; it must be an event without errors."""
        message = await self.receive(patience=patience)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        found: dict[str, Any] = message["payload"]["data"][field]
        return found

    async def error(self) -> dict[str, Any]:
        """The extensions of the error with which a subscription ends, and its code among them."""
        message = await self.receive()
        assert message["type"] == "error", message
        found: dict[str, Any] = message["payload"][0]["extensions"]
        return found

    async def closing(self) -> tuple[int, str]:
        """The code and the reason with which the server closes."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


@asynccontextmanager
async def socket(url: str, *, subprotocol: Subprotocol | None = SUBPROTOCOL, **options: Any) -> AsyncIterator[Socket]:
    """Connect to a gateway at `url` (http)."""
    subprotocols = None if subprotocol is None else [subprotocol]
    async with connect(
        f"{url.replace('http', 'ws', 1)}/graphql", subprotocols=subprotocols, close_timeout=1, **options
    ) as connection:
        yield Socket(connection)
