"""What it costs to refuse the twelve classic abuses of a GraphQL API, in processor time, beside the parsing of the same
bytes: a server without limits does that at least, and validates and executes afterwards.

The whole application answers, as over a socket, but without one and without services: nothing of what is measured
reaches them. What is refused is not remembered, so it costs the same each time; the two that hold valid documents (the
mutation by GET, the trace) are known after the first time.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from graphql import GraphQLError, parse
from starlette.types import ASGIApp, Message, Scope

from gateway.asgi import assemble
from gateway.auth.oidc import Issuers
from gateway.http.probes import EventLoopTick, Probes
from gateway.settings import Settings
from services.chassis.kernel.config import Environment
from tests.support.abuses import ABUSES, Abuse
from tests.support.principals import key_settings

from .bed import Bed
from .figures import MILLISECONDS, Pair, milliseconds, percentile

GROUP: Final = "refusing an abuse, processor time"
BASELINE: Final = "parsing its bytes"
UNCOUNTED: Final = {
    "RUN_MODE": "production",
    "RATE_ANONYMOUS_POINTS": "0",
    "DOCUMENT_CACHE_BYTES": "1000000",
    "PUBLIC_URL": "http://127.0.0.1",
    "LOGIN_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
}


@contextmanager
def rounds(_bed: Bed) -> Iterator[Callable[[float], list[Pair]]]:
    """Gives a function that runs one round of so many seconds."""
    yield lambda seconds: asyncio.run(_round(seconds))


async def _round(seconds: float) -> list[Pair]:
    app = _application()
    return [await _pair(app, abuse, seconds / len(ABUSES)) for abuse in ABUSES]


async def _pair(app: ASGIApp, abuse: Abuse, seconds: float) -> Pair:
    refused: list[float] = []
    parsed: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(refused) < 2:
        started = time.process_time()
        status = await _commit(app, abuse)
        refused.append(time.process_time() - started)
        if status != abuse.status:
            raise AssertionError(f"{abuse.name} was answered with {status}")
        started = time.process_time()
        _parse(abuse)
        parsed.append(time.process_time() - started)
    return Pair(
        group=GROUP,
        figure=f"{abuse.name}, p50",
        unit=MILLISECONDS,
        measured=percentile(milliseconds(refused), 50),
        baseline=BASELINE,
        raw=percentile(milliseconds(parsed), 50),
    )


def _application() -> ASGIApp:
    settings = Settings.from_environment(Environment({**UNCOUNTED, **key_settings()}))

    async def nobody(service: str, method: str, arguments: dict[str, Any]) -> Any:
        raise AssertionError(f"an abuse reached {service}.{method}")

    probes = Probes(EventLoopTick(), lambda: True)
    return assemble(settings, call=nobody, issuers=Issuers(settings.issuers), probes=probes)


async def _commit(app: ASGIApp, abuse: Abuse) -> int:
    """The status of the answer."""
    body, status = abuse.body, 0

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(_scope(abuse), receive, send)
    return status


def _scope(abuse: Abuse) -> Scope:
    target = urlsplit(abuse.target)
    headers = {**abuse.headers, "host": "gateway", "content-length": str(len(abuse.body))}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": abuse.method,
        "scheme": "http",
        "path": target.path,
        "raw_path": target.path.encode(),
        "query_string": target.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("192.0.2.1", 5000),
        "server": ("gateway", 80),
    }


def _parse(abuse: Abuse) -> None:
    """As a server does that trusts its clients."""
    text = abuse.query or abuse.body.decode()
    with contextlib.suppress(GraphQLError, ValueError):
        decoded = json.loads(abuse.body) if abuse.body else {}
        for each in decoded if isinstance(decoded, list) else [{"query": text}]:
            parse(each["query"])
