"""Sealing: every entry gets one place in its coalition's chain, whoever seals, dies or comes late."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.persistence import indexes
from services.chassis.persistence.audit.chain import Head
from services.chassis.persistence.audit.entries import Origin
from services.chassis.persistence.audit.heads import Heads
from services.chassis.persistence.audit.log import AuditLog
from services.chassis.persistence.audit.sealer import BATCH, Sealer, start_sealing
from services.chassis.persistence.audit.verification import Verification
from services.chassis.persistence.unit_of_work import Work
from tests.support.infrastructure import Infrastructure
from tests.support.processes import Process, eventually

from .things import RULES, Thing, Things, change_things

_DIES: Final = """
import os, signal, sys
from pymongo import MongoClient, monitoring
from services.chassis.persistence.audit.sealer import Sealer

uri, database, command, collection, moment = sys.argv[1:]

class Death(monitoring.CommandListener):
    def meet(self, event, at):
        about = event.command.get(command) if at == "started" else None
        if event.command_name == command and at == moment and (at != "started" or about in (collection, 1)):
            os.kill(os.getpid(), signal.SIGKILL)
    def started(self, event): self.meet(event, "started")
    def succeeded(self, event): self.meet(event, "succeeded")
    def failed(self, event): pass

client = MongoClient(uri, event_listeners=[Death()], tz_aware=True)
Sealer(client[database]).seal()
"""


@pytest.fixture
def things(mongo: MongoClient[dict[str, Any]], database_prefix: str) -> Things:
    things = Things(mongo, f"{database_prefix}things", policy=None)
    indexes.create(things.database, {})
    return things


@pytest.fixture
def sealer(things: Things) -> Sealer:
    return Sealer(things.database)


def chain(database: Database[dict[str, Any]], coalition: str | None = "eccar") -> list[tuple[int, str]]:
    """Number and first thing of each sealed entry of a chain."""
    rows = database["audit"].find({"coalition": coalition, "seal.number": {"$gt": 0}}).sort("seal.number")
    return [(row["seal"]["number"], row["aggregates"][0]) for row in rows]


def unsealed(database: Database[dict[str, Any]]) -> int:
    return database["audit"].count_documents({"seal": None})


def assert_sound(database: Database[dict[str, Any]], entries: int) -> None:
    """Every one of `entries` is sealed, once, and each chain leads from its beginning to its head."""
    verification = Verification(database)
    found = [verification.of(coalition) for coalition in verification.coalitions()]
    assert [each for each in found if not each.is_sound] == []
    assert (sum(each.head.number for each in found), unsealed(database)) == (entries, 0)


def test_each_coalition_has_a_chain_in_the_order_of_writing(things: Things, sealer: Sealer) -> None:
    for id in ("a", "b", "c"):
        things.put(id, n=1)
        things.put(f"{id}-lac", coalition="lac", n=1)
    things.put("k", coalition=None, n=1)
    assert sealer.seal() == 7
    assert chain(things.database) == [(1, "a"), (2, "b"), (3, "c")]
    assert chain(things.database, "lac") == [(1, "a-lac"), (2, "b-lac"), (3, "c-lac")]
    assert chain(things.database, None) == [(1, "k")]
    assert_sound(things.database, 7)


def test_a_coalition_that_is_called_network_is_not_the_network(things: Things, sealer: Sealer) -> None:
    for coalition in ("network", None, "None"):
        things.put(f"a-{coalition}", coalition=coalition, n=1)
    sealer.seal()
    assert [coalition for coalition, _ in Heads(things.database).all()] == [None, "None", "network"]
    assert_sound(things.database, 3)


def test_a_chain_goes_on_where_it_ended(things: Things, sealer: Sealer) -> None:
    things.put("a", n=1)
    assert [sealer.seal(), sealer.seal()] == [1, 0]
    things.put("b", n=1)
    assert sealer.seal() == 1
    assert chain(things.database) == [(1, "a"), (2, "b")]
    assert_sound(things.database, 2)


def test_more_than_a_batch_takes_several_turns(things: Things, sealer: Sealer) -> None:
    for turn in range(3):
        things.change(*(Thing(id=f"t{number}", coalition=f"c{number}", fields={"n": turn}) for number in range(150)))
    assert [sealer.seal() for _ in range(4)] == [BATCH, BATCH, 450 - 2 * BATCH, 0]
    assert_sound(things.database, 450)


def test_a_transaction_that_commits_late_is_sealed_when_it_is_there(things: Things, sealer: Sealer) -> None:
    def begin_first(work: Work, _: None) -> None:
        assert work.session is not None
        change_things(work, [Thing(id="begun first", fields={"n": 1})])
        AuditLog(things.database, RULES).add_changes(
            work.changes, origin=Origin.call("late"), at=work.now, session=work.session
        )
        work.changes.clear()
        things.put("committed first", n=1)
        assert sealer.seal() == 1

    things.put("so that the collection exists", coalition="lac", n=1)
    sealer.seal()
    things.unit_of_work.write(begin_first, None)
    assert sealer.seal() == 1
    assert chain(things.database) == [(1, "committed first"), (2, "begun first")]
    assert_sound(things.database, 3)


def test_sealers_that_meet_seal_every_entry_once(things: Things) -> None:
    """Four at a time, without a lease, while others write."""
    stop = threading.Event()

    def go_on(work: Callable[[], object]) -> None:
        while not stop.is_set():
            work()

    def write(name: str) -> None:
        for number in range(40):
            things.put(f"{name}-{number}", coalition=("eccar", "lac")[number % 2], n=1)

    sealers = [threading.Thread(target=go_on, args=(Sealer(things.database).seal,)) for _ in range(4)]
    writers = [threading.Thread(target=write, args=(name,)) for name in ("x", "y")]
    for thread in sealers + writers:
        thread.start()
    for writer in writers:
        writer.join()
    eventually(lambda: unsealed(things.database) == 0, seconds=30)
    stop.set()
    for thread in sealers:
        thread.join()
    assert_sound(things.database, 80)


@pytest.mark.parametrize(
    ("command", "collection", "moment"),
    [
        ("update", "audit", "started"),
        ("update", "audit_heads", "started"),
        ("commitTransaction", "", "started"),
        ("commitTransaction", "", "succeeded"),
    ],
)
def test_a_sealer_that_is_killed_between_two_writes_leaves_a_sound_chain(
    infrastructure: Infrastructure, things: Things, sealer: Sealer, command: str, collection: str, moment: str
) -> None:
    things.put("before", n=1)
    sealer.seal()
    for id in ("a", "b"):
        things.put(id, n=1)
        things.put(f"{id}-lac", coalition="lac", n=1)
    arguments = [infrastructure.mongodb_uri, things.database.name, command, collection, moment]
    killed = subprocess.run([sys.executable, "-c", _DIES, *arguments], check=False, timeout=60)
    assert killed.returncode == -9
    committed = (command, moment) == ("commitTransaction", "succeeded")
    assert unsealed(things.database) == (0 if committed else 4)
    eventually(lambda: sealer.seal() or unsealed(things.database) == 0)
    assert chain(things.database) == [(1, "before"), (2, "a"), (3, "b")]
    assert_sound(things.database, 5)


def test_one_of_several_threads_seals_and_another_takes_over(things: Things) -> None:
    stops = [threading.Event() for _ in range(2)]
    threads = [start_sealing(things.database, owner=f"relay-{number}", stop=stop) for number, stop in enumerate(stops)]
    try:
        things.put("a", n=1)
        eventually(lambda: unsealed(things.database) == 0)
        held = things.database["leases"].find_one({"_id": "audit"})
        assert held is not None
        # Told to stop, it gives its lease back: the other one need not wait until it is over.
        stops[int(held["owner"][-1])].set()
        threads[int(held["owner"][-1])].join()
        things.put("b", n=1)
        eventually(lambda: unsealed(things.database) == 0, seconds=4)
        assert_sound(things.database, 2)
    finally:
        for stop, thread in zip(stops, threads, strict=True):
            stop.set()
            thread.join()


def test_a_failed_turn_is_told_and_the_next_one_goes_on(things: Things, caplog: pytest.LogCaptureFixture) -> None:
    things.put("a", n=1)
    things.database.command("collMod", "audit", validator={"seal": None})
    stop = threading.Event()
    thread = start_sealing(things.database, owner="relay", stop=stop)
    try:
        eventually(lambda: [record for record in caplog.records if "sealer failed" in record.message])
        assert (unsealed(things.database), Heads(things.database).of("eccar")) == (1, Head())
        things.database.command("collMod", "audit", validator={})
        eventually(lambda: unsealed(things.database) == 0)
    finally:
        stop.set()
        thread.join()
    assert_sound(things.database, 1)


def test_relays_seal_and_survive_each_others_death(relay: Process, database: Database[dict[str, Any]]) -> None:
    """Real processes: one of two is killed again and again while entries are written."""
    things = Things(database.client, database.name, policy=None)
    other = relay.replica()
    try:
        other.wait_until_ready()
        for round, process in enumerate((relay, other, relay)):
            for number in range(60):
                things.put(f"{round}-{number}", coalition=("eccar", "lac", None)[number % 3], name=f"{round}-{number}")
                if number == 30:
                    process.kill()
            process.restart().wait_until_ready()
        eventually(lambda: unsealed(database) == 0, seconds=20)
    finally:
        other.close()
    assert_sound(database, 180)
