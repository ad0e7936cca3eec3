"""`python -m benchmarks.bare_sockets`: the gateway's server with nothing behind it. It acknowledges, and when the last
of the subscribers is there it sends them frames like the gateway's, five times a second."""

import asyncio
import json
import os
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
        asked = json.loads(await websocket.receive_text())["payload"]["variables"]
        await websocket.receive_text()
        await websocket.send_text('{"type":"pong"}')
        _open.add(websocket)
        if len(_open) == asked["subscribers"]:
            await _send(asked["events"])
        await websocket.receive_text()
    except WebSocketDisconnect:
        _open.discard(websocket)


async def _send(events: int) -> None:
    for _ in range(events):
        await asyncio.sleep(1 / EVENTS_PER_SECOND)
        frame = _frame()
        for websocket in list(_open):
            await websocket.send_text(frame)


def _ready(_request: Request) -> Response:
    return Response("ready")


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/readyz", _ready), WebSocketRoute("/graphql", _accept)]),
        port=int(os.environ["HTTP_PORT"]),
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        log_level="warning",
    )
