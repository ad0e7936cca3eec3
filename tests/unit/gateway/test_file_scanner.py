"""The scanner's protocol on a socket, with answers and failures that a real clamd gives too seldom for a test.

A real one is asked in tests/e2e/test_scanned_files.
"""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from gateway.files.clamd import Scanner, Verdict, verdict_of
from gateway.storage import ScannerAddress

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
CONTENT = [b"a" * 300_000, b"b" * 300_000]


@asynccontextmanager
async def listening(path: Path, answering: Answering) -> AsyncIterator[Scanner]:
    server = await asyncio.start_unix_server(answering, str(path))
    async with server:
        yield Scanner(ScannerAddress(path=str(path)))


async def of(chunks: list[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def told(reader: asyncio.StreamReader) -> bytes:
    """All that INSTREAM was told."""
    assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
    found = b""
    while length := struct.unpack("!L", await reader.readexactly(4))[0]:
        found += await reader.readexactly(length)
    return found


async def test_it_is_told_all_of_the_file(tmp_path: Path) -> None:
    heard = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await told(reader))
        writer.write(b"stream: OK\0")
        writer.close()

    async with listening(tmp_path / "s", answer) as scanner:
        assert await scanner.scan(of(CONTENT)) == Verdict("clean")
    assert heard == [b"".join(CONTENT)]


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(100)
    writer.close()


async def refusing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readexactly(100)
    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
    await writer.drain()
    writer.close()


async def saying_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await told(reader)
    writer.close()


async def talking_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await told(reader)
    writer.write(b"\xff\xfe what?\0")
    writer.close()


@pytest.mark.parametrize("answering", [hanging_up, refusing, saying_nothing, talking_nonsense])
@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_scanner_that_cannot_tell_leaves_the_file_waiting(tmp_path: Path, answering: Answering, loop: str) -> None:
    async def ask() -> Verdict:
        async with listening(tmp_path / "s", answering) as scanner:
            return await scanner.scan(of(CONTENT * 20))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else None) as runner:
        assert runner.run(ask()) == Verdict("pending")


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_a_scanner_that_has_hung_up_before_the_next_part_leaves_the_file_waiting(tmp_path: Path, loop: str) -> None:
    """uvloop refuses to write to what it knows to be closed, and not as a connection's error."""

    async def ask() -> Verdict:
        has_hung_up = asyncio.Event()

        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readexactly(100)
            writer.transport.abort()
            has_hung_up.set()

        async def slowly() -> AsyncIterator[bytes]:
            yield CONTENT[0]
            await has_hung_up.wait()
            await asyncio.sleep(0.1)  # until the event loop of the scanner's client has noticed
            yield CONTENT[1]

        async with listening(tmp_path / "s", hang_up) as scanner:
            return await scanner.scan(slowly())

    with asyncio.Runner(loop_factory=uvloop.new_event_loop if loop == "uvloop" else None) as runner:
        assert runner.run(ask()) == Verdict("pending")


async def test_without_a_scanner_nothing_is_scanned(tmp_path: Path) -> None:
    assert await Scanner(None).scan(of(CONTENT)) == Verdict("not_scanned")
    assert await Scanner(ScannerAddress(path=str(tmp_path / "none"))).scan(of(CONTENT)) == Verdict("pending")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("stream: OK", Verdict("clean")),
        ("stream: Win.Test.EICAR_HDB-1 FOUND", Verdict("infected", "Win.Test.EICAR_HDB-1")),
        ("INSTREAM size limit exceeded. ERROR", Verdict("pending")),
        ("", Verdict("pending")),
        ("stream: NOT OK", Verdict("pending")),
    ],
)
def test_what_it_says(answer: str, verdict: Verdict) -> None:
    assert verdict_of(answer) == verdict
