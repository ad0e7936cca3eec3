"""Asks a clamd (ClamAV's scanner) about a file: its INSTREAM command, on a connection for each file.

The protocol is four lines, and no client for asyncio is kept up; clamd(8) describes it.
"""

import asyncio
import logging
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from gateway.storage import ScannerAddress

_log = logging.getLogger(__name__)

PENDING: Final = "pending"
NOT_SCANNED: Final = "not_scanned"
CLEAN: Final = "clean"
INFECTED: Final = "infected"

ANSWER_SECONDS: Final = 300.0
"""How long the scanner may think about a file once it has it all."""

CONNECT_SECONDS: Final = 5.0
SEND_SECONDS: Final = 30.0
"""How long the scanner may take no more of a file."""

_LONGEST_ANSWER: Final = 4_096


@dataclass(frozen=True, slots=True)
class Verdict:
    """`scan` is one of the words above, `threat` the scanner's name for what it found."""

    scan: str
    threat: str | None = None


class Scanner:
    def __init__(self, address: ScannerAddress | None) -> None:
        """None: there is no scanner, and nothing is scanned."""
        self._address = address

    @property
    def is_there(self) -> bool:
        return self._address is not None

    async def scan(self, content: AsyncIterator[bytes]) -> Verdict:
        """What the scanner says. `pending` when it is away or cannot tell (a file larger than its own limit, say)."""
        if self._address is None:
            return Verdict(NOT_SCANNED)
        try:
            answer = await self._ask(self._address, content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            _log.warning("the scanner cannot be asked", extra={"error": f"{type(error).__name__}: {error}"})
            return Verdict(PENDING)
        return verdict_of(answer)

    async def _ask(self, address: ScannerAddress, content: AsyncIterator[bytes]) -> str:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await _connect(address)
        try:
            await self._send(writer, content)
            async with asyncio.timeout(ANSWER_SECONDS):
                return (await reader.readuntil(b"\0")).rstrip(b"\0").decode(errors="replace")
        except ConnectionError:
            # It hangs up on a file that is larger than it takes, and says why before.
            async with asyncio.timeout(ANSWER_SECONDS):
                return (await reader.read(_LONGEST_ANSWER)).rstrip(b"\0").decode(errors="replace")
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, content: AsyncIterator[bytes]) -> None:
        await _write(writer, b"zINSTREAM\0")
        async for chunk in content:
            await _write(writer, struct.pack("!L", len(chunk)) + chunk)
        await _write(writer, struct.pack("!L", 0))


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Raises ConnectionError when the scanner has hung up, and TimeoutError."""
    if writer.is_closing():
        # uvloop's transports raise RuntimeError for what asyncio's only warn of.
        raise ConnectionResetError("the scanner has hung up")
    writer.write(data)
    async with asyncio.timeout(SEND_SECONDS):
        await writer.drain()


def verdict_of(answer: str) -> Verdict:
    """From `stream: OK`, `stream: Eicar-Test-Signature FOUND`, or `… ERROR`."""
    said = answer.removeprefix("stream: ").strip()
    if said == "OK":
        return Verdict(CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(INFECTED, said.removesuffix(" FOUND"))
    _log.warning("the scanner cannot tell", extra={"answer": said})
    return Verdict(PENDING)


async def _connect(address: ScannerAddress) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.path is not None:
        return await asyncio.open_unix_connection(address.path)
    return await asyncio.open_connection(address.host, address.port)
