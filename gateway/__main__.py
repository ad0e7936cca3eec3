"""`python -m gateway`: serve until SIGTERM, then finish what is in hand and exit with 0."""

import asyncio
import logging
import math
import signal
import socket
import sys
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.applications import Starlette

from gateway.asgi import create_app
from gateway.http.metrics import MetricsPortUnusable, serve_metrics
from gateway.http.protocol import bounded
from gateway.settings import Settings
from services.chassis.kernel.config import ConfigurationError, Environment
from services.chassis.observability import logging as logs

PROCESS = "gateway"
COULD_NOT_START: Final = 3

FAREWELL_SECONDS: Final = 0.2
"""For the subscribers to be told where they stand, before their connections are cut."""


def main() -> None:
    try:
        settings = Settings.from_environment(Environment())
        app = create_app(settings)
        serve_metrics(settings.metrics_host, settings.metrics_port)
    except (ConfigurationError, MetricsPortUnusable) as error:
        sys.exit(f"{PROCESS}: {error}")
    _configure_logging(settings)
    _exit_cleanly_on_signals()
    _warn_of(settings)
    server = server_of(app, settings)
    server.run()
    if not server.started:
        sys.exit(COULD_NOT_START)


def server_of(app: Starlette, settings: Settings) -> "DrainingServer":
    """What serves `app` as these settings say."""
    config = uvicorn.Config(
        app,
        host=settings.http_host,
        port=settings.http_port,
        loop="uvloop",
        http=bounded(head_bytes=settings.door.http.header_bytes, head_seconds=settings.door.http.header_seconds),
        # The app does it, with TRUSTED_PROXIES; uvicorn by itself would believe everybody on this machine.
        proxy_headers=False,
        ws="websockets-sansio",
        ws_max_size=settings.door.limits.body_bytes,
        ws_ping_interval=settings.live.ping_seconds,
        ws_ping_timeout=settings.live.ping_seconds,
        # Compressed for each subscriber anew, what all are told costs more time than it saves.
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(settings.drain_seconds),
    )
    return DrainingServer(config, drain=app.state.live.drain)


class DrainingServer(uvicorn.Server):
    """Sends the subscribers away when it shuts down: what lasts would hold it up until its time is over."""

    def __init__(self, config: uvicorn.Config, *, drain: Callable[[], None]) -> None:
        super().__init__(config)
        self._drain = drain

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # First of all nobody can come back to this process.
        for server in self.servers:
            server.close()
        self._drain()
        await asyncio.sleep(FAREWELL_SECONDS)
        await super().shutdown(sockets)


def _configure_logging(settings: Settings) -> None:
    logs.configure(process=PROCESS, level=settings.log_level, log_format=settings.log_format)
    # Our supervisor says once that the broker is away; aiormq says it at each try, with tracebacks.
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.error").addFilter(_without_colours)
    logging.getLogger("uvicorn.error").addFilter(_is_no_handshake)


def _warn_of(settings: Settings) -> None:
    door = settings.door
    if settings.run_mode == "production" and door.rates.anonymous and not door.http.trusted_proxies:
        logging.getLogger("gateway").warning("TRUSTED_PROXIES is not set: all clients of a proxy count as one")


def _without_colours(record: logging.LogRecord) -> bool:
    """uvicorn says everything twice, the second time for terminals."""
    vars(record).pop("color_message", None)
    return True


def _is_no_handshake(record: logging.LogRecord) -> bool:
    """Of a WebSocket there is one line, when it has ended (`gateway.access`)."""
    return '"WebSocket %s"' not in str(record.msg)


def _exit_cleanly_on_signals() -> None:
    # After draining, uvicorn raises the signal again that stopped it: this is what it meets then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit(0))


if __name__ == "__main__":
    main()
