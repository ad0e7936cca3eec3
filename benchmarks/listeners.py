"""A process with many WebSockets: `python -m benchmarks.listeners '{"port": …, "tokens": […], "each": …, …}'`.

It connects, subscribes and prints `ready`. On `stop` at its input it prints, as JSON, the milliseconds from
`occurredAt` to the arrival of each event, and how many events each connection got.

Nothing is decoded while it listens: the time at which bytes arrive is noted, and they are read afterwards. A client
that decoded a thousand messages in Python would measure itself.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

import uvloop
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

AT_ONCE: Final = 50
SUBPROTOCOL: Final = Subprotocol("graphql-transport-ws")


class Listener(asyncio.Protocol):
    """One connection. `heard` is what has arrived since it subscribed, each piece with its time."""

    def __init__(self, uri: str, payload: Mapping[str, Any], subscribe: str) -> None:
        self.protocol = ClientProtocol(parse_uri(uri), subprotocols=[SUBPROTOCOL], max_size=None)
        self.heard: list[tuple[float, bytes]] = []
        self.acknowledged = asyncio.Event()
        self._init = json.dumps({"type": "connection_init", "payload": payload})
        self._subscribe = subscribe

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.protocol.send_request(self.protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        if self.acknowledged.is_set():
            self.heard.append((time.time(), data))
            return
        self.protocol.receive_data(data)
        for event in self.protocol.events_received():
            if not isinstance(event, Frame):
                self._say(self._init)
            elif event.opcode is Opcode.TEXT:
                self._on_message(json.loads(bytes(event.data))["type"])

    def _on_message(self, kind: str) -> None:
        if kind == "connection_ack":
            self._say(self._subscribe)
            self._say('{"type":"ping"}')
        elif kind == "pong":
            # What was said before has been done: it is told whatever happens from now on.
            self.acknowledged.set()

    def events(self) -> Iterator[tuple[float, dict[str, Any]]]:
        """What has arrived: seconds since the Unix epoch, and the message."""
        for at, data in self.heard:
            self.protocol.receive_data(data)
            for event in self.protocol.events_received():
                if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                    yield at, json.loads(bytes(event.data))

    def _say(self, text: str) -> None:
        self.protocol.send_text(text.encode())
        self._flush()

    def _flush(self) -> None:
        self._transport.write(b"".join(self.protocol.data_to_send()))


async def listen(asked: Mapping[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    host, port = asked["host"], asked["port"]
    subscribe = json.dumps({"type": "subscribe", "id": "1", "payload": asked["request"]})
    listeners = [
        Listener(f"ws://{host}:{port}/graphql", {"authorization": f"Bearer {token}"} if token else {}, subscribe)
        for token in asked["tokens"]
        for _ in range(asked["each"])
    ]
    for first in range(0, len(listeners), AT_ONCE):
        some = listeners[first : first + AT_ONCE]
        await asyncio.gather(*(loop.create_connection(partial(_itself, each), host, port) for each in some))
        await asyncio.gather(*(each.acknowledged.wait() for each in some))
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    print(json.dumps(_found(listeners)), flush=True)


def _itself(listener: Listener) -> Listener:
    return listener


def _found(listeners: list[Listener]) -> dict[str, Any]:
    milliseconds: list[float] = []
    counts = []
    for listener in listeners:
        events = [(at, message) for at, message in listener.events() if message["type"] == "next"]
        counts.append(len(events))
        for at, message in events:
            [told] = message["payload"]["data"].values()
            milliseconds.append(1000 * (at - datetime.fromisoformat(told["occurredAt"]).timestamp()))
    return {"milliseconds": milliseconds, "counts": counts}


if __name__ == "__main__":
    uvloop.run(listen(json.loads(sys.argv[1])))
