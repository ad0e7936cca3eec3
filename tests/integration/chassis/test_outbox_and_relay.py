"""The outbox as the relay reads it, and the lease: several relays, one that works."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.kernel.clock import utc_now
from services.chassis.messaging.relay_publisher import BrokerAway, ConfirmedPublisher, Outcome
from services.chassis.persistence.lease import Lease
from services.chassis.persistence.outbox import Outbox
from services.chassis.persistence.unit_of_work import UnitOfWork, Work
from services.chassis.protocol.envelope import Envelope
from tests.support.admin import Admin
from tests.support.bus import BusClient
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually, free_port
from tests.support.recorder.definition import SUBSCRIPTION, THING_RECORDED, ThingRecorded, publishing

from .conftest import MODULE, tally_of


def an_envelope(name: str) -> Envelope:
    return publishing(ThingRecorded(name), time=datetime.now(UTC))


def add(database: Database[dict[str, Any]], *names: str) -> None:
    outbox = Outbox(database)
    with database.client.start_session() as session:
        for name in names:
            outbox.add(an_envelope(name), session=session)


def pending(database: Database[dict[str, Any]]) -> list[str]:
    return [envelope.data["name"] for envelope in Outbox(database).pending(100)]


def test_a_transaction_that_commits_late_is_not_skipped(database: Database[dict[str, Any]]) -> None:
    """Fact 12: a cursor over time or ids passes over what was begun early and committed late."""
    outbox = Outbox(database)
    with database.client.start_session() as early:
        early.start_transaction()
        outbox.add(an_envelope("begun first"), session=early)
        add(database, "committed first")
        assert pending(database) == ["committed first"]
        outbox.mark_published([envelope.id for envelope in outbox.pending(10)], utc_now())
        early.commit_transaction()
    assert pending(database) == ["begun first"]


def test_the_order_is_the_servers(database: Database[dict[str, Any]]) -> None:
    names = [f"{number:03}" for number in range(60)]
    add(database, *names)
    assert pending(database) == names


def test_a_published_row_stays_as_the_log(database: Database[dict[str, Any]]) -> None:
    add(database, "a")
    outbox = Outbox(database)
    outbox.mark_published([envelope.id for envelope in outbox.pending(10)], utc_now())
    assert pending(database) == []
    assert database["outbox"].count_documents({"data.name": "a"}) == 1


def test_a_use_case_that_raises_leaves_nothing(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> None:
    unit_of_work = UnitOfWork(mongo, f"{database_prefix}recorder", clock=utc_now, publishing=publishing)

    def fail(work: Work, name: str) -> None:
        work.collection("things").insert_one({"name": name}, session=work.session)
        work.publish(ThingRecorded(name))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        unit_of_work.write(fail, "a")
    database = mongo[f"{database_prefix}recorder"]
    assert (database["things"].count_documents({}), database["outbox"].count_documents({})) == (0, 0)


def test_a_query_cannot_publish(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> None:
    unit_of_work = UnitOfWork(mongo, f"{database_prefix}recorder", clock=utc_now, publishing=publishing)
    with pytest.raises(RuntimeError, match="no transaction"):
        unit_of_work.read(lambda work, name: work.publish(ThingRecorded(name)), "a")


def test_a_lease_has_one_owner_at_a_time(database: Database[dict[str, Any]]) -> None:
    first = Lease(database, name="outbox", owner="first", seconds=0.4)
    second = Lease(database, name="outbox", owner="second", seconds=0.4)
    assert (first.hold(), second.hold(), first.hold()) == (True, False, True)
    time.sleep(0.5)
    assert (second.hold(), first.hold()) == (True, False)
    second.release()
    assert first.hold()
    row = database["leases"].find_one({"_id": "outbox"})
    assert row is not None
    assert (row["owner"], row["epoch"]) == ("first", 3)


def test_many_claims_at_once_make_one_owner(database: Database[dict[str, Any]]) -> None:
    held = []

    def claim(owner: int) -> None:
        if Lease(database, name="outbox", owner=str(owner), seconds=30).hold():
            held.append(owner)

    threads = [threading.Thread(target=claim, args=(owner,)) for owner in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held) == 1


def test_a_message_that_reaches_no_queue_is_not_counted_as_published(broker: Broker) -> None:
    """Fact 6: without a bound queue the broker drops a message; the relay keeps it until the topology is declared."""
    from services.chassis.messaging.declaration import declare

    declare(broker.amqp_uri, [])
    publisher = ConfirmedPublisher(broker.amqp_uri, required_types=SUBSCRIPTION.types)
    batch = [an_envelope("a"), an_envelope("b")]
    assert publisher.publish(batch) == Outcome(published=[], unroutable=batch)
    indifferent = ConfirmedPublisher(broker.amqp_uri, required_types=())
    assert indifferent.publish(batch) == Outcome(published=[envelope.id for envelope in batch], unroutable=[])
    publisher.close()
    indifferent.close()


def test_a_broker_that_is_away_publishes_nothing() -> None:
    publisher = ConfirmedPublisher(f"amqp://guest:guest@127.0.0.1:{free_port()}/", required_types=())
    with pytest.raises(BrokerAway):
        publisher.publish([an_envelope("a")])


def test_the_outbox_is_kept_until_the_topology_is_declared(
    environment: ServiceEnvironment, database: Database[dict[str, Any]], broker: Broker
) -> None:
    """Fact 6, from end to end: the relay may start first."""
    from services.chassis.messaging.declaration import declare, topology_of

    declare(broker.amqp_uri, [])
    add(database, "early")
    relay = Process([*MODULE, "relay"], environment)
    try:
        relay.wait_until_ready()
        eventually(lambda: "declare the topology" in relay.log())
        assert database["outbox"].count_documents({"data.name": "early", "published_at": None}) == 1
        declare(broker.amqp_uri, topology_of([SUBSCRIPTION], (0.1,)))
        Admin(environment).done("outbox", "retry")
        eventually(lambda: broker.messages(SUBSCRIPTION.queue))
        eventually(lambda: database["outbox"].count_documents({"published_at": None}) == 0)
    finally:
        relay.close()


def test_another_relay_takes_over(
    recorder: Process, client: BusClient, environment: ServiceEnvironment, database: Database[dict[str, Any]]
) -> None:
    """Two relays, the working one killed: what is committed afterwards still arrives, once."""
    relays = [Process([*MODULE, "relay"], environment) for _ in range(2)]
    try:
        for relay in relays:
            relay.wait_until_ready()
        client.call("recorder", "record", {"name": "before"})
        eventually(lambda: tally_of(database, "before") == 1)
        relays[0].kill()
        client.call("recorder", "record", {"name": "after"})
        eventually(lambda: tally_of(database, "after") == 1, seconds=15)
        assert tally_of(database, "before") == 1
    finally:
        for relay in relays:
            relay.close()


def test_the_relay_stops_when_told_and_gives_the_lease_back(relay: Process, database: Database[dict[str, Any]]) -> None:
    def owner() -> Any:
        row = database["leases"].find_one({"_id": "outbox"})
        return row and row["owner"]

    eventually(owner)
    assert relay.terminate() == 0
    assert owner() is None


def test_the_message_type_of_the_recorder_is_what_the_tests_publish() -> None:
    assert an_envelope("a").type == THING_RECORDED
