"""The hardened rpc entrypoint against a real broker."""

import time
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from services.chassis.kernel.context import CallContext
from services.chassis.protocol import rpc
from tests.support.bus import BusClient, NoReply
from tests.support.infrastructure import Broker
from tests.support.principals import SECRETARY, signed
from tests.support.processes import Process, ServiceEnvironment, running

from .conftest import MODULE


def in_ten_seconds() -> CallContext:
    return CallContext(principal_token=signed(SECRETARY), deadline=time.time() + 10)


def test_the_effect_is_committed_before_the_answer(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    """Fact 1: nameko answers before its lifecycle hooks run, so the commit is inside the use case."""
    client.call("recorder", "record", {"name": "a"})
    recorder.kill()
    assert database["things"].count_documents({"name": "a"}) == 1
    assert database["outbox"].count_documents({"data.name": "a", "published_at": None}) == 1


def test_an_expected_error_crosses_by_its_code(recorder: Process, client: BusClient) -> None:
    """Fact 8: callers match on the code, not on a module path."""
    client.call("recorder", "record", {"name": "a"})
    with pytest.raises(rpc.RemoteError) as raised:
        client.call("recorder", "record", {"name": "a"})
    assert (raised.value.code, raised.value.expected, raised.value.path) == ("ALREADY_RECORDED", True, ("name",))


def test_bad_input_names_each_wrong_field(recorder: Process, client: BusClient) -> None:
    with pytest.raises(rpc.RemoteError) as raised:
        client.call("recorder", "record", {"nmae": "a", "pause": "long"})
    assert raised.value.code == "INVALID_INPUT"
    assert {violation.path for violation in raised.value.violations} == {("name",), ("nmae",), ("pause",)}


def test_a_bug_is_masked_and_logged_with_its_traceback(recorder: Process, client: BusClient) -> None:
    """Fact 15: without `disable_existing_loggers: false` the traceback would vanish."""
    with pytest.raises(rpc.RemoteError) as raised:
        client.call("recorder", "crash", {"name": "hunter2"})
    assert raised.value.code == "INTERNAL"
    assert raised.value.message == rpc.MASKED_MESSAGE
    assert "ZeroDivisionError: a bug with the secret hunter2" in recorder.log()


def test_an_answer_that_is_not_json_is_an_internal_error(recorder: Process, client: BusClient) -> None:
    with pytest.raises(rpc.RemoteError) as raised:
        client.call("recorder", "unserialisable", {"name": "a"})
    assert raised.value.code == "INTERNAL"
    assert client.call("recorder", "record", {"name": "b"})["name"] == "b"


def test_an_unknown_method_says_so(recorder: Process, client: BusClient) -> None:
    with pytest.raises(rpc.RemoteError) as raised:
        client.call("recorder", "vanish", {})
    assert raised.value.code == "UNKNOWN_METHOD"


@pytest.mark.parametrize(
    "body",
    [b"{not json", b"[]", orjson.dumps({"args": [1], "kwargs": {}}), orjson.dumps({"kwargs": None}), b"\xff\xfe"],
)
def test_a_malformed_request_is_answered_and_harms_nobody(recorder: Process, client: BusClient, body: bytes) -> None:
    request = client.send("recorder", "record", body, in_ten_seconds())
    error = rpc.decode_reply(client.reply_to(request)).error
    assert error is not None
    assert error.code == "INTERNAL"
    assert client.call("recorder", "record", {"name": "after"})["name"] == "after"


def test_a_request_without_reply_to_is_dropped_and_harms_nobody(
    recorder: Process, broker: Broker, client: BusClient
) -> None:
    """Fact 2: it would send every replica of a stock service into a crash loop."""
    body = rpc.encode_request({"name": "nowhere"}).decode()
    assert broker.publish(exchange=rpc.EXCHANGE, routing_key="recorder.record", body=body)
    assert client.call("recorder", "record", {"name": "after"})["name"] == "after"
    assert recorder.is_running()
    assert "says not where its answer goes" in recorder.log()


def test_a_request_after_its_deadline_is_not_run(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    """Fact 4: the caller has gone, the work would be a zombie's."""
    with pytest.raises(NoReply):
        client.call("recorder", "record", {"name": "late"}, deadline=time.time() - 1, timeout=0.5)
    assert database["things"].count_documents({}) == 0


def test_a_request_that_waited_too_long_expires_in_the_queue(
    declared: None, environment: Any, broker: Broker, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    """Fact 4: `expiration` equals the time left, so nobody runs it after the service is back."""
    client.send("recorder", "record", rpc.encode_request({"name": "stale"}), in_ten_seconds(), expiration="200")
    time.sleep(0.4)
    late = Process(["-m", "tests.support.recorder", "serve"], environment)
    try:
        late.wait_until_ready()
        client.call("recorder", "record", {"name": "fresh"})
        assert [thing["name"] for thing in database["things"].find()] == ["fresh"]
    finally:
        late.close()


def test_the_database_is_bounded_by_the_deadline(
    recorder: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    with pytest.raises(rpc.RemoteError) as raised:
        client.call("recorder", "record", {"name": "slow", "pause": 0.6}, timeout=5, deadline=time.time() + 0.3)
    assert raised.value.code == "DEADLINE_EXCEEDED"
    # The transaction was aborted on the server too: its locks would block others for a minute.
    assert client.call("recorder", "record", {"name": "slow"}, timeout=2)["name"] == "slow"
    assert database["things"].count_documents({"name": "slow"}) == 1


def test_the_correlation_id_reaches_the_use_case_and_the_log(recorder: Process, client: BusClient) -> None:
    result = client.call("recorder", "record", {"name": "a"})
    with pytest.raises(rpc.RemoteError):
        client.call("recorder", "record", {"name": "a"})
    lines = [orjson.loads(line) for line in recorder.log().splitlines() if line.startswith("{")]
    refusal = next(line for line in lines if line["message"] == "record refused: ALREADY_RECORDED")
    assert len(result["correlation_id"]) == 36
    assert len(refusal["correlation_id"]) == 36


def test_sigterm_finishes_the_work_in_hand(recorder: Process, client: BusClient) -> None:
    request = client.send("recorder", "run", rpc.encode_request({"name": "last", "pause": 1.0}), in_ten_seconds())
    time.sleep(0.3)
    assert recorder.terminate() == 0
    assert rpc.decode_reply(client.reply_to(request)).result == {"name": "last"}


def test_the_probes_answer(recorder: Process) -> None:
    assert recorder.probe("/livez") == 200
    assert recorder.probe("/readyz") == 200
    assert recorder.probe("/else") == 404


def test_overload_is_refused_at_once_and_what_was_taken_is_done(
    environment: ServiceEnvironment, declared: None, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    """Two workers, ten requests of a second: two run, two wait, six are told to come back."""
    recorder = Process([*MODULE, "serve"], environment.with_settings(MAX_WORKERS="2"))
    with running(recorder):
        begun = time.monotonic()
        body = [rpc.encode_request({"name": str(number), "pause": 1.0}) for number in range(10)]
        requests = [client.send("recorder", "run", each, in_ten_seconds()) for each in body]
        errors = [rpc.decode_reply(client.reply_to(request)).error for request in requests[4:]]
        refused_after = time.monotonic() - begun
        results = [rpc.decode_reply(client.reply_to(request)).result for request in requests[:4]]
    assert [error.code if error else None for error in errors] == ["RATE_LIMITED"] * 6
    assert refused_after < 1.0
    assert results == [{"name": str(number)} for number in range(4)]
    assert database["runs"].count_documents({}) == 4
