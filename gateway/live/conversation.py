"""graphql-transport-ws, the server's side, without any I/O: what a client's message means, and the words to answer in.

The protocol: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.graphql.engine import GraphQLRequest
from gateway.graphql.errors import FormattedError

SUBPROTOCOL: Final = "graphql-transport-ws"

BAD_MESSAGE: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
WRONG_SUBPROTOCOL: Final = 4406
INIT_TIMEOUT: Final = 4408
SUBSCRIBER_EXISTS: Final = 4409
TOO_MANY_INITS: Final = 4429
SERVICE_RESTART: Final = 1012
TRY_AGAIN_LATER: Final = 1013
INTERNAL: Final = 1011

LONGEST_ID: Final = 128
ACKNOWLEDGED: Final = '{"type":"connection_ack"}'


class Violation(Exception):
    """What the client sent is against the protocol: the connection must be closed with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Init:
    """The client says hello, and maybe who it is; it waits for `ACKNOWLEDGED`."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subscribe:
    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation that is running."""

    id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The client wants nothing but this frame."""

    frame: str


Act = Init | Subscribe | Complete | Answer


class Conversation:
    """What was said so far on one connection."""

    def __init__(self) -> None:
        self._greeted = False
        self._acknowledged = False
        self._running: set[str] = set()

    @property
    def is_acknowledged(self) -> bool:
        return self._acknowledged

    def acknowledge(self) -> None:
        self._acknowledged = True

    def ended(self, id: str) -> None:
        """The operation is over, for whatever reason; its id may be used again."""
        self._running.discard(id)

    def receive(self, text: str | None) -> Act | None:
        """What the client wants; None: nothing. `text` is None for a binary frame. Raises Violation."""
        message = _message(text)
        payload = message.get("payload")
        match message.get("type"):
            case "connection_init":
                return self._init(payload)
            case "ping":
                return Answer(_frame({"type": "pong", **({} if payload is None else {"payload": _object(payload)})}))
            case "pong":
                return None
            case "subscribe":
                return self._subscribe(_id(message), payload)
            case "complete":
                return self._complete(_id(message))
        raise Violation(BAD_MESSAGE, "Unknown message type")

    def _init(self, payload: Any) -> Init:
        if self._greeted:
            raise Violation(TOO_MANY_INITS, "Too many initialisation requests")
        self._greeted = True
        return Init({} if payload is None else _object(payload))

    def _subscribe(self, id: str, payload: Any) -> Subscribe:
        if not self._acknowledged:
            raise Violation(UNAUTHORIZED, "Unauthorized")
        request = _request(_object(payload))
        if id in self._running:
            raise Violation(SUBSCRIBER_EXISTS, f"Subscriber for {id} already exists")
        self._running.add(id)
        return Subscribe(id, request)

    def _complete(self, id: str) -> Complete | None:
        # It may have ended in the moment in which the client said this.
        return Complete(id) if id in self._running else None


class SocketFraming:
    """How an operation is written."""

    def __init__(self, id: str) -> None:
        self._id = orjson.dumps(id).decode()

    def next(self, payload: str, event_id: str) -> str:
        # The payload is JSON already, and the same for all who are shown the same.
        return f'{{"id":{self._id},"type":"next","payload":{payload}}}'

    def failed(self, errors: list[FormattedError]) -> str:
        return f'{{"id":{self._id},"type":"error","payload":{_frame(errors)}}}'


def _frame(content: Any) -> str:
    return orjson.dumps(content).decode()


def _message(text: str | None) -> Mapping[str, Any]:
    try:
        return _object(orjson.loads(text if text is not None else b""))
    except orjson.JSONDecodeError:
        raise Violation(BAD_MESSAGE, "A message is a JSON object in a text frame") from None


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Violation(BAD_MESSAGE, "Messages and their payloads are JSON objects")
    return value


def _optional(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {} if payload.get(name) is None else _object(payload[name])


def _id(message: Mapping[str, Any]) -> str:
    id = message.get("id")
    if not isinstance(id, str) or not 1 <= len(id) <= LONGEST_ID:
        raise Violation(BAD_MESSAGE, f"An id is a text of 1 to {LONGEST_ID} characters")
    return id


def _request(payload: Mapping[str, Any]) -> GraphQLRequest:
    query, name = payload.get("query"), payload.get("operationName")
    if not isinstance(query, str):
        raise Violation(BAD_MESSAGE, "`query` is a text")
    if name is not None and not isinstance(name, str):
        raise Violation(BAD_MESSAGE, "`operationName` is a text")
    return GraphQLRequest(
        query=query,
        operation_name=name or None,
        variables=_optional(payload, "variables"),
        extensions=_optional(payload, "extensions"),
    )
