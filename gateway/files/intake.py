"""Bytes as they come in: counted, hashed and looked at on their way to the store."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from typing import Final

from services.chassis.kernel.errors import RuleViolation

from .sniffing import HEAD_BYTES, is_of_type

_WHAT: Final = "The file that came has another {} than was announced. Nothing of it is kept; send it again."


class FileDiffers(RuleViolation):
    code = "FILE_DIFFERS"

    def __init__(self, what: str) -> None:
        super().__init__(_WHAT.format(what))


class TooSlow(RuleViolation):
    code = "UPLOAD_TOO_SLOW"

    def __init__(self) -> None:
        super().__init__("Nothing has come for too long. Nothing of it is kept; send it again.")


class Intake:
    """One file. `size` in bytes, `sha256` in hex (None: not announced)."""

    def __init__(self, *, size: int, media_type: str, sha256: str | None, idle_seconds: float) -> None:
        self._size = size
        self.media_type = media_type
        self._announced = sha256
        self._idle_seconds = idle_seconds
        self._hash = hashlib.sha256()
        self._head = b""
        self.received = 0

    @property
    def sha256(self) -> str:
        """Of what has come so far, in hex."""
        return self._hash.hexdigest()

    async def checked(self, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """What comes, as it comes. Raises FileDiffers as soon as it is sure, TooSlow, and what `body` raises."""
        async for chunk in _in_time(body, self._idle_seconds):
            self._take(chunk)
            if chunk:
                yield chunk
        self._finish()

    def _take(self, chunk: bytes) -> None:
        self.received += len(chunk)
        if self.received > self._size:
            raise FileDiffers("size")
        self._hash.update(chunk)
        if len(self._head) < HEAD_BYTES:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
            if len(self._head) == HEAD_BYTES:
                self._look()

    def _finish(self) -> None:
        if self.received != self._size:
            raise FileDiffers("size")
        if len(self._head) < HEAD_BYTES:
            self._look()
        if self._announced is not None and self.sha256 != self._announced:
            raise FileDiffers("hash (SHA-256)")

    def _look(self) -> None:
        if not is_of_type(self._head, self.media_type):
            raise FileDiffers("type")


async def _in_time(body: AsyncIterator[bytes], idle_seconds: float) -> AsyncIterator[bytes]:
    chunks = aiter(body)
    while True:
        try:
            async with asyncio.timeout(idle_seconds):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise TooSlow from None
        yield chunk
