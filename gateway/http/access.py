"""The outermost layer: gives each request its call context, one line in the log, and its place in the metrics."""

import logging
import re
import time
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.graphql.core.commands import IDEMPOTENCY_KEY
from gateway.graphql.errors import masked
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.ids import new_id

from . import metrics

_log = logging.getLogger("gateway.access")

CORRELATION_HEADER: Final = "x-correlation-id"
IDEMPOTENCY_HEADER: Final = "idempotency-key"
QUIET_PATHS: Final = ("/livez", "/readyz", "/graphiql/")
SECRET_PATHS: Final = ("/files/uploads/",)
"""What follows is for those who were given it, and no log."""

ABORTED: Final = 499
"""The status in the log of a request whose client went away."""

_CORRELATION_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,128}", re.ASCII)
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_SCOPE_KEY: Final = "gateway.access"


@dataclass(slots=True)
class Access:
    """What the line in the log says about a request; filled on its way."""

    operation: str | None = None
    errors: int = 0
    status: int = 0
    streamed: bool = False
    """It lasted as long as the client wanted: its time says nothing about ours."""


def access_of(scope: Scope) -> Access:
    """The access record of a request; a fresh one outside of the middleware."""
    access: Access = scope.setdefault(_SCOPE_KEY, Access())
    return access


class AccessMiddleware:
    """Runs each request in its call context. An exception of the app is logged and answered, masked."""

    def __init__(self, app: ASGIApp, *, timeout: float) -> None:
        """`timeout`: seconds that a request may spend on all its calls."""
        self._app = app
        self._timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        access = access_of(scope)
        call_context = self._call_context(Headers(scope=scope))
        with context.use(call_context) as call, metrics.HTTP_IN_FLIGHT.track_inprogress():
            await self._run(scope, receive, _with_correlation_id(send, access, call.correlation_id))
            seconds = time.perf_counter() - started
            _write(scope, access, seconds)
            _measure(scope, access, seconds)

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = access_of(scope)
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            access.status = ABORTED
        except Exception:
            _log.exception("a request failed")
            access.errors += 1
            if not access.status:
                await _masked_response()(scope, receive, send)

    def _call_context(self, headers: Headers) -> CallContext:
        return CallContext(
            correlation_id=_well_formed(headers.get(CORRELATION_HEADER), _CORRELATION_ID) or new_id(),
            traceparent=_well_formed(headers.get("traceparent"), _TRACEPARENT),
            idempotency_key=_well_formed(headers.get(IDEMPOTENCY_HEADER), IDEMPOTENCY_KEY),
            deadline=time.time() + self._timeout,
        )


def _with_correlation_id(send: Send, access: Access, correlation_id: str) -> Send:
    async def send_with_id(message: Message) -> None:
        if message["type"] == "http.response.start":
            access.status = message["status"]
            MutableHeaders(scope=message)[CORRELATION_HEADER] = correlation_id
        await send(message)

    return send_with_id


def _well_formed(value: str | None, pattern: re.Pattern[str]) -> str | None:
    return value if value is not None and pattern.fullmatch(value) else None


def _masked_response() -> Response:
    body = orjson.dumps({"errors": [masked(context.current().correlation_id)]})
    return Response(body, status_code=500, media_type="application/json")


def _is_quiet(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(QUIET_PATHS)


def _shown(path: str) -> str:
    secret = next((start for start in SECRET_PATHS if path.startswith(start)), None)
    return path if secret is None else f"{secret}…"


def _write(scope: Scope, access: Access, seconds: float) -> None:
    _log.log(
        logging.DEBUG if _is_quiet(scope) else logging.INFO,
        "%s %s %s",
        scope["method"],
        _shown(scope["path"]),
        access.status,
        extra={
            "operation": access.operation,
            "status": access.status,
            "milliseconds": round(seconds * 1000, 1),
            "errors": access.errors,
        },
    )


def _measure(scope: Scope, access: Access, seconds: float) -> None:
    if not (_is_quiet(scope) or access.streamed):
        metrics.count_request(status=access.status, seconds=seconds)
        metrics.count_operation(access.operation, errors=access.errors)
