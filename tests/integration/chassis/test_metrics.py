"""What real services and relays tell Prometheus: above all of the outbox, also while the broker is away."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.clock import utc_now
from services.chassis.messaging.connection import BrokerUnreachable
from services.chassis.messaging.depths import QueueDepths
from services.chassis.persistence import outbox_reading
from services.chassis.persistence.lease import Lease
from services.chassis.persistence.outbox import Outbox
from services.chassis.persistence.outbox_reading import read_outbox
from services.chassis.protocol.envelope import Envelope
from services.chassis.protocol.rpc import RemoteError, decode_reply, encode_request
from services.chassis.runtime.relay import LEASE_SECONDS
from tests.support.bus import BusClient
from tests.support.infrastructure import Broker
from tests.support.metrics import scrape
from tests.support.processes import Process, ServiceEnvironment, eventually, free_port, running
from tests.support.proxy import Network, Proxy
from tests.support.recorder.definition import SUBSCRIPTION, ThingRecorded, publishing

from .conftest import MODULE, tally_of
from .test_rpc import in_ten_seconds

QUEUE = SUBSCRIPTION.queue
DEAD = f"{QUEUE}.dead"
PENDING = "iccar_outbox_pending_messages"
OLDEST = "iccar_outbox_oldest_pending_age_seconds"
HELD = "iccar_outbox_lease_held"


def told(process: Process, name: str, **labels: str) -> float | None:
    return scrape(process.port).value(name, service="recorder", **labels)


def add(database: Database[dict[str, Any]], *names: str) -> list[Envelope]:
    """Write messages into the outbox, as a command does."""
    envelopes = [publishing(ThingRecorded(name), time=utc_now()) for name in names]
    with database.client.start_session() as session:
        for envelope in envelopes:
            Outbox(database).add(envelope, session=session)
    return envelopes


@pytest.fixture
def network() -> Iterator[Network]:
    with Network() as network:
        yield network


def before_the_broker(network: Network, environment: ServiceEnvironment) -> tuple[Proxy, ServiceEnvironment]:
    uri = urlsplit(environment.amqp_uri)
    assert uri.port is not None
    proxy = network.proxy(uri.port)
    netloc = f"{uri.username}:{uri.password}@127.0.0.1:{proxy.port}"
    return proxy, replace(environment, amqp_uri=uri._replace(netloc=netloc).geturl())


def before_the_database(network: Network, environment: ServiceEnvironment) -> tuple[Proxy, ServiceEnvironment]:
    port = urlsplit(environment.mongodb_uri).port
    assert port is not None
    proxy = network.proxy(port)
    # Direct: the set would tell its own address, past the proxy.
    return proxy, replace(environment, mongodb_uri=f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true")


def test_the_outbox_grows_and_is_told_while_the_broker_is_away(
    recorder: Process,
    client: BusClient,
    environment: ServiceEnvironment,
    database: Database[dict[str, Any]],
    network: Network,
) -> None:
    """Commands succeed, the outbox grows and grows old, the metrics show it, and fall to 0 when the broker is back."""
    broker, behind = before_the_broker(network, environment)
    relay = Process([*MODULE, "relay"], behind)
    with running(relay):
        client.call("recorder", "record", {"name": "before"})
        eventually(lambda: tally_of(database, "before") == 1)
        eventually(lambda: (told(relay, PENDING), told(relay, OLDEST)) == (0, 0))
        published = told(relay, "iccar_outbox_published_total")

        broker.refuse()
        for number in range(1, 6):
            client.call("recorder", "record", {"name": f"during {number}"})
            assert told(relay, PENDING) == number
        young = told(relay, OLDEST)
        assert young is not None
        eventually(lambda: (told(relay, OLDEST) or 0) > young + 2)
        assert (told(relay, PENDING), told(relay, HELD)) == (5, 1)
        assert told(relay, "iccar_outbox_read_success") == 1
        assert told(relay, "iccar_outbox_published_total") == published == 1
        # Nobody knows how many there are while the broker is away.
        assert told(relay, "iccar_dead_letters", queue=DEAD) is None

        broker.accept()
        eventually(lambda: (told(relay, PENDING), told(relay, OLDEST)) == (0, 0), seconds=15)
        assert told(relay, "iccar_outbox_published_total") == 6
        eventually(lambda: told(relay, "iccar_dead_letters", queue=DEAD) == 0)
        eventually(lambda: all(tally_of(database, f"during {number}") == 1 for number in range(1, 6)))


def test_a_broker_that_says_nothing_hides_no_growth(
    recorder: Process,
    client: BusClient,
    environment: ServiceEnvironment,
    database: Database[dict[str, Any]],
    network: Network,
) -> None:
    """A relay that waits for confirms that never come loses its lease meanwhile; it goes on counting, for nobody else
    does."""
    broker, behind = before_the_broker(network, environment)
    relay = Process([*MODULE, "relay"], behind)
    with running(relay):
        client.call("recorder", "record", {"name": "before"})
        eventually(lambda: tally_of(database, "before") == 1)
        eventually(lambda: told(relay, PENDING) == 0)
        broker.forget()
        client.call("recorder", "record", {"name": "into the void"})
        begun = time.monotonic()
        held = set()
        while time.monotonic() - begun < LEASE_SECONDS + 2:
            assert told(relay, PENDING) == 1
            held.add(told(relay, HELD))
            time.sleep(0.2)
        assert held == {0, 1}
        eventually(lambda: tally_of(database, "into the void") == 1, seconds=20)
        eventually(lambda: told(relay, PENDING) == 0)


def test_every_replica_answers_and_one_counts(relay: Process, database: Database[dict[str, Any]]) -> None:
    def leads(process: Process) -> bool:
        return told(process, HELD) == 1

    eventually(lambda: leads(relay))
    other = relay.replica()
    with running(other):
        add(database, *"abc")
        eventually(lambda: told(relay, "iccar_outbox_published_total") == 3)
        found = scrape(other.port)
        assert found.value(HELD, service="recorder") == 0
        assert found.value("iccar_outbox_read_success", service="recorder") == 1
        assert found.value("iccar_outbox_published_total", service="recorder") == 0
        assert not found.names() & {PENDING, OLDEST, "iccar_outbox_parked_messages", "iccar_dead_letters"}
        epoch = told(relay, "iccar_outbox_lease_epoch")
        relay.kill()
        eventually(lambda: leads(other))
        assert told(other, PENDING) == 0
        assert told(other, "iccar_outbox_lease_epoch") == (epoch or 0) + 1


def test_a_database_that_is_away_does_not_fail_the_scrape(
    environment: ServiceEnvironment, declared: None, network: Network
) -> None:
    database, behind = before_the_database(network, environment)
    relay = Process([*MODULE, "relay"], behind)
    with running(relay):
        eventually(lambda: told(relay, HELD) == 1)
        database.refuse()
        begun = time.monotonic()
        found = scrape(relay.port)
        assert time.monotonic() - begun < 5
        assert found.value("iccar_outbox_read_success", service="recorder") == 0
        assert not found.names() & {PENDING, OLDEST, HELD}
        assert found.value("iccar_outbox_published_total", service="recorder") == 0
        database.accept()
        eventually(lambda: told(relay, PENDING) == 0, seconds=15)


def test_messages_that_reach_no_queue_are_told(
    environment: ServiceEnvironment, database: Database[dict[str, Any]], broker: Broker
) -> None:
    from services.chassis.messaging.declaration import declare

    declare(broker.amqp_uri, [])
    relay = Process([*MODULE, "relay"], environment)
    with running(relay):
        add(database, "a", "b")
        eventually(lambda: told(relay, "iccar_outbox_parked_messages") == 2)
        assert told(relay, PENDING) == 2
        assert told(relay, "iccar_outbox_parked_total") == 2
        assert told(relay, "iccar_outbox_published_total") == 0
        # Not declared, so there is nothing to count.
        assert told(relay, "iccar_dead_letters", queue=DEAD) is None


def test_an_outbox_is_counted_by_index_or_not_at_all(database: Database[dict[str, Any]]) -> None:
    """Without its index the count would read the whole event log, at each scrape."""
    envelopes = add(database, *"abcd")
    Outbox(database).park([envelopes[0].id], "no queue")
    Outbox(database).mark_published([envelopes[1].id], utc_now())
    found = read_outbox(database, owner="somebody")
    assert (found.complete, found.in_charge, found.lease_held) == (True, True, False)
    assert (found.pending, found.parked) == (3, 1)
    assert found.oldest_age is not None
    assert 0 <= found.oldest_age < 10

    database["outbox"].drop_index("parked")
    found = read_outbox(database, owner="somebody")
    assert (found.complete, found.parked, found.oldest_age is None) == (False, None, False)

    database["outbox"].drop_index("pending")
    found = read_outbox(database, owner="somebody")
    assert (found.complete, found.in_charge) == (False, True)
    assert (found.pending, found.oldest_age) == (None, None)


def test_counting_reads_no_message(database: Database[dict[str, Any]], mongo: MongoClient[dict[str, Any]]) -> None:
    add(database, *(f"{number}" for number in range(50)))
    profiled = mongo[database.name]
    profiled.command("profile", 2)
    try:
        read_outbox(profiled, owner="somebody")
    finally:
        profiled.command("profile", 0)
    rows = list(profiled["system.profile"].find({"ns": f"{database.name}.outbox"}))
    plans = sorted((row["planSummary"].partition(" ")[0], row["docsExamined"]) for row in rows)
    assert [plan for plan, _ in plans] == ["COUNT_SCAN", "COUNT_SCAN", "IXSCAN"]
    assert sum(examined for _, examined in plans) <= 1


def test_the_lease_says_who_counts(database: Database[dict[str, Any]]) -> None:
    def by(owner: str) -> tuple[bool, bool | None]:
        found = read_outbox(database, owner=owner)
        return found.in_charge, found.lease_held

    assert by("first") == (True, False)
    lease = Lease(database, name="outbox", owner="first", seconds=0.5)
    assert lease.hold()
    assert (by("first"), by("second")) == ((True, True), (False, False))
    time.sleep(0.6)
    assert (by("first"), by("second")) == ((True, False), (True, False))
    assert lease.hold()
    lease.release()
    assert (by("first"), by("second")) == ((True, False), (True, False))


def test_reading_ends_at_its_deadline(
    service_environment: ServiceEnvironment,
    database: Database[dict[str, Any]],
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A database that does not answer: the scrape is not held up, though an operation may take ten seconds."""
    monkeypatch.setattr(outbox_reading, "READ_SECONDS", 0.5)
    proxy, behind = before_the_database(network, service_environment)
    with MongoClient[dict[str, Any]](behind.mongodb_uri, timeoutMS=10_000) as slow:
        assert read_outbox(slow[database.name], owner="somebody").complete
        proxy.forget()
        begun = time.monotonic()
        assert not read_outbox(slow[database.name], owner="somebody").complete
        assert time.monotonic() - begun < 3


def test_calls_are_told_by_method_and_outcome(recorder: Process, client: BusClient) -> None:
    def count(method: str, outcome: str) -> float | None:
        return told(recorder, "iccar_rpc_requests_total", method=method, outcome=outcome)

    client.call("recorder", "record", {"name": "a"})
    refused = (
        ("record", {"name": "a"}),
        ("crash", {"name": "a"}),
        ("unserialisable", {"name": "a"}),
        ("record", {"nmae": "a"}),
    )
    for method, arguments in refused:
        with pytest.raises(RemoteError):
            client.call("recorder", method, arguments)
    # The answer goes out before its worker has ended.
    eventually(lambda: count("record", "INVALID_INPUT") == 1)
    assert count("record", "OK") == 1
    assert count("record", "ALREADY_RECORDED") == 1
    assert count("crash", "INTERNAL") == 1
    assert count("unserialisable", "INTERNAL") == 1
    assert told(recorder, "iccar_rpc_request_duration_seconds_count", method="record") == 3


def test_calls_at_work_are_told(recorder: Process, client: BusClient) -> None:
    assert told(recorder, "iccar_rpc_requests_in_flight") == 0
    assert told(recorder, "iccar_rpc_requests_shed_total") == 0
    with pytest.raises(Exception, match="no reply"):
        client.call("recorder", "run", {"name": "a", "pause": 1.0}, timeout=0.3)
    assert told(recorder, "iccar_rpc_requests_in_flight") == 1
    eventually(lambda: told(recorder, "iccar_rpc_requests_in_flight") == 0)
    seconds = told(recorder, "iccar_rpc_request_duration_seconds_sum", method="run")
    assert seconds is not None
    assert 1 <= seconds < 2


def test_calls_that_are_refused_for_want_of_workers_are_told(
    environment: ServiceEnvironment, declared: None, client: BusClient
) -> None:
    recorder = Process([*MODULE, "serve"], environment.with_settings(MAX_WORKERS="1"))
    with running(recorder):
        body = encode_request({"name": "a", "pause": 0.5})
        requests = [client.send("recorder", "run", body, in_ten_seconds()) for _ in range(5)]
        refused = [request for request in requests if decode_reply(client.reply_to(request)).error]
        assert refused
        assert told(recorder, "iccar_rpc_requests_shed_total") == len(refused)
        # One that no worker took is not among those that workers took.
        served = len(requests) - len(refused)
        eventually(lambda: told(recorder, "iccar_rpc_requests_total", method="run", outcome="OK") == served)
        assert told(recorder, "iccar_rpc_requests_total", method="run", outcome="RATE_LIMITED") is None


def test_deliveries_are_told_by_what_became_of_them(
    recorder: Process, relay: Process, client: BusClient, database: Database[dict[str, Any]]
) -> None:
    def count(outcome: str) -> float | None:
        return told(recorder, "iccar_subscriber_messages_total", queue=QUEUE, outcome=outcome)

    assert [count(outcome) for outcome in ("handled", "retried", "dead", "returned")] == [0, 0, 0, 0]
    database["faults"].insert_many(
        [
            {"_id": "stumbles", "failures": ["retryable", "bug"]},
            {"_id": "falls", "failures": ["terminal"]},
        ]
    )
    for name in ("walks", "stumbles", "falls"):
        client.call("recorder", "record", {"name": name})
    eventually(lambda: tally_of(database, "stumbles") == 1)
    eventually(lambda: [count(outcome) for outcome in ("handled", "retried", "dead")] == [2, 2, 1])
    assert count("returned") == 0
    eventually(lambda: told(relay, "iccar_dead_letters", queue=DEAD) == 1)


def test_a_service_has_its_metrics_on_the_port_of_its_probes(recorder: Process) -> None:
    found = scrape(recorder.port)
    age = found.value("iccar_last_tick_age_seconds")
    assert age is not None
    assert 0 <= age < 5
    assert "process_open_fds" in found.names()
    # What only a relay can tell, a service does not tell as 0.
    assert not {name for name in found.names() if name.startswith("iccar_outbox")}


def test_depths_of_queues(broker: Broker) -> None:
    from services.chassis.messaging.declaration import declare, topology_of

    declare(broker.amqp_uri, topology_of([SUBSCRIPTION], (0.1,)))
    depths = QueueDepths(broker.amqp_uri, [DEAD, "not.there.dead"])

    def broken() -> bool:
        try:
            depths.read()
        except BrokerUnreachable:
            return True
        return False

    try:
        assert depths.read() == {DEAD: 0}
        for body in ("{}", "{}"):
            assert broker.publish(exchange="", routing_key=DEAD, body=body)
        eventually(lambda: depths.read() == {DEAD: 2})
        eventually(broker.close_connections)
        eventually(broken)
        assert depths.read() == {DEAD: 2}
    finally:
        depths.close()


def test_a_broker_that_is_away_has_no_depths_for_long() -> None:
    begun = time.monotonic()
    with pytest.raises(BrokerUnreachable, match="Connection refused"):
        QueueDepths(f"amqp://guest:guest@127.0.0.1:{free_port()}/", [DEAD]).read()
    assert time.monotonic() - begun < 1.5
