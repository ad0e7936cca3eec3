"""The metrics without a broker or a database: what is counted, and what a scrape says when something cannot be read."""

import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

import gateway.http.metrics as of_gateway
from services.chassis.kernel.errors import RateLimited, VersionConflict
from services.chassis.observability import metrics
from services.chassis.observability.metrics import OutboxReading, RelayCollector, measured_call
from services.chassis.runtime.probes import liveness_check, serve_probes
from tests.support.metrics import Scrape, read, scrape
from tests.support.processes import free_port

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
LEADING = OutboxReading(
    complete=True, in_charge=True, lease_held=True, lease_epoch=3, oldest_age=12.5, parked=1, pending=4
)


def of_process() -> Scrape:
    return read(metrics.exposition().decode())


def outcomes(method: str) -> dict[str, float]:
    """What became of the calls of `method`, whose name no other test uses."""
    found = [(name, dict(labels), value) for (name, labels), value in of_process().samples.items()]
    return {
        labels["outcome"]: value
        for name, labels, value in found
        if name == "iccar_rpc_requests_total" and labels["method"] == method
    }


def raised() -> Any:
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError:
        return sys.exc_info()


def call(method: str, result: Any = None, exc_info: Any = None) -> None:
    with measured_call("unit", method) as answered:
        answered.ended(result, exc_info)


def test_a_call_is_counted_by_what_became_of_it() -> None:
    call("mixed", {"id": 1})
    call("mixed", {"id": 2})
    call("mixed", VersionConflict("Somebody was faster."))
    call("mixed", RateLimited("Later."))
    call("mixed", None, raised())
    assert outcomes("mixed") == {"OK": 2, "VERSION_CONFLICT": 1, "RATE_LIMITED": 1, "INTERNAL": 1}
    assert of_process().value("iccar_rpc_request_duration_seconds_count", service="unit", method="mixed") == 5


def test_a_call_whose_worker_is_killed_is_counted_too() -> None:
    with pytest.raises(KeyboardInterrupt), measured_call("unit", "killed"):
        raise KeyboardInterrupt
    assert outcomes("killed") == {"ABORTED": 1}
    assert of_process().value("iccar_rpc_requests_in_flight", service="unit") == 0


def test_a_call_is_in_flight_until_it_ends() -> None:
    with measured_call("unit", "long") as answered:
        assert of_process().value("iccar_rpc_requests_in_flight", service="unit") == 1
        answered.ended(None, None)
    assert of_process().value("iccar_rpc_requests_in_flight", service="unit") == 0


def test_the_duration_is_in_seconds() -> None:
    with measured_call("unit", "slow") as answered:
        time.sleep(0.06)
        answered.ended(None, None)
    found = of_process()
    labels = {"service": "unit", "method": "slow"}
    assert found.value("iccar_rpc_request_duration_seconds_bucket", le="0.05", **labels) == 0
    assert found.value("iccar_rpc_request_duration_seconds_bucket", le="10.0", **labels) == 1


def test_what_is_expected_is_zero_before_it_happens() -> None:
    """An alert on an increase sees none when a series begins at one."""
    metrics.expect_calls("idle")
    metrics.expect_messages("idle", "idle.tally")
    metrics.expect_publishing("idle")
    found = of_process()
    assert found.value("iccar_rpc_requests_shed_total", service="idle") == 0
    assert found.value("iccar_outbox_published_total", service="idle") == 0
    assert found.value("iccar_outbox_parked_total", service="idle") == 0
    for outcome in ("handled", "retried", "dead", "returned"):
        labels = {"service": "idle", "queue": "idle.tally", "outcome": outcome}
        assert found.value("iccar_subscriber_messages_total", **labels) == 0


def told(reading: Any, depths: Any = None) -> Scrape:
    """What a relay's collector tells; what is an exception is raised by the reading."""

    def give(value: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        return value

    collector = RelayCollector("unit", read_outbox=lambda: give(reading), read_depths=lambda: give(depths or {}))
    registry = CollectorRegistry()
    registry.register(collector)
    return read(metrics.exposition(registry).decode())


def test_the_relay_in_charge_tells_of_the_outbox_and_of_dead_letters() -> None:
    found = told(LEADING, {"unit.tally.dead": 2, "unit.other.dead": 0})
    assert {name: found.value(name, service="unit") for name in found.names() if "outbox" in name} == {
        "iccar_outbox_read_success": 1,
        "iccar_outbox_lease_held": 1,
        "iccar_outbox_lease_epoch": 3,
        "iccar_outbox_oldest_pending_age_seconds": 12.5,
        "iccar_outbox_parked_messages": 1,
        "iccar_outbox_pending_messages": 4,
    }
    assert found.value("iccar_dead_letters", service="unit", queue="unit.tally.dead") == 2
    assert found.value("iccar_dead_letters", service="unit", queue="unit.other.dead") == 0


def test_another_relay_tells_only_that_it_is_not_in_charge() -> None:
    """Two that count would be two truths."""
    found = told(OutboxReading(complete=True, lease_held=False, lease_epoch=3), {"unit.tally.dead": 2})
    assert found.names() == {"iccar_outbox_read_success", "iccar_outbox_lease_held", "iccar_outbox_lease_epoch"}
    assert found.value("iccar_outbox_lease_held", service="unit") == 0


def test_what_cannot_be_read_is_absent_and_not_zero() -> None:
    cut_off = OutboxReading(complete=False, in_charge=True, lease_held=True, lease_epoch=3, oldest_age=900.0)
    found = told(cut_off, ConnectionRefusedError("the broker is away"))
    assert found.value("iccar_outbox_read_success", service="unit") == 0
    assert found.value("iccar_outbox_oldest_pending_age_seconds", service="unit") == 900
    assert found.value("iccar_outbox_pending_messages", service="unit") is None
    assert "iccar_dead_letters" not in found.names()


def test_a_reading_that_fails_does_not_fail_the_scrape(caplog: pytest.LogCaptureFixture) -> None:
    found = told(RuntimeError("a bug"))
    assert found.names() == {"iccar_outbox_read_success"}
    assert found.value("iccar_outbox_read_success", service="unit") == 0
    assert [vars(record)["error"] for record in caplog.records] == ["RuntimeError: a bug"]


def test_scrapes_at_the_same_time_read_one_after_the_other() -> None:
    """Each reading takes a connection out of the pool that the relay works with."""
    reading, most = 0, 0

    def read_outbox() -> OutboxReading:
        nonlocal reading, most
        reading += 1
        most = max(most, reading)
        time.sleep(0.02)
        reading -= 1
        return LEADING

    collector = RelayCollector("unit", read_outbox=read_outbox, read_depths=dict)
    threads = [threading.Thread(target=lambda: list(collector.collect())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


@pytest.fixture
def port() -> Iterator[int]:
    number = free_port()
    server = serve_probes("127.0.0.1", number, livez=liveness_check(lambda: 1.5), readyz=lambda: (False, {}))
    assert server is not None
    yield number
    server.shutdown()
    server.server_close()


def test_metrics_are_served_beside_the_probes(port: int) -> None:
    found = scrape(port)
    assert found.value("iccar_last_tick_age_seconds") == 1.5
    resident = found.value("process_resident_memory_bytes")
    assert resident is not None
    assert resident > 1_000_000
    assert httpx.get(f"http://127.0.0.1:{port}/livez").json() == {"ok": True, "seconds_since_last_tick": 1.5}
    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 503
    assert httpx.get(f"http://127.0.0.1:{port}/metric").status_code == 404


def test_a_broken_collector_is_an_error_and_not_the_end(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> bytes:
        raise RuntimeError("a bug")

    monkeypatch.setattr(metrics, "exposition", broken)
    assert httpx.get(f"http://127.0.0.1:{port}/metrics").status_code == 500
    assert httpx.get(f"http://127.0.0.1:{port}/livez").status_code == 200


def families() -> Mapping[str, str]:
    """Every metric of ours, as a query names it, with its type."""
    relay = RelayCollector("unit", read_outbox=lambda: LEADING, read_depths=dict)
    found = [*metrics.REGISTRY.collect(), *of_gateway.REGISTRY.collect(), *relay.describe()]
    ours = [family for family in found if family.name.startswith("iccar_")]
    return {f"{each.name}_total" if each.type == "counter" else each.name: each.type for each in ours}


def test_every_metric_is_in_the_page_for_the_engineer_on_call() -> None:
    section = OPERATIONS.read_text().partition("\n## Metrics\n")[2].partition("\n## ")[0]
    documented = set(re.findall(r"^\| `(iccar_\w+)", section, re.MULTILINE))
    assert documented == set(families())


def test_an_alert_asks_for_metrics_that_there_are() -> None:
    section = OPERATIONS.read_text().partition("\n## Metrics\n")[2].partition("\n## ")[0]
    asked = {re.sub(r"_(bucket|count|sum)$", "", name) for name in re.findall(r"iccar_\w+", section)}
    assert asked <= set(families())


def test_the_names_of_labels_are_few_and_none_is_what_somebody_sends() -> None:
    relay = RelayCollector("unit", read_outbox=lambda: LEADING, read_depths=lambda: {"unit.tally.dead": 1})
    found = [*metrics.REGISTRY.collect(), *of_gateway.REGISTRY.collect(), *relay.collect()]
    labels = {name for family in found for sample in family.samples for name in sample.labels}
    assert labels <= {"service", "method", "queue", "outcome", "status", "type", "transport", "reason", "le"}
