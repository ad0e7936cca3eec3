"""The measures themselves must be able to fail: a suite that passes everything would guard nothing."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from deploy.node import NodeCommandFailed
from tests.conformance.npm import compile_relay, run_audit


class CarelessServer(BaseHTTPRequestHandler):
    """Calls everything a success, and everything it says plain text."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = json.dumps({"data": {"__typename": "Query"}}).encode()
        self.send_response(200)
        self.send_header("content-type", "text/plain; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The audit's sixty requests are no news."""


@pytest.fixture
def careless_server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), CarelessServer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/graphql"
        server.shutdown()
        thread.join()


def test_audit_tells_fulfilled_from_unfulfilled(careless_server: str) -> None:
    summary = run_audit(careless_server)

    accept_post = "MUST accept POST requests"
    media_type = "MUST accept application/json and match the content-type"
    parse_failure = (
        "SHOULD use 400 status code on document parsing failure when accepting application/graphql-response+json"
    )
    unfulfilled = {failure.name: failure.status for failure in summary.failures}
    assert unfulfilled[media_type] == "error"
    assert unfulfilled[parse_failure] == "warn"
    assert accept_post not in unfulfilled
    assert summary.total == summary.ok + len(summary.failures)
    assert summary.error == list(unfulfilled.values()).count("error")


def test_audit_of_nobody_is_no_pass() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), CarelessServer, bind_and_activate=False) as silent:
        silent.server_bind()
        port = silent.server_port
        with pytest.raises(NodeCommandFailed, match=f"no audit is possible at http://127.0.0.1:{port}/"):
            run_audit(f"http://127.0.0.1:{port}/")


def test_relay_refuses_a_schema_without_our_connections(tmp_path: Path) -> None:
    schema = tmp_path / "schema.graphql"
    schema.write_text("type Query { coalitions: String }")

    with pytest.raises(NodeCommandFailed) as failure:
        compile_relay(schema)

    assert "Unknown type 'Coalition'" in failure.value.output
    assert "CoalitionMembers.js" in failure.value.output
