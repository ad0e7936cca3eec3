"""`GET /livez`, `GET /readyz` and `GET /metrics` over plain HTTP, from a thread (green where the process
is patched)."""

import logging
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import orjson

from ..observability import metrics

_log = logging.getLogger(__name__)

STALE_AFTER_SECONDS: Final = 30.0
"""A loop that has not gone round for this long is stuck: the process must be restarted."""

Check = Callable[[], tuple[bool, Mapping[str, Any]]]


def liveness_check(age: Callable[[], float]) -> Check:
    """Alive as long as the process' loop goes round; `age` gives seconds since it last did."""
    metrics.LAST_TICK_AGE.set_function(age)

    def check() -> tuple[bool, Mapping[str, Any]]:
        seconds = age()
        return seconds < STALE_AFTER_SECONDS, {"seconds_since_last_tick": round(seconds, 3)}

    return check


def serve_probes(host: str, port: int, *, livez: Check, readyz: Check) -> ThreadingHTTPServer | None:
    """Start answering on `host:port` (0: not at all). The server is returned so that it can be shut down."""
    if port == 0:
        return None
    checks = {"/livez": livez, "/readyz": readyz}

    class ProbeRequest(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer_metrics()
                return
            check = checks.get(self.path)
            if check is None:
                self._answer(404, {"error": "Probes are at /livez and /readyz, metrics at /metrics."})
                return
            try:
                passed, details = check()
            except Exception as error:
                passed, details = False, {"error": str(error)}
            self._answer(200 if passed else 503, {"ok": passed, **details})

        def _answer_metrics(self) -> None:
            try:
                body = metrics.exposition()
            except Exception as error:
                _log.exception("the metrics could not be told")
                self._answer(500, {"error": str(error)})
                return
            self._send(200, metrics.CONTENT_TYPE, body)

        def _answer(self, status: int, content: Mapping[str, Any]) -> None:
            self._send(status, "application/json", orjson.dumps(content))

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            _log.debug(format, *args)

    server = ThreadingHTTPServer((host, port), ProbeRequest)
    threading.Thread(target=server.serve_forever, name="probes", daemon=True).start()
    return server
