"""The event log as it is read on from a message that somebody has got: nothing is left out, whatever came late."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.message_log import RESUMABLE_MESSAGES, ListMessages, ResumePointUnknown
from services.chassis.persistence import message_log
from services.chassis.persistence.outbox import Outbox
from services.chassis.persistence.unit_of_work import UnitOfWork
from services.chassis.protocol.envelope import Envelope
from tests.support.recorder.definition import DEFINITION, THING_RECORDED, ThingRecorded, publishing

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Log:
    """Writes messages, publishes them as a relay does, and reads on."""

    def __init__(self, client: MongoClient[dict[str, Any]], database: Database[dict[str, Any]]) -> None:
        self.database = database
        self.outbox = Outbox(database)
        self._unit_of_work = UnitOfWork(
            client, database.name, clock=lambda: NOW, publishing=publishing, policy=DEFINITION.policy
        )

    def write(self, *names: str, at: datetime = NOW) -> None:
        with self.database.client.start_session() as session:
            for name in names:
                self.outbox.add(an_envelope(name, at=at), session=session)

    def publish(self, *names: str, at: datetime) -> None:
        self.outbox.mark_published([id_of(name) for name in names], at)

    def read(self, **asked: Any) -> list[str]:
        request = ListMessages(types=(THING_RECORDED,), **asked)
        with context.use(CallContext(method="list_messages")):
            return [each.data["name"] for each in self._unit_of_work.read(message_log.list_messages, request)]


def id_of(name: str) -> str:
    return f"id of {name}"


def an_envelope(name: str, *, at: datetime) -> Envelope:
    made = publishing(ThingRecorded(name), time=at)
    fields = {field: getattr(made, field) for field in made.__slots__}
    return Envelope(**{**fields, "id": id_of(name)})


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


@pytest.fixture
def log(mongo: MongoClient[dict[str, Any]], database: Database[dict[str, Any]]) -> Log:
    return Log(mongo, database)


def test_what_was_published_after_a_message_is_told_in_that_order(log: Log) -> None:
    log.write("a", "b", "c", "d")
    log.publish("a", "b", at=seconds(-3))
    log.publish("d", at=seconds(-2))
    log.publish("c", at=seconds(-1))
    assert log.read(after=id_of("a")) == ["b", "d", "c"]
    assert log.read(after=id_of("d")) == ["c"]
    assert log.read(after=id_of("c")) == []


def test_a_message_that_was_written_first_and_published_last_is_not_left_out(log: Log) -> None:
    """Its transaction committed late, or it was parked: by its date it would have been told already."""
    with log.database.client.start_session() as late:
        late.start_transaction()
        log.outbox.add(an_envelope("written first", at=NOW), session=late)
        log.write("published first")
        log.publish("published first", at=seconds(-2))
        late.commit_transaction()
    assert log.read(after=id_of("published first")) == ["written first"]
    log.publish("written first", at=seconds(-1))
    assert log.read(after=id_of("published first")) == ["written first"]


def test_a_message_that_is_not_yet_marked_as_published_is_a_place_to_go_on_from(log: Log) -> None:
    log.write("sent", "sent too")
    assert log.read(after=id_of("sent")) == ["sent too"]
    log.publish("sent too", at=seconds(1))
    assert log.read(after=id_of("sent")) == ["sent too"]


def test_what_happened_since_a_time_is_told(log: Log) -> None:
    log.write("a", "b", "c")
    log.publish("a", at=seconds(-20))
    log.publish("b", at=seconds(-10))
    assert log.read(since=seconds(-15)) == ["b", "c"]


def test_a_place_that_is_not_in_this_log_is_refused(log: Log) -> None:
    log.write("a")
    log.publish("a", at=seconds(-1))
    for asked in ({"after": "no such id"}, {"after": id_of("a"), "coalition": "lac"}):
        with pytest.raises(ResumePointUnknown):
            log.read(**asked)
    assert log.read(after=id_of("a"), coalition="eccar") == []
    with (
        context.use(CallContext(method="list_messages")),
        pytest.raises(ResumePointUnknown),
    ):
        log._unit_of_work.read(message_log.list_messages, ListMessages(types=("of.another_kind.v1",), after=id_of("a")))


def test_a_place_of_long_ago_is_refused(log: Log) -> None:
    log.write("a")
    log.publish("a", at=NOW - timedelta(days=2))
    with pytest.raises(ResumePointUnknown):
        log.read(after=id_of("a"))
    with pytest.raises(ResumePointUnknown):
        log.read(since=NOW - timedelta(days=2))


def test_too_much_is_refused_and_not_cut_short(log: Log) -> None:
    names = [f"{number:04}" for number in range(RESUMABLE_MESSAGES + 2)]
    log.write(*names)
    log.publish(*names, at=seconds(-1))
    with pytest.raises(ResumePointUnknown):
        log.read(after=id_of(names[0]))
    assert log.read(after=id_of(names[1])) == names[2:]


def test_the_log_is_read_by_index_or_not_at_all(log: Log) -> None:
    """Years of messages stay in it: no question may look through them all."""
    names = [f"{number:03}" for number in range(300)]
    log.write(*names)
    log.publish(*names[:-10], at=seconds(-3600))
    log.publish(*names[-10:-5], at=seconds(-1))
    log.database.command("profile", 2)
    log.read(after=id_of(names[-10]))
    log.database.command("profile", 0)
    profiled = list(log.database["system.profile"].find({"ns": f"{log.database.name}.outbox", "op": "query"}))
    assert [each["docsExamined"] for each in profiled] == [1, 5, 5]
    assert all("COLLSCAN" not in str(each["planSummary"]) for each in profiled)
    log.database["outbox"].drop_index(message_log.PUBLISHED_INDEX)
    with pytest.raises(OperationFailure):
        log.read(since=seconds(-1))
