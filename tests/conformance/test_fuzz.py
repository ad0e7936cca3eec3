"""The fuzzer must be able to fail: a door that breaks its promises is found out."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.fuzz.run import fuzz_each

GOOD = {"data": {"me": None}}
MASKED = {"errors": [{"message": "Something went wrong.", "extensions": {"code": "INTERNAL", "correlationId": "1"}}]}
NO_CODE = {"errors": [{"message": "Cannot query field."}]}
SECRET = {
    "errors": [{"message": "services.events failed", "extensions": {"code": "INVALID_INPUT", "correlationId": "1"}}]
}
NEW_CODE = {"data": {"revokeGrant": {"errors": [{"code": "OTHER", "message": "The moon is full."}]}}}


@dataclass(frozen=True, slots=True)
class Door:
    url: str
    known: dict[str, list[Any]] = field(default_factory=dict)

    def act_as(self, role: str) -> dict[str, str]:
        return {"x-role": role}


@contextmanager
def door(status: int, answer: Any) -> Iterator[Door]:
    """Says the same to everybody."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Many requests are no news."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield Door(f"http://127.0.0.1:{server.server_port}/graphql")
        server.shutdown()
        thread.join()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (503, GOOD, "status 503"),
        (200, MASKED, "a fault of the platform"),
        (200, NO_CODE, "no stable code"),
        (200, SECRET, "an unmasked error"),
        (200, NEW_CODE, "a code that the schema does not have"),
    ],
    ids=["5xx", "masked", "no code", "unmasked", "new code"],
)
def test_a_broken_promise_is_found(status: int, answer: Any, said: str) -> None:
    with door(status, answer) as careless:
        finding = fuzz_each(careless, "somebody", examples=1, seed=1)
    [failure] = finding.failures
    assert said in failure
    assert "curl -X POST" in failure


@pytest.mark.slow
def test_a_kept_promise_is_no_finding() -> None:
    with door(200, GOOD) as careful:
        finding = fuzz_each(careful, "somebody", examples=1, seed=1)
    assert finding.failures == []
    assert finding.counts["answers"] == finding.counts["executed"] > 0
