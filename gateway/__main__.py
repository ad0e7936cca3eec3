"""`python -m gateway`: serve until SIGTERM, then finish what is in hand and exit with 0."""

import logging
import math
import signal
import sys

import uvicorn

from gateway.asgi import create_app
from gateway.http.metrics import MetricsPortUnusable, serve_metrics
from gateway.http.protocol import bounded
from gateway.settings import Settings
from services.chassis.kernel.config import ConfigurationError, Environment
from services.chassis.observability import logging as logs

PROCESS = "gateway"


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
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        loop="uvloop",
        http=bounded(head_bytes=settings.door.http.header_bytes, head_seconds=settings.door.http.header_seconds),
        # The app does it, with TRUSTED_PROXIES; uvicorn by itself would believe everybody on this machine.
        proxy_headers=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=math.ceil(settings.drain_seconds),
    )


def _configure_logging(settings: Settings) -> None:
    logs.configure(process=PROCESS, level=settings.log_level, log_format=settings.log_format)
    # Our supervisor says once that the broker is away; aiormq says it at each try, with tracebacks.
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.error").addFilter(_without_colours)


def _warn_of(settings: Settings) -> None:
    door = settings.door
    if settings.run_mode == "production" and door.rates.anonymous and not door.http.trusted_proxies:
        logging.getLogger("gateway").warning("TRUSTED_PROXIES is not set: all clients of a proxy count as one")


def _without_colours(record: logging.LogRecord) -> bool:
    """uvicorn says everything twice, the second time for terminals."""
    vars(record).pop("color_message", None)
    return True


def _exit_cleanly_on_signals() -> None:
    # After draining, uvicorn raises the signal again that stopped it: this is what it meets then.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit(0))


if __name__ == "__main__":
    main()
