"""`python -m benchmarks.bare_sockets`: the gateway's server with nothing behind it. It acknowledges, and sends a frame
like the gateway's to all connections, five times a second, as long as there are as many as SUBSCRIBERS says."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

EVENTS_PER_SECOND: Final = 5

_open: set[WebSocket] = set()


def _frame() -> str:
    occurred_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    told = {
        "eventId": "0" * 36,
        "change": "MEMBER_APPLIED",
        "version": 1,
        "occurredAt": occurred_at,
        "member": {"id": "0" * 64, "standing": "CANDIDATE", "city": {"name": "City 1000"}},
    }
    return json.dumps({"id": "1", "type": "next", "payload": {"data": {"membershipChanged": told}}})


async def _accept(websocket: WebSocket) -> None:
    await websocket.accept("graphql-transport-ws")
    try:
        await websocket.receive_text()
        await websocket.send_text('{"type":"connection_ack"}')
        await websocket.receive_text()
        _open.add(websocket)
        await websocket.receive_text()
    except WebSocketDisconnect:
        _open.discard(websocket)


async def _send() -> None:
    subscribers = int(os.environ["SUBSCRIBERS"])
    while True:
        await asyncio.sleep(1 / EVENTS_PER_SECOND)
        if len(_open) == subscribers:
            frame = _frame()
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                for websocket in list(_open):
                    await websocket.send_text(frame)


@contextlib.asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    sending = asyncio.create_task(_send())
    yield
    sending.cancel()


def _ready(_request: Request) -> Response:
    return Response("ready")


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/readyz", _ready), WebSocketRoute("/graphql", _accept)], lifespan=_lifespan),
        port=int(os.environ["HTTP_PORT"]),
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="warning",
    )
