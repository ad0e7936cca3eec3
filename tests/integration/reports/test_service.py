"""The running service on a real broker: messages in whatever order, the contract's methods, the rights."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.kernel.ids import new_id
from services.chassis.messaging.declaration import declare, topology_of
from services.chassis.protocol import topology
from services.chassis.protocol.envelope import Envelope, to_amqp
from services.chassis.protocol.rpc import RemoteError
from services.reports.schemas import consumed
from services.reports.wiring import SERVICE
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, eventually, run, running

from .office import TWO_YEARS

DELAYS = (0.2, 0.4, 0.8, 1.6, 3.2)
CYCLE: dict[str, Any] = {
    "coalition": "eccar",
    "name": {"original": "en", "texts": {"en": "Reports 2025-2026"}},
    "period_start": "2025-01-01",
    "period_end": "2026-12-31",
    "opens_on": "2025-01-01",
    "due_on": "2099-12-31",
}


@pytest.fixture
def service(service_environment: ServiceEnvironment, broker: Broker) -> Iterator[Process]:
    run(["-m", "services.reports", "indexes"], service_environment)
    declare(broker.amqp_uri, [*topology_of(SERVICE.subscriptions, DELAYS), topology.rpc_queue("reports")])
    delays = ",".join(str(delay) for delay in DELAYS)
    process = Process(
        ["-m", "services.reports", "serve"], service_environment.with_settings(RETRY_DELAYS_SECONDS=delays)
    )
    with running(process):
        yield process


@pytest.fixture
def client(broker: Broker, service: Process) -> Iterator[BusClient]:
    with bus(broker.amqp_uri) as client:
        yield client


class Reports:
    """The service's methods as the gateway calls them."""

    def __init__(self, client: BusClient) -> None:
        self._client = client

    def __call__(self, method: str, *, call: dict[str, Any] | None = None, **arguments: Any) -> Any:
        return self._client.call("reports", method, arguments, **(call or {}))

    def refuses(self, method: str, *, call: dict[str, Any] | None = None, **arguments: Any) -> RemoteError:
        with pytest.raises(RemoteError) as raised:
            self(method, call=call, **arguments)
        return raised.value

    def obligations_of(self, member_id: str) -> list[dict[str, Any]]:
        [found] = self("list_obligations_of_members", refs=[{"coalition": "eccar", "id": member_id}])["items"]
        obligations: list[dict[str, Any]] = found
        return obligations


@pytest.fixture
def reports(client: BusClient) -> Reports:
    return Reports(client)


def send(broker: Broker, name: str, subject: str, data: dict[str, Any], *, sequence: int = 1) -> None:
    """As the membership service's relay does."""
    envelope = Envelope(
        id=new_id(),
        source="membership",
        type=f"membership.{name}.v1",
        subject=subject,
        time=datetime.now(UTC),
        sequence=sequence,
        coalition="eccar",
        correlationid=new_id(),
        data=data,
    )
    encoded = to_amqp(envelope)
    properties = {"headers": encoded.headers, "content_type": encoded.content_type, "delivery_mode": 2}
    assert broker.publish(
        exchange=topology.MESSAGES.name,
        routing_key=envelope.type,
        body=encoded.body.decode(),
        properties=properties,
    )


def send_member(broker: Broker, member_id: str, standing: str, name: str, sequence: int) -> None:
    data = {"member_id": member_id, "coalition": "eccar", "standing": standing, "admitted_on": "2099-01-31"}
    send(broker, name, member_id, data, sequence=sequence)


def send_coalition_and_plan(broker: Broker) -> str:
    plan_id = new_id()
    send(broker, "coalition_registered", "eccar", {"key": "eccar", "reporting_rules": [TWO_YEARS]})
    titles = [{"number": n, "title": {"original": "en", "texts": {"en": f"Commitment {n}"}}} for n in (1, 2)]
    send(
        broker,
        "plan_published",
        plan_id,
        {"plan_id": plan_id, "coalition": "eccar", "version": "2004", "commitments": titles},
    )
    return plan_id


def opened_cycle(reports: Reports) -> dict[str, Any]:
    """A cycle, as soon as the plan has arrived: until then the service answers UNKNOWN_PLAN."""

    def attempt() -> dict[str, Any]:
        with suppress(RemoteError):
            cycle: dict[str, Any] = reports("open_cycle", **CYCLE)
            return cycle
        return {}

    return eventually(attempt)


def test_an_admission_that_overtakes_its_coalition_opens_the_duty_in_the_end(
    service: Process, broker: Broker, reports: Reports
) -> None:
    member_id = new_id()
    send_member(broker, member_id, "member", "member_admitted", 2)
    eventually(lambda: "PROJECTION_BEHIND" in service.log())
    assert reports.obligations_of(member_id) == []
    send_coalition_and_plan(broker)
    [obligation] = eventually(lambda: reports.obligations_of(member_id))
    assert (obligation["due_on"], obligation["status"]) == ("2101-01-31", "open")
    dead = [queue for queue in broker.queues() if queue.endswith(".dead")]
    assert sorted(dead) == sorted(f"{each.queue}.dead" for each in SERVICE.subscriptions)
    assert [letter for queue in dead for letter in broker.messages(queue)] == []


def test_all_news_about_members_arrive(broker: Broker, reports: Reports) -> None:
    send_coalition_and_plan(broker)
    sent = {new_id(): name for name in consumed.MEMBER_MESSAGES}
    for member_id, name in sent.items():
        send_member(broker, member_id, "candidate", name.split(".")[1], 1)

    def projected() -> set[str]:
        return {member["id"] for member in reports("projected_members", coalition="eccar")["items"]}

    eventually(lambda: projected() == set(sent))


def test_a_withdrawal_releases(broker: Broker, reports: Reports) -> None:
    member_id = new_id()
    send_coalition_and_plan(broker)
    send_member(broker, member_id, "member", "member_admitted", 2)
    eventually(lambda: reports.obligations_of(member_id))
    send_member(broker, member_id, "former", "member_withdrawn", 3)
    eventually(lambda: reports.obligations_of(member_id)[0]["status"] == "released")
    assert reports("projected_members", coalition="eccar") == {
        "items": [{"id": member_id, "standing": "former", "sequence": 3}]
    }


def test_a_message_that_cannot_be_read_is_put_aside(broker: Broker, reports: Reports) -> None:
    send(broker, "member_admitted", "m", {"member_id": "m", "coalition": "eccar", "standing": "member"})
    [letter] = eventually(lambda: broker.messages("reports.member_projection.dead"))
    assert letter["properties"]["headers"]["x-error-code"] == "INVALID_INPUT"
    assert reports("projected_members", coalition="eccar") == {"items": []}


def test_from_the_admission_to_the_submitted_report(broker: Broker, reports: Reports) -> None:
    member_id = new_id()
    plan_id = send_coalition_and_plan(broker)
    send_member(broker, member_id, "member", "member_admitted", 2)
    [owed] = eventually(lambda: reports.obligations_of(member_id))
    cycle = opened_cycle(reports)
    assert (cycle["plan_id"], cycle["plan_version"], cycle["is_open"]) == (plan_id, "2004", True)

    draft = reports("start_report", coalition="eccar", member_id=member_id, cycle_id=cycle["id"])
    assert (draft["status"], draft["answers"], draft["version"]) == ("draft", [], 1)
    text = {"original": "de", "texts": {"de": "Ein Netz von Anlaufstellen"}}
    answered = {"coalition": "eccar", "report_id": draft["id"]}
    saved = reports("save_answer", **answered, commitment=1, status="achieved", text=text, expected_version=1)
    assert (saved["answers"][0]["status"], saved["answers"][0]["text"]) == ("achieved", text)
    error = reports.refuses("submit_report", **answered)
    assert (error.code, error.expected) == ("INCOMPLETE_REPORT", True)
    assert [violation.path for violation in error.violations] == [("answers", 2)]
    reports("save_answer", **answered, commitment=2, status="not_applicable")
    submitted = reports("submit_report", **answered, expected_version=3)
    assert (submitted["status"], submitted["version"]) == ("submitted", 4)

    fulfilled, following = reports.obligations_of(member_id)
    assert (fulfilled["id"], fulfilled["status"], fulfilled["report_id"]) == (owed["id"], "fulfilled", draft["id"])
    assert (following["due_on"], following["status"]) == ("2103-01-31", "open")
    refs = [{"coalition": "eccar", "id": draft["id"]}, {"coalition": "lac", "id": draft["id"]}]
    assert reports("get_reports", refs=refs) == {"items": [submitted, None]}
    assert reports("get_cycles", refs=[{"coalition": "eccar", "id": cycle["id"]}]) == {"items": [cycle]}
    assert reports("list_cycles", coalitions=["lac", "eccar"]) == {"items": [[], [cycle]]}
    page = reports("list_reports", coalition="eccar", status="submitted", first=1, count=True)
    assert (page["items"], page["has_next"], page["total"]) == ([submitted], False, 1)
    page = reports("list_obligations", coalition="eccar", status="open", due_before=None, after=None)
    assert (page["items"], page["total"], len(page["cursors"])) == ([following], None, 1)
    assert reports("list_obligations_of", coalitions=["eccar"], status="open") == {"items": [page]}


def test_a_command_repeated_under_its_key_happens_once(broker: Broker, reports: Reports) -> None:
    send_coalition_and_plan(broker)
    opened_cycle(reports)
    later = {**CYCLE, "period_start": "2027-01-01", "period_end": "2027-12-31"}
    key = {"idempotency_key": new_id()}
    first, again = reports("open_cycle", call=key, **later), reports("open_cycle", call=key, **later)
    assert again == first
    assert reports.refuses("open_cycle", **later).code == "CYCLE_OVERLAPS"


def test_nobody_may_look_but_at_cycles(broker: Broker, reports: Reports) -> None:
    send_coalition_and_plan(broker)
    cycle = opened_cycle(reports)
    nobody = {"principal": None}
    assert reports("list_cycles", call=nobody, coalitions=["eccar"]) == {"items": [[cycle]]}
    for method, arguments in {
        "open_cycle": CYCLE,
        "start_report": {"coalition": "eccar", "member_id": "m", "cycle_id": cycle["id"]},
        "save_answer": {"coalition": "eccar", "report_id": "r", "commitment": 1, "status": "planned"},
        "submit_report": {"coalition": "eccar", "report_id": "r"},
        "get_reports": {"refs": []},
        "list_reports": {"coalition": "eccar"},
        "list_obligations": {"coalition": "eccar"},
        "list_obligations_of": {"coalitions": ["eccar"]},
        "list_obligations_of_members": {"refs": []},
        "projected_members": {"coalition": "eccar"},
    }.items():
        error = reports.refuses(method, call=nobody, **arguments)
        assert (method, error.code, error.expected) == (method, "UNAUTHENTICATED", True)


def test_wrong_input_is_named_field_by_field(reports: Reports) -> None:
    error = reports.refuses(
        "open_cycle", **{**CYCLE, "name": {"original": "de", "texts": {"en": "x"}}, "due_on": "soon"}
    )
    assert error.code == "INVALID_INPUT"
    assert {violation.path for violation in error.violations} == {("name", "original"), ("due_on",)}
