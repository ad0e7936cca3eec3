"""nameko's RPC wire, without I/O.

A request goes to the topic exchange `nameko-rpc` with routing key `<service>.<method>`, body
`{"args": [], "kwargs": {...}}`, properties `reply_to` and `correlation_id`, headers of `protocol.headers`, and an
`expiration` equal to the time left. The reply goes to the same exchange with routing key `reply_to` and body
`{"result": ..., "error": null | {...}}`. The error keeps nameko's four fields, so that a stock nameko client can read
it, and adds `code`, `expected`, `retryable`, `path` and `violations`, which are what our clients read.
"""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from ..kernel.errors import InternalError, ServiceError, Violation

EXCHANGE: Final = "nameko-rpc"
CONTENT_TYPE: Final = "application/json"
CONTENT_ENCODING: Final = "utf-8"
MASKED_MESSAGE: Final = "Something went wrong on our side. Please report the correlation id."


class MalformedMessage(Exception):
    """The bytes received are not what this protocol allows. Such a message is never requeued."""


def queue_name(service: str) -> str:
    return f"rpc-{service}"


def routing_key(service: str, method: str) -> str:
    return f"{service}.{method}"


def encode_request(arguments: dict[str, Any]) -> bytes:
    return orjson.dumps({"args": [], "kwargs": arguments})


def decode_request(body: bytes) -> dict[str, Any]:
    """The keyword arguments of a request.

    Raises MalformedMessage: not JSON, not the shape above, or positional arguments, which we never use.
    """
    payload = _json_object(body)
    arguments = payload.get("kwargs")
    if payload.get("args") or not isinstance(arguments, dict):
        raise MalformedMessage("a request carries an object `kwargs` and no positional `args`")
    return arguments


def encode_result(result: Any) -> bytes:
    return orjson.dumps({"result": result, "error": None})


def encode_error(error: ServiceError) -> bytes:
    return orjson.dumps({"result": None, "error": error_to_dict(error)})


def error_to_dict(error: ServiceError) -> dict[str, Any]:
    return {
        "exc_type": type(error).__name__,
        "exc_path": f"{type(error).__module__}.{type(error).__name__}",
        "exc_args": [error.message],
        "value": error.message,
        "code": error.code,
        "expected": error.expected,
        "retryable": error.retryable,
        "path": list(error.path),
        "violations": [violation.as_dict() for violation in error.violations],
    }


@dataclass(frozen=True, slots=True)
class Reply:
    """A decoded reply: exactly one of `result` and `error` speaks; `error` is None on success."""

    result: Any
    error: "RemoteError | None"


class RemoteError(ServiceError):
    """A service's error as it arrived: told apart by `code`, whatever class raised it over there."""

    def __init__(self, data: dict[str, Any]) -> None:
        violations = tuple(Violation.from_dict(violation) for violation in data.get("violations") or ())
        super().__init__(str(data.get("value")), path=tuple(data.get("path") or ()), violations=violations)
        self.code = str(data.get("code") or InternalError.code)
        self.expected = bool(data.get("expected"))
        self.retryable = bool(data.get("retryable"))


def decode_reply(body: bytes) -> Reply:
    """Raises MalformedMessage when the bytes are not a reply."""
    payload = _json_object(body)
    error = payload.get("error")
    return Reply(result=payload.get("result"), error=RemoteError(error) if error else None)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedMessage(f"not JSON: {error}") from error
    if not isinstance(payload, dict):
        raise MalformedMessage("not a JSON object")
    return payload
