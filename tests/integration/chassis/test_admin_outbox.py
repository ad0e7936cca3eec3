"""The outbox as whoever runs the platform sees it, and parking: what reaches no queue waits, others go on, and the
order per aggregate stays."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import kombu
import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from services.chassis.kernel.clock import utc_now
from services.chassis.kernel.ids import new_id
from services.chassis.messaging.declaration import declare
from services.chassis.messaging.relay import Relay
from services.chassis.messaging.relay_publisher import ConfirmedPublisher
from services.chassis.persistence import outbox as outbox_module
from services.chassis.persistence.lease import Lease
from services.chassis.persistence.outbox import Outbox
from services.chassis.persistence.outbox_status import status_of
from services.chassis.protocol import topology
from services.chassis.protocol.envelope import Envelope
from tests.support.admin import Admin
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually

from .conftest import MODULE

APPLIED = "recorder.thing_applied.v1"
ADMITTED = "recorder.thing_admitted.v1"
TYPES = (APPLIED, ADMITTED)
RECEIVED = "received"


class Bus:
    """One queue that records what arrives, bound to a message type or not as the test wishes."""

    def __init__(self, amqp_uri: str) -> None:
        declare(amqp_uri, [])
        self._connection = kombu.Connection(amqp_uri)
        self._channel = self._connection.channel()
        self._channel.queue_declare(RECEIVED, durable=True, auto_delete=False)

    def bind(self, *types: str) -> None:
        for each in types:
            self._channel.queue_bind(RECEIVED, topology.MESSAGES.name, each)

    def unbind(self, *types: str) -> None:
        for each in types:
            self._channel.queue_unbind(RECEIVED, topology.MESSAGES.name, each)

    def received(self) -> list[tuple[str, int]]:
        """Subject and sequence of what arrived since the last look, in order, duplicates too."""
        taken = []
        while (message := self._channel.basic_get(RECEIVED, no_ack=True)) is not None:
            taken.append((message.headers["ce-subject"], int(message.headers["ce-sequence"])))
        return taken

    def close(self) -> None:
        self._connection.release()


@pytest.fixture
def bus(broker: Broker) -> Iterator[Bus]:
    bus = Bus(broker.amqp_uri)
    yield bus
    bus.close()


@pytest.fixture
def admin(environment: ServiceEnvironment, database: Database[dict[str, Any]]) -> Admin:
    return Admin(environment)


@pytest.fixture
def turn(broker: Broker, database: Database[dict[str, Any]]) -> Iterator[Callable[..., None]]:
    """One turn of a relay, one batch of it."""
    publisher = ConfirmedPublisher(broker.amqp_uri, required_types=TYPES)

    def one_turn(outbox: Outbox | None = None) -> None:
        lease = Lease(database, name="outbox", owner="test", seconds=30)
        relay = Relay(
            outbox=outbox or Outbox(database),
            publisher=publisher,
            lease=lease,
            clock=utc_now,
            tick=lambda: relay.stop.set(),
        )
        relay.wake.set()
        relay.run()

    yield one_turn
    publisher.close()


def an_envelope(subject: str, sequence: int, type_: str) -> Envelope:
    return Envelope(
        id=new_id(),
        source="recorder",
        type=type_,
        subject=subject,
        time=utc_now(),
        sequence=sequence,
        coalition="eccar",
        correlationid=new_id(),
        data={},
    )


def add(database: Database[dict[str, Any]], *envelopes: Envelope) -> None:
    outbox = Outbox(database)
    with database.client.start_session() as session:
        for envelope in envelopes:
            outbox.add(envelope, session=session)


def test_what_reaches_no_queue_is_parked_and_other_aggregates_go_on(
    bus: Bus, turn: Callable[..., None], database: Database[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    bus.bind(ADMITTED)
    first = an_envelope("graz", 1, APPLIED)
    add(database, first, an_envelope("graz", 2, ADMITTED), an_envelope("wien", 1, ADMITTED))
    turn()
    assert bus.received() == [("wien", 1)]
    (alarm,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "declare the topology" in alarm.getMessage()
    assert (alarm.__dict__["type"], alarm.__dict__["message_ids"]) == (APPLIED, [first.id])
    add(database, an_envelope("graz", 3, ADMITTED), an_envelope("wien", 2, ADMITTED))
    turn()
    assert bus.received() == [("wien", 2)]
    row = database["outbox"].find_one({"_id": first.id})
    assert row is not None
    assert (row["published_at"], row["parked_reason"]) == (None, f"no queue is bound for {APPLIED}")
    assert row["retry_at"] - row["parked_at"] == timedelta(minutes=1)


def test_a_retry_brings_the_parked_row_and_what_waited_behind_it(
    bus: Bus, turn: Callable[..., None], admin: Admin, database: Database[dict[str, Any]]
) -> None:
    first = an_envelope("graz", 1, APPLIED)
    add(database, first, an_envelope("graz", 2, ADMITTED), an_envelope("graz", 3, APPLIED))
    turn()
    bus.bind(*TYPES)
    turn()
    assert bus.received() == []
    done = admin.document("outbox", "retry")
    assert [row["id"] for row in done["retried"]] == [first.id]
    turn()
    assert bus.received() == [("graz", 1), ("graz", 2), ("graz", 3)]
    assert admin.done("outbox", "retry").out == "Nothing is parked.\n"
    row = database["outbox"].find_one({"_id": first.id})
    assert row is not None
    assert not {"parked_at", "parked_reason", "retry_at"} & set(row)


def test_a_parked_row_is_tried_again_by_itself_but_not_at_once(
    bus: Bus, turn: Callable[..., None], database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "RETRY_PARKED_SECONDS", 1)
    add(database, an_envelope("graz", 1, APPLIED))

    def parked_at() -> datetime:
        row = database["outbox"].find_one({})
        assert row is not None
        at: datetime = row["parked_at"]
        return at

    turn()
    first = parked_at()
    assert Outbox(database).pending(10) == []
    eventually(lambda: Outbox(database).pending(10), seconds=3)
    turn()
    assert parked_at() == first
    assert Outbox(database).pending(10) == []
    bus.bind(APPLIED)
    eventually(lambda: Outbox(database).pending(10), seconds=3)
    turn()
    assert bus.received() == [("graz", 1)]


def test_what_another_relay_has_published_is_not_parked(
    bus: Bus, turn: Callable[..., None], database: Database[dict[str, Any]]
) -> None:
    bus.bind(APPLIED)
    envelope = an_envelope("graz", 1, APPLIED)
    add(database, envelope)
    turn()
    Outbox(database).park([envelope.id], "no queue is bound")
    assert status_of(database).parked == 0
    add(database, an_envelope("graz", 2, APPLIED))
    assert [each.sequence for each in Outbox(database).pending(10)] == [2]


class Crashing(Outbox):
    """Loses the database between publishing and marking, every other time or so."""

    def __init__(self, database: Database[dict[str, Any]], chance: random.Random) -> None:
        super().__init__(database)
        self._chance = chance

    def mark_published(self, ids: Sequence[str], at: datetime) -> None:
        self._crash_perhaps()
        super().mark_published(ids, at)

    def park(self, ids: Sequence[str], reason: str) -> None:
        self._crash_perhaps()
        super().park(ids, reason)

    def _crash_perhaps(self) -> None:
        if self._chance.random() < 0.4:
            raise AutoReconnect("the primary is gone")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_per_aggregate_stays_whatever_happens(
    bus: Bus, turn: Callable[..., None], database: Database[dict[str, Any]], seed: int
) -> None:
    """Bindings come and go, the database is lost between publish and mark, parked rows are tried again at any time:
    each aggregate's messages arrive all, first in their order (again, perhaps, as always at least once)."""
    chance = random.Random(seed)
    written = dict.fromkeys(("graz", "wien", "linz", "bern", "genève"), 0)
    outbox = Crashing(database, chance)
    received: list[tuple[str, int]] = []
    for _ in range(40):
        for subject in chance.choices(list(written), k=chance.randrange(6)):
            written[subject] += 1
            add(database, an_envelope(subject, written[subject], chance.choice(TYPES)))
        chance.choice((bus.bind, bus.unbind))(chance.choice(TYPES))
        if chance.random() < 0.5:
            outbox.retry([row["_id"] for row in database["outbox"].find({})])
        turn(outbox)
        received += bus.received()
    bus.bind(*TYPES)
    for _ in range(5):
        Outbox(database).retry([row["_id"] for row in database["outbox"].find({})])
        turn()
        received += bus.received()
    assert status_of(database).pending == 0
    for subject, count in written.items():
        arrived = [sequence for each, sequence in received if each == subject]
        assert list(dict.fromkeys(arrived)) == list(range(1, count + 1)), subject


def test_the_status_counts_what_waits(
    bus: Bus, turn: Callable[..., None], admin: Admin, database: Database[dict[str, Any]]
) -> None:
    bus.bind(ADMITTED)
    add(database, an_envelope("wien", 1, ADMITTED))
    turn()
    database["outbox"].update_many({}, {"$set": {"published_at": utc_now() - timedelta(minutes=61)}})
    add(database, an_envelope("wien", 2, ADMITTED), an_envelope("graz", 1, APPLIED), an_envelope("graz", 2, ADMITTED))
    turn()
    status = admin.document("outbox", "status")["services"]["recorder"]
    assert 0 <= status.pop("oldest_age_seconds") < 30
    assert status.pop("lease_expires_at") > utc_now().isoformat()
    assert status == {"pending": 2, "published_last_hour": 1, "parked": 1, "lease_owner": None}
    assert " none " in admin.done("outbox", "status", "--service", "recorder").out


def test_the_status_names_the_relay_that_works(
    declared: None, relay: Process, admin: Admin, database: Database[dict[str, Any]]
) -> None:
    def owner() -> Any:
        return admin.document("outbox", "status")["services"]["recorder"]["lease_owner"]

    assert eventually(owner).endswith(f"-{relay._process.pid}")
    relay.kill()
    eventually(lambda: owner() is None, seconds=6)


def test_an_outbox_never_used_is_empty(admin: Admin) -> None:
    assert admin.document("outbox", "status")["services"]["recorder"] == {
        "pending": 0,
        "oldest_age_seconds": None,
        "published_last_hour": 0,
        "parked": 0,
        "lease_owner": None,
        "lease_expires_at": None,
    }


def test_a_dry_retry_changes_nothing_and_an_unknown_id_is_refused(
    bus: Bus, turn: Callable[..., None], admin: Admin, database: Database[dict[str, Any]]
) -> None:
    graz, wien = an_envelope("graz", 1, APPLIED), an_envelope("wien", 1, APPLIED)
    add(database, graz, wien)
    turn()
    dry = admin.document("outbox", "retry", "--dry-run")
    assert sorted(row["id"] for row in dry["retried"]) == sorted([graz.id, wien.id])
    refused = admin.run("outbox", "retry", "--id", graz.id, "--id", "no-such-id")
    assert (refused.status, refused.err) == (1, "chassis: Not parked: no-such-id. Nothing was tried again.\n")
    assert Outbox(database).pending(10) == []
    admin.done("outbox", "retry", "--id", graz.id, "--service", "recorder")
    assert [envelope.id for envelope in Outbox(database).pending(10)] == [graz.id]
    assert admin.run("outbox", "retry", "--service", "archive").status == 2


def test_the_alarm_of_a_running_relay(
    broker: Broker, admin: Admin, environment: ServiceEnvironment, database: Database[dict[str, Any]]
) -> None:
    declare(broker.amqp_uri, [])
    add(database, an_envelope("graz", 1, "recorder.thing_recorded.v1"))
    process = Process([*MODULE, "relay"], environment)
    try:
        process.wait_until_ready()
        eventually(lambda: '"level": "ERROR"' in process.log())
    finally:
        process.close()
    assert admin.document("outbox", "status")["services"]["recorder"]["parked"] == 1


def test_no_query_of_the_relay_or_of_the_status_reads_the_whole_log(database: Database[dict[str, Any]]) -> None:
    outbox = database["outbox"]
    queries = {
        "pending": outbox.find({"published_at": None, "subject": {"$nin": ["graz"]}}).sort("created", 1),
        "published": outbox.find({"published_at": {"$gt": utc_now() - timedelta(hours=1)}}),
        "parked": outbox.find(outbox_module.PARKED),
    }
    for index, query in queries.items():
        assert f"'indexName': '{index}'" in str(query.explain()["queryPlanner"]["winningPlan"]), index
