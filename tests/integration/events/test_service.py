"""The service as a process on a real broker: requests and messages in, answers and outbox rows out."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.kernel.ids import new_id
from services.chassis.messaging.declaration import declare, topology_of
from services.chassis.protocol import topology
from services.chassis.protocol.rpc import RemoteError
from services.events.wiring import SERVICE
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually, running

from .conftest import CONFERENCE, everything, outbox

Documents = Database[dict[str, Any]]
LADDER = (0.1, 0.2)


@pytest.fixture
def process(service_environment: ServiceEnvironment, database: Documents) -> Iterator[Process]:
    queues = topology_of(SERVICE.subscriptions, LADDER)
    declare(service_environment.amqp_uri, [*queues, topology.rpc_queue("events")])
    settings = service_environment.with_settings(RETRY_DELAYS_SECONDS=",".join(str(delay) for delay in LADDER))
    process = Process(["-m", "services.events", "serve"], settings)
    with running(process):
        yield process


@pytest.fixture
def client(broker: Broker, process: Process) -> Iterator[BusClient]:
    with bus(broker.amqp_uri) as client:
        yield client


def tell(broker: Broker, type: str, subject: str, coalition: str, body: str, sequence: int = 1) -> None:
    """Publish a message as the relay of the membership service does."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": new_id(),
        "ce-source": "membership",
        "ce-type": type,
        "ce-subject": subject,
        "ce-time": "2026-09-01T09:30:00Z",
        "ce-sequence": str(sequence),
        "ce-coalition": coalition,
        "ce-correlationid": "story",
    }
    properties = {"headers": headers, "content_type": "application/json"}
    assert broker.publish(exchange="messages", routing_key=type, body=body, properties=properties)


class Caller:
    """Calls the events service, and says with which code it refuses."""

    def __init__(self, client: BusClient) -> None:
        self._client = client

    def __call__(self, method: str, **arguments: Any) -> Any:
        return self._client.call("events", method, arguments)

    def refused(self, method: str, **arguments: Any) -> str:
        with pytest.raises(RemoteError) as error:
            self(method, **arguments)
        return error.value.code

    def unless_unknown(self, method: str, **arguments: Any) -> Any:
        """As a client does: the message may be on its way."""
        try:
            return self(method, **arguments)
        except RemoteError as error:
            if error.code != "UNKNOWN_COALITION":
                raise
            return None


def test_from_a_message_to_a_delegate(broker: Broker, client: BusClient, process: Process, database: Documents) -> None:
    call = Caller(client)
    assembly = {**CONFERENCE, "kind": "general_assembly", "start_date": "2999-10-21", "end_date": "2999-10-23"}
    assert call.refused("announce_conference", **assembly) == "UNKNOWN_COALITION"
    tell(broker, "membership.coalition_registered.v1", "eccar", "eccar", '{"key": "eccar", "languages": ["en"]}')
    conference = eventually(lambda: call.unless_unknown("announce_conference", **assembly))
    ref = {"coalition": "eccar", "conference_id": conference["id"]}
    assert conference["is_statutory"] is True
    assert call("list_conferences", **{"from": "2999-10-23", "count": True})["total"] == 1

    delegate = {**ref, "name": "Ada Example", "email": "ada@graz.example", "attendance": "on_site"}
    assert call.refused("register_delegate", **delegate) == "REGISTRATION_NOT_OPEN"
    opened = call("open_registration", **ref, closes_on="2999-10-10", capacity=1)
    assert (opened["version"], opened["registration"]["taken"], opened["registration"]["is_open"]) == (2, 0, True)
    assert call.refused("register_delegate", **delegate) == "MEMBER_REQUIRED"
    member_id = new_id()
    assert call.refused("register_delegate", **delegate, member_id=member_id) == "NOT_A_MEMBER"
    body = f'{{"member_id": "{member_id}", "coalition": "eccar", "standing": "member", "cities": []}}'
    tell(broker, "membership.member_admitted.v1", member_id, "eccar", body, sequence=2)
    eventually(lambda: call("projected_members", coalition="eccar")["items"])
    registration = call("register_delegate", **delegate, member_id=member_id)

    assert call.refused("register_delegate", **{**delegate, "email": "eve@graz.example"}, member_id=member_id) == (
        "CONFERENCE_FULL"
    )
    member = {"coalition": "eccar", "id": member_id}
    [page] = call("list_registrations_of_members", refs=[member])["items"]
    assert page["items"] == [registration]
    assert call("projected_members", coalition="eccar") == {
        "items": [{"id": member_id, "standing": "member", "sequence": 2}]
    }
    cancelled = call("cancel_registration", coalition="eccar", registration_id=registration["id"])
    assert (cancelled["status"], cancelled["version"]) == ("cancelled", 2)
    [rules] = call("get_conference_rules", coalitions=["eccar"])["items"]
    assert [each["is_default"] for each in rules] == [True]
    assert outbox(database, registration["id"]) == [
        ("events.delegate_registered.v1", 1),
        ("events.delegate_unregistered.v1", 2),
    ]
    log = process.log()
    assert "ada@graz.example" not in log
    assert "Ada Example" not in log
    assert process.terminate() == 0


def test_a_request_sent_twice_has_one_effect_and_one_answer(client: BusClient, database: Documents) -> None:
    database["coalitions"].insert_one({"_id": "eccar", "coalition": "eccar", "sequence": 1})

    def twice(method: str, **arguments: Any) -> Any:
        key = f"key-of-{method}"
        first, second = (client.call("events", method, arguments, idempotency_key=key) for _ in range(2))
        assert first == second
        return first

    conference = twice("announce_conference", **{**CONFERENCE, "start_date": "2999-10-21", "end_date": "2999-10-23"})
    ref = {"coalition": "eccar", "conference_id": conference["id"]}
    twice("open_registration", **ref, closes_on="2999-10-10")
    registration = twice("register_delegate", **ref, name="Zoe", email="zoe@unique.example", attendance="online")
    assert (
        client.call("events", "get_conferences", {"refs": [{"coalition": "eccar", "id": conference["id"]}]})["items"][
            0
        ]["registration"]["taken"]
        == 1
    )
    cancelled = twice("cancel_registration", coalition="eccar", registration_id=registration["id"], reason="Privately")
    closed = twice("close_registration", **ref)

    assert (registration["name"], registration["status"], cancelled["status"]) == ("Zoe", "confirmed", "cancelled")
    assert (closed["version"], closed["registration"]["taken"]) == (3, 0)
    assert outbox(database, conference["id"]) == [
        ("events.conference_announced.v1", 1),
        ("events.registration_opened.v1", 2),
        ("events.registration_closed.v1", 3),
    ]
    assert len(outbox(database, registration["id"])) == 2
    elsewhere = str([rows for name, rows in everything(database).items() if name != "registrations"])
    assert "key-of-register_delegate" in elsewhere
    for personal in ("Zoe", "zoe@", "Privately"):
        assert personal not in elsewhere


def test_every_method_answers_a_bad_request_with_its_violations(client: BusClient) -> None:
    methods = {
        "announce_conference": "coalition",
        "open_registration": "coalition",
        "close_registration": "coalition",
        "register_delegate": "coalition",
        "cancel_registration": "coalition",
        "adopt_conference_rules": "coalition",
        "get_conferences": "refs",
        "list_conferences_of": "coalitions",
        "get_registrations": "refs",
        "list_registrations": "refs",
        "list_registrations_of_members": "refs",
        "get_conference_rules": "coalitions",
        "projected_members": "coalition",
    }
    for method, missing in methods.items():
        with pytest.raises(RemoteError) as refused:
            client.call("events", method, {"colour": "green"})
        wrong = {each.path for each in refused.value.violations}
        assert refused.value.code == "INVALID_INPUT"
        assert wrong >= {("colour",), (missing,)}
    with pytest.raises(RemoteError) as refused:
        client.call("events", "list_conferences", {"colour": "green"})
    assert [each.path for each in refused.value.violations] == [("colour",)]


def test_strangers_read_what_is_public_and_nothing_else(client: BusClient) -> None:
    assert client.call("events", "list_conferences", {}, principal=None)["items"] == []
    with pytest.raises(RemoteError) as refused:
        client.call("events", "projected_members", {"coalition": "eccar"}, principal=None)
    assert refused.value.code == "UNAUTHENTICATED"


def test_a_message_that_cannot_be_read_is_put_aside(broker: Broker, process: Process, database: Documents) -> None:
    tell(broker, "membership.member_admitted.v1", "m1", "eccar", '{"member_id": "m1"}')

    [aside] = eventually(lambda: broker.messages("events.member_projection.dead"))

    assert aside["properties"]["headers"]["x-error-code"] == "INVALID_INPUT"
    assert database["members"].count_documents({}) == 0
