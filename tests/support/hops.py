"""HTTP proxies as they stand before the gateway: each forwards to the next and adds who asked it to X-Forwarded-For."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

FORWARDED_FOR = "x-forwarded-for"


class Hop:
    """Listens on 127.0.0.1 and speaks to the next hop from an address of its own. One request for each connection."""

    def __init__(self, next_port: int, *, address: str) -> None:
        self._next_port = next_port
        self._address = address

    async def forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._forward(reader, writer)
        except asyncio.IncompleteReadError:
            pass  # the client has gone
        finally:
            writer.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin1")
        onward_reader, onward = await asyncio.open_connection(
            "127.0.0.1", self._next_port, local_addr=(self._address, 0)
        )
        onward.write(self._forwarded(head, writer.get_extra_info("peername")[0]).encode("latin1"))
        onward.write(await reader.readexactly(_content_length(head)))
        writer.write(await onward_reader.read())
        onward.close()
        await writer.drain()

    def _forwarded(self, head: str, peer: str) -> str:
        """As nginx's `proxy_add_x_forwarded_for`: what was there, and at its end who has just asked."""
        lines = [line for line in head.split("\r\n") if line]
        named = [line.split(":", 1)[1].strip() for line in lines[1:] if line.lower().startswith(FORWARDED_FOR)]
        dropped = (FORWARDED_FOR, "connection")
        kept = [line for line in lines if not line.lower().startswith(dropped)]
        return "\r\n".join([*kept, f"X-Forwarded-For: {', '.join([*named, peer])}", "Connection: close"]) + "\r\n\r\n"


def _content_length(head: str) -> int:
    found = [line.split(":")[1] for line in head.lower().split("\r\n") if line.startswith("content-length:")]
    return int(found[0]) if found else 0


@asynccontextmanager
async def hop(next_port: int, *, address: str) -> AsyncIterator[int]:
    """The port of a proxy."""
    server = await asyncio.start_server(Hop(next_port, address=address).forward, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
