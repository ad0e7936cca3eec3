"""The HTTP protocol of the server, with what uvicorn leaves unbounded: how long the head of a request may be (request
line and headers), and how long it may take to come."""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_ANSWERS: Final = {
    408: (b"Request Timeout", b"The head of the request did not come in time."),
    414: (b"URI Too Long", b"The address of the request is too long. Ask by POST."),
    431: (b"Request Header Fields Too Large", b"The headers of the request are too large."),
}


class _HeadRefused(Exception):
    """Ends the parsing; uvicorn then asks for an answer to a request that is none."""


class BoundedProtocol(HttpToolsProtocol):
    """Made by `bounded`, which sets the bounds."""

    head_bytes: int
    head_seconds: float

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.url = b""
        self._in_head = True
        self._head_read = 0
        self._refused: int | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_read += len(data)
            if self._head_read > self.head_bytes:
                self._answer(414 if len(self.url) > self.head_bytes // 2 else 431)
            elif self._timer is None:
                self._start_timer()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_read = 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        length = len(self.url)
        if length > self.head_bytes:
            self._refused = 414
        elif length + sum(len(name) + len(value) for name, value in self.headers) > self.head_bytes:
            self._refused = 431
        if self._refused is not None:
            raise _HeadRefused
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = False

    def send_400_response(self, msg: str) -> None:
        if self._refused is None:
            super().send_400_response(msg)
        else:
            self._answer(self._refused)

    def _start_timer(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            # Nobody is answered who has said nothing.
            self._answer(408) if self._head_read else self.transport.close()

    def _answer(self, status: int) -> None:
        phrase, text = _ANSWERS[status]
        head = b"HTTP/1.1 %d %s\r\nconnection: close\r\ncontent-length: %d\r\n" % (status, phrase, len(text))
        self.transport.write(head + b"content-type: text/plain; charset=utf-8\r\n\r\n" + text)
        self.transport.close()


def bounded(*, head_bytes: int, head_seconds: float) -> type[HttpToolsProtocol]:
    """The protocol for uvicorn's `http`."""
    return type("Bounded", (BoundedProtocol,), {"head_bytes": head_bytes, "head_seconds": head_seconds})
