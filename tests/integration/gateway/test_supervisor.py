"""The supervisor of the gateway's connection, before a door that does not open at first."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvloop
from yarl import URL

from gateway.bus import RpcClient
from tests.support.infrastructure import Broker


@asynccontextmanager
async def reluctant(broker: URL, *, refusals: int) -> AsyncIterator[URL]:
    """A front of the broker that hangs up in the middle of the first `refusals` handshakes, as a balancer does whose
    broker is away."""
    seen = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        if seen <= refusals:
            await reader.readexactly(8)
            writer.close()
            return
        inside_reader, inside_writer = await asyncio.open_connection(broker.host, broker.port)
        await asyncio.wait(
            [asyncio.create_task(_pump(reader, inside_writer)), asyncio.create_task(_pump(inside_reader, writer))]
        )

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield broker.with_port(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
    sink.close()


async def connect_through(broker: Broker) -> None:
    async with reluctant(URL(broker.amqp_uri), refusals=4) as front:
        client = RpcClient(str(front), timeout=5.0)
        client.start()
        try:
            async with asyncio.timeout(15):
                while not client.is_connected:
                    await asyncio.sleep(0.02)
        finally:
            await client.stop()


@pytest.mark.parametrize("loop", [uvloop.new_event_loop, asyncio.new_event_loop])
def test_a_broker_that_hangs_up_in_the_handshake_is_tried_again(
    broker: Broker, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    """On the event loop of production and on the standard one."""
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(connect_through(broker))
