"""What the server does with requests whose head is too long or too slow, on real sockets."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway.http.protocol import bounded
from tests.support.processes import free_port

HOST = "127.0.0.1"


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.url.path} {len(await request.body())}")


@asynccontextmanager
async def served(*, head_bytes: int = 2_000, head_seconds: float = 5) -> AsyncIterator[int]:
    """The port of a server with these bounds."""
    port = free_port()
    app = Starlette(routes=[Route("/{path:path}", _echo, methods=["GET", "POST"])])
    protocol = bounded(head_bytes=head_bytes, head_seconds=head_seconds)
    config = uvicorn.Config(app, host=HOST, port=port, http=protocol, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await task


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, text: str) -> None:
        self._writer.write(text.encode())
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()

    async def answer(self) -> str:
        """The head of the next answer, and its body."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        [length] = [int(line.split(":")[1]) for line in head.lower().splitlines() if line.startswith("content-length")]
        return head + (await self._reader.readexactly(length)).decode()

    async def is_closed(self) -> bool:
        return await asyncio.wait_for(self._reader.read(), 5) == b""


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def request(path: str = "/a", *headers: str, body: str = "") -> str:
    lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines) + "\r\n\r\n" + body


async def test_a_connection_serves_many_requests() -> None:
    async with served() as port, connected(port) as connection:
        for number in range(3):
            await connection.send(request(f"/{number}", body="x" * 5_000))
            answer = await connection.answer()
            assert answer.startswith("HTTP/1.1 200")
            assert answer.endswith(f"/{number} 5000"), "the body is no part of the head"
        await connection.send(request("/4") + request("/5"))
        assert [(await connection.answer()).split()[-2] for _ in range(2)] == ["/4", "/5"]


async def test_a_head_of_any_pieces_is_one_head() -> None:
    async with served() as port, connected(port) as connection:
        for character in request("/slow", "X-A: b", body="xyz"):
            await connection.send(character)
            await asyncio.sleep(0)
        assert (await connection.answer()).endswith("/slow 3")


async def test_headers_that_are_too_large_are_431() -> None:
    async with served() as port, connected(port) as connection:
        await connection.send(request("/a", *(f"X-{number}: {'x' * 100}" for number in range(30))))
        assert (await connection.answer()).startswith("HTTP/1.1 431 Request Header Fields Too Large\r\n")
        assert await connection.is_closed()


async def test_headers_without_an_end_are_431_as_soon_as_they_are_too_large() -> None:
    async with served() as port, connected(port) as connection:
        await connection.send("GET / HTTP/1.1\r\n")
        for number in range(10, 29):
            await connection.send(f"X-{number}: {'x' * 100}\r\n")
            await asyncio.sleep(0.001)
        assert (await connection.answer()).startswith("HTTP/1.1 431")
        assert await connection.is_closed()


async def test_an_address_that_is_too_long_is_414() -> None:
    async with served() as port:
        async with connected(port) as connection:
            await connection.send(request("/" + "a" * 3_000))
            assert (await connection.answer()).startswith("HTTP/1.1 414")
        async with connected(port) as connection:
            await connection.send("GET /" + "a" * 3_000)
            assert (await connection.answer()).startswith("HTTP/1.1 414")
            assert await connection.is_closed()


async def test_the_second_request_of_a_connection_is_bounded_too() -> None:
    async with served(head_seconds=0.3) as port, connected(port) as connection:
        await connection.send(request())
        assert (await connection.answer()).startswith("HTTP/1.1 200")
        await asyncio.sleep(0.5)
        await connection.send(request("/after-a-pause"))
        assert (await connection.answer()).startswith("HTTP/1.1 200"), "between requests nothing is awaited"
        await connection.send("GET / HTTP/1.1\r\nX-A: ")
        assert (await connection.answer()).startswith("HTTP/1.1 408")


async def test_a_head_that_comes_byte_by_byte_is_408() -> None:
    started = time.monotonic()
    async with served(head_seconds=0.3) as port, connected(port) as connection:

        async def drip() -> None:
            for character in request("/a", *["X-A: b"] * 100):
                await connection.send(character)
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        assert (await connection.answer()).startswith("HTTP/1.1 408 Request Timeout\r\n")
        assert await connection.is_closed()
        dripping.cancel()
    assert time.monotonic() - started > 0.3


async def test_a_connection_that_says_nothing_is_closed() -> None:
    async with served(head_seconds=0.2) as port, connected(port) as connection:
        assert await connection.is_closed()


async def test_what_is_no_http_is_400() -> None:
    async with served() as port, connected(port) as connection:
        await connection.send("NONSENSE\r\n\r\n")
        assert (await connection.answer()).startswith("HTTP/1.1 400")
