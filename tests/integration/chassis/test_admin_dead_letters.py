"""`chassis admin dead-letters` on a real broker: nothing is lost, nothing changes its place, nothing goes elsewhere."""

import json
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import amqp
import kombu
import pytest
from pymongo.database import Database

from services.chassis.messaging import dead_letters
from services.chassis.messaging.connection import BrokerUnreachable, connected
from services.chassis.messaging.dead_letters import opened
from services.chassis.protocol import topology
from services.chassis.protocol.envelope import to_amqp
from tests.support.admin import Admin
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually
from tests.support.recorder.definition import SUBSCRIPTION, THING_RECORDED, ThingRecorded, publishing

from .conftest import tally_of

QUEUE = SUBSCRIPTION.queue
DEAD = f"{QUEUE}.dead"


@pytest.fixture
def admin(environment: ServiceEnvironment, declared: None) -> Admin:
    return Admin(environment)


@contextmanager
def channel_to(broker: Broker) -> Iterator[Any]:
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        channel.confirm_select()
        yield channel


def put(
    broker: Broker,
    *names: str,
    queue: str = DEAD,
    code: str = "NOT_YET",
    dead_for: timedelta = timedelta(minutes=1),
    **properties: Any,
) -> None:
    """Put letters about `names` into the dead-letter queue, as a subscriber does; the name is the id."""
    failed_at = (datetime.now(UTC) - dead_for).isoformat(timespec="milliseconds")
    with channel_to(broker) as channel:
        for name in names:
            encoded = to_amqp(publishing(ThingRecorded(name), time=datetime.now(UTC)))
            marks = {
                dead_letters.ATTEMPTS: "4",
                dead_letters.FIRST_FAILED_AT: failed_at,
                dead_letters.LAST_FAILED_AT: failed_at,
                dead_letters.ERROR_CODE: code,
                dead_letters.ERROR_TEXT: "no reason",
            }
            message = amqp.Message(
                encoded.body,
                application_headers={**encoded.headers, **marks},
                content_type="application/json",
                delivery_mode=2,
                **{"message_id": name, **properties},
            )
            channel.basic_publish_confirm(message, routing_key=queue)


def ready(broker: Broker, queue: str) -> int:
    """Messages that the queue would hand out now."""
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        return int(channel.queue_declare(queue, passive=True).message_count)


def take_all(broker: Broker, queue: str) -> list[Any]:
    """Empty `queue`, and give its messages in their order."""
    taken = []
    with kombu.Connection(broker.amqp_uri) as connection, connection.channel() as channel:
        while (message := channel.basic_get(queue)) is not None:
            taken.append(message)
            channel.basic_ack(message.delivery_tag)
    return taken


def ids_of(messages: list[Any]) -> list[str]:
    return [message.properties["message_id"] for message in messages]


def foreign_headers(message: Any) -> set[str]:
    # The broker itself adds its count of deliveries to what a quorum queue hands out.
    return {name for name in message.headers if not name.startswith("ce-")} - {"x-delivery-count"}


def listed(admin: Admin, *filters: str) -> list[str]:
    return [letter["id"] for letter in admin.document("dead-letters", "list", *filters)["dead_letters"]]


def test_a_letter_tells_its_whole_story(
    recorder: Process, admin: Admin, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    """What the real subscriber writes and what the command reads are the same marks."""
    database["faults"].insert_one({"_id": "a", "failures": ["retryable"] * 10})
    envelope = publishing(ThingRecorded("a"), time=datetime.now(UTC))
    encoded = to_amqp(envelope)
    properties = {"headers": encoded.headers, "content_type": "application/json", "message_id": envelope.id}
    broker.publish(exchange="messages", routing_key=THING_RECORDED, body=encoded.body.decode(), properties=properties)
    eventually(lambda: ready(broker, DEAD))
    (letter,) = admin.document("dead-letters", "list")["dead_letters"]
    assert letter.pop("first_failed_at") < letter.pop("last_failed_at")
    assert 0 <= letter.pop("age_seconds") < 30
    assert letter == {
        "queue": DEAD,
        "id": envelope.id,
        "type": THING_RECORDED,
        "coalition": "eccar",
        "error_code": "NOT_YET",
        "error_text": "not yet",
        "attempts": 4,
        "correlation_id": envelope.correlationid,
    }
    shown = admin.done("dead-letters", "show", envelope.id).out
    assert all(each in shown for each in (envelope.id, "NOT_YET", "not yet", "x-attempts", '"name": "a"'))


def test_a_message_without_an_id_is_given_one_with_its_first_failure(
    recorder: Process, admin: Admin, broker: Broker
) -> None:
    broker.publish(exchange="messages", routing_key=THING_RECORDED, body="\x00{not json")
    eventually(lambda: ready(broker, DEAD))
    (letter,) = admin.document("dead-letters", "list")["dead_letters"]
    assert letter["error_code"] == "MALFORMED_MESSAGE"
    assert letter["type"] is None
    shown = admin.done("dead-letters", "show", letter["id"]).out
    assert "000000  00 7b 6e 6f 74 20 6a 73 6f 6e                    .{not json" in shown
    assert ids_of(take_all(broker, DEAD)) == [letter["id"]]


def test_what_the_broker_gave_up_on_says_so(admin: Admin, broker: Broker) -> None:
    """A message that kills its process is never put aside by a subscriber."""
    put(broker, "deadly", queue=QUEUE)
    with channel_to(broker) as channel:
        for _ in range(topology.DELIVERY_LIMIT + 1):
            message = eventually(lambda: channel.basic_get(QUEUE))
            channel.basic_reject(message.delivery_tag, requeue=True)
    eventually(lambda: ready(broker, DEAD))
    (letter,) = admin.document("dead-letters", "list", "--error", "DELIVERY_LIMIT")["dead_letters"]
    assert (letter["id"], letter["error_code"]) == ("deadly", "DELIVERY_LIMIT")
    assert 0 <= letter["age_seconds"] < 30
    admin.done("dead-letters", "replay", "--all")
    (replayed,) = take_all(broker, QUEUE)
    assert foreign_headers(replayed) == set()


def test_looking_leaves_every_letter_in_its_place(admin: Admin, broker: Broker) -> None:
    names = [f"{number:03}" for number in range(60)]
    put(broker, *names)
    assert listed(admin) == names
    assert listed(admin, "--id", "007") == ["007"]
    assert admin.run("dead-letters", "show", "no-such-id").status == 1
    assert listed(admin) == names
    assert ids_of(take_all(broker, DEAD)) == names


def test_a_look_that_is_killed_loses_nothing(admin: Admin, broker: Broker) -> None:
    names = [f"{number:03}" for number in range(60)]
    put(broker, *names)
    holding = run_on_queue(
        broker,
        """
        for number, letter in enumerate(queue):
            if number == 30:
                print("in the middle", flush=True)
                time.sleep(60)
        """,
    )
    try:
        assert holding.stdout is not None
        assert holding.stdout.readline() == "in the middle\n"
        assert ready(broker, DEAD) == 0
    finally:
        holding.kill()
        holding.communicate()
    assert listed(admin) == names


def run_on_queue(broker: Broker, code: str) -> "subprocess.Popen[str]":
    """A process that has hold of the dead letters as `queue` and runs `code`."""
    script = f"""
import os, signal, sys, time
from services.chassis.messaging.connection import connected
from services.chassis.messaging.dead_letters import opened
from tests.support.recorder.definition import SUBSCRIPTION
with connected(sys.argv[1]) as connection, opened(connection, SUBSCRIPTION) as queue:
{textwrap.indent(textwrap.dedent(code), "    ")}
"""
    return subprocess.Popen([sys.executable, "-c", script, broker.amqp_uri], stdout=subprocess.PIPE, text=True)


def test_the_filters(admin: Admin, broker: Broker) -> None:
    put(broker, "old", dead_for=timedelta(hours=3), code="A")
    put(broker, "new", dead_for=timedelta(minutes=5), code="B")
    assert listed(admin, "--older-than", "2h") == ["old"]
    assert listed(admin, "--newer-than", "2h") == ["new"]
    assert listed(admin, "--newer-than", "4h", "--older-than", "4m") == ["old", "new"]
    assert listed(admin, "--error", "A", "--error", "B") == ["old", "new"]
    assert listed(admin, "--error", "A", "--id", "new") == []
    assert listed(admin, "--queue", QUEUE, "--type", THING_RECORDED, "--coalition", "eccar") == ["old", "new"]
    assert listed(admin, "--queue", DEAD, "--type", "recorder.thing_lost.v1") == []
    assert listed(admin, "--coalition", "apcar") == []


def test_a_replay_has_the_effect_once(
    recorder: Process, admin: Admin, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    put(broker, "a", "b")
    put(broker, "c", code="OTHER")
    done = admin.document("dead-letters", "replay", "--error", "NOT_YET")
    assert [letter["id"] for letter in done["replayed"]] == ["a", "b"]
    eventually(lambda: [tally_of(database, name) for name in "abc"] == [1, 1, 0])
    assert ids_of(take_all(broker, DEAD)) == ["c"]


def test_a_replay_that_fails_again_ends_where_it_was_and_is_done_once(
    recorder: Process, admin: Admin, broker: Broker, database: Database[dict[str, Any]]
) -> None:
    database["faults"].insert_one({"_id": "a", "failures": ["terminal"] * 5})
    put(broker, "a", "b")
    assert len(admin.document("dead-letters", "replay", "--all")["replayed"]) == 2
    eventually(lambda: tally_of(database, "b") == 1 and ready(broker, DEAD) == 1)
    (letter,) = admin.document("dead-letters", "list")["dead_letters"]
    assert (letter["id"], letter["error_code"], letter["attempts"]) == ("a", "ALREADY_RECORDED", 1)


def test_more_letters_than_a_prefetch_can_count(admin: Admin, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "_LARGEST_PREFETCH", 10)
    names = [f"{number:03}" for number in range(60)]
    put(broker, *names)
    assert listed(admin) == names
    assert listed(admin) == names


def test_a_replay_goes_to_the_queue_that_failed_and_carries_no_marks(admin: Admin, broker: Broker) -> None:
    with channel_to(broker) as channel:
        channel.queue_declare("other", durable=True, auto_delete=False)
        channel.queue_bind("other", topology.MESSAGES.name, THING_RECORDED)
    put(broker, "a", "b", "c")
    admin.done("dead-letters", "replay", "--id", "b")
    (replayed,) = take_all(broker, QUEUE)
    assert replayed.properties["message_id"] == "b"
    assert replayed.properties["delivery_mode"] == 2
    assert json.loads(replayed.body) == {"name": "b"}
    assert foreign_headers(replayed) == set()
    assert take_all(broker, "other") == []
    assert ids_of(take_all(broker, DEAD)) == ["a", "c"]


def test_a_replay_that_is_killed_loses_nothing(admin: Admin, broker: Broker) -> None:
    """kill -9 in the middle of a long replay: what is not in its queue is still a dead letter."""
    names = [f"{number:04}" for number in range(1500)]
    put(broker, *names)
    replaying = admin.start("dead-letters", "replay", "--all")
    try:
        eventually(lambda: ready(broker, QUEUE) > 20, seconds=30)
    finally:
        replaying.kill()
        replaying.communicate()
    eventually(lambda: ready(broker, DEAD) + ready(broker, QUEUE) >= 1500)
    replayed, left = ids_of(take_all(broker, QUEUE)), ids_of(take_all(broker, DEAD))
    assert 20 < len(replayed) < 1500
    assert sorted(set(replayed + left)) == names
    assert left == sorted(left)


def test_a_crash_between_confirm_and_ack_leaves_the_letter_in_both_places(admin: Admin, broker: Broker) -> None:
    put(broker, "a")
    crashing = run_on_queue(
        broker,
        """
        queue.discard = lambda letter: os.kill(os.getpid(), signal.SIGKILL)
        queue.replay(next(iter(queue)))
        """,
    )
    crashing.communicate(timeout=30)
    assert crashing.returncode == -signal.SIGKILL
    assert listed(admin) == ["a"]
    assert ids_of(take_all(broker, QUEUE)) == ["a"]


def test_a_replay_without_its_queue_leaves_the_letter(admin: Admin, broker: Broker) -> None:
    put(broker, "a", "b")
    with channel_to(broker) as channel:
        channel.queue_delete(QUEUE)
    ran = admin.run("dead-letters", "replay", "--all", "--json")
    assert (ran.status, ran.document["replayed"]) == (1, [])
    assert f"The queue {QUEUE} does not exist: run `chassis admin topology declare`." in ran.err
    assert listed(admin) == ["a", "b"]


def test_a_connection_cut_in_the_middle_is_one_sentence(admin: Admin, broker: Broker) -> None:
    put(broker, "a", "b")

    def replay_over_a_cut() -> None:
        with connected(broker.amqp_uri) as connection, opened(connection, SUBSCRIPTION) as queue:
            for letter in queue:
                connection.connection.transport.sock.shutdown(socket.SHUT_RDWR)
                queue.replay(letter)

    with pytest.raises(BrokerUnreachable, match=r"^The broker at 127\.0\.0\.1:\d+ cannot be used: .+\.$"):
        replay_over_a_cut()
    assert listed(admin) == ["a", "b"]


def test_a_dry_run_changes_nothing(admin: Admin, broker: Broker) -> None:
    put(broker, "a", "b")
    replay = admin.document("dead-letters", "replay", "--all", "--dry-run")
    assert (replay["dry_run"], [letter["id"] for letter in replay["replayed"]]) == (True, ["a", "b"])
    discard = admin.document("dead-letters", "discard", "--id", "b", "--dry-run")
    assert [letter["id"] for letter in discard["discarded"]] == ["b"]
    assert (listed(admin), ready(broker, QUEUE)) == (["a", "b"], 0)


@pytest.mark.parametrize("command", ["replay", "discard"])
def test_nothing_is_changed_by_accident(admin: Admin, broker: Broker, command: str) -> None:
    put(broker, "a")
    ran = admin.run("dead-letters", command)
    assert ran.status == 2
    assert "--all" in ran.err
    assert admin.run("dead-letters", command, "--id", "b", "--json", "--dry-run").status == 1
    assert listed(admin) == ["a"]


def test_what_is_discarded_leaves_a_trace(admin: Admin, broker: Broker) -> None:
    put(broker, "a", "b", "c")
    refused = admin.run("dead-letters", "discard", "--id", "a", "--id", "b", answer="n\n")
    assert (refused.status, refused.out) == (1, "")
    assert "Dead letters to delete: 2. Delete them?" in refused.err
    assert listed(admin) == ["a", "b", "c"]
    lines = admin.done("dead-letters", "discard", "--id", "a", "--id", "b", answer="y\n").out.splitlines()
    gone = [json.loads(line) for line in lines]
    assert [(letter["id"], letter["body"]) for letter in gone] == [("a", {"name": "a"}), ("b", {"name": "b"})]
    assert gone[0]["headers"]["ce-type"] == THING_RECORDED
    assert ids_of(take_all(broker, DEAD)) == ["c"]


def test_the_trace_goes_to_a_file(admin: Admin, broker: Broker, tmp_path: Path) -> None:
    put(broker, "a", "b")
    file = tmp_path / "gone.jsonl"
    assert admin.run("dead-letters", "discard", "--all", "--yes", "--json").status == 2
    assert listed(admin) == ["a", "b"]
    done = admin.document("dead-letters", "discard", "--id", "a", "--yes", "--output", str(file))
    assert [letter["id"] for letter in done["discarded"]] == ["a"]
    admin.done("dead-letters", "discard", "--id", "b", "--yes", "--output", str(file))
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == ["a", "b"]
    assert ready(broker, DEAD) == 0


def test_a_letter_whose_trace_cannot_be_written_stays(admin: Admin, broker: Broker, tmp_path: Path) -> None:
    put(broker, "a", "b")
    ran = admin.run("dead-letters", "discard", "--all", "--yes", "--output", str(tmp_path / "no" / "folder"))
    assert ran.status == 1
    assert (
        ran.err
        == f"chassis: Nothing more was deleted: {tmp_path}/no/folder cannot be written: No such file or directory.\n"
    )
    assert (
        "Nothing more was deleted"
        in admin.run("dead-letters", "discard", "--all", "--yes", "--output", "/dev/full").err
    )
    assert listed(admin) == ["a", "b"]


def test_two_at_once_do_not_hide_letters_from_each_other(admin: Admin, broker: Broker) -> None:
    put(broker, "a")
    with connected(broker.amqp_uri) as connection, opened(connection, SUBSCRIPTION) as queue:
        assert [letter.id for letter in queue_held(queue)] == ["a"]
        ran = admin.run("dead-letters", "list")
    assert ran.status == 1
    assert f"Somebody else is working on {DEAD} now" in ran.err
    assert listed(admin) == ["a"]


def test_a_part_is_never_given_as_the_whole(admin: Admin, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two commands at the very same moment: neither saw the other when it looked."""
    put(broker, "a", "b")
    monkeypatch.setattr(dead_letters, "_IDLE_SECONDS", 0.5)
    with connected(broker.amqp_uri) as connection, opened(connection, SUBSCRIPTION) as queue:
        assert len(queue_held(queue)) == 2
        monkeypatch.setattr(dead_letters, "_count_when_free", lambda *_: 2)
        ran = admin.run("dead-letters", "list")
    assert (ran.status, ran.out) == (1, "")
    assert f"{DEAD} had 2 letters and gave only 0" in ran.err


def queue_held(queue: Any) -> list[Any]:
    """The letters, with hold still on the queue."""
    letters = iter(queue)
    return [next(letters) for _ in range(queue.count)]


def test_an_unknown_queue_and_a_missing_one(admin: Admin, broker: Broker) -> None:
    unknown = admin.run("dead-letters", "list", "--queue", "recorder.sums")
    assert (unknown.status, unknown.out) == (2, "")
    assert f"'recorder.sums' is not known; there are {DEAD}." in unknown.err
    with channel_to(broker) as channel:
        channel.queue_delete(DEAD)
    missing = admin.run("dead-letters", "list")
    assert (missing.status, missing.out) == (1, "")
    assert missing.err == f"chassis: The queue {DEAD} does not exist: run `chassis admin topology declare`.\n"


def test_a_full_queue_refuses_a_replay(admin: Admin, broker: Broker) -> None:
    """`reject-publish`: the broker says no, and the letter stays dead."""
    with channel_to(broker) as channel:
        channel.queue_delete(QUEUE)
        arguments = {"x-queue-type": "quorum", "x-overflow": "reject-publish", "x-max-length": 1}
        channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=arguments)
    put(broker, *[str(number) for number in range(20)])
    ran = admin.run("dead-letters", "replay", "--all", "--json")
    assert ran.status == 1
    assert "takes no more messages now" in ran.document["trouble"]
    assert len(ran.document["replayed"]) + ready(broker, DEAD) == 20
