"""The service as a process of its own, called over the broker, with its relay."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.chassis.protocol.rpc import RemoteError
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Broker
from tests.support.processes import Process, ServiceEnvironment, run, running

MODULE = ("-m", "services.membership")
TEXT = {"original": "en", "texts": {"en": "A coalition"}}


@pytest.fixture
def client(broker: Broker, service_environment: ServiceEnvironment) -> Iterator[BusClient]:
    """A client of the running service; indexes made, topology declared, both processes running."""
    run([*MODULE, "indexes"], service_environment)
    run(["-m", "services.chassis.runtime.cli", "admin", "topology", "declare"], service_environment)
    serve, relay = Process([*MODULE, "serve"], service_environment), Process([*MODULE, "relay"], service_environment)
    with running(serve), running(relay), bus(broker.amqp_uri) as client:
        yield client


@pytest.mark.slow
def test_an_accession_over_the_bus(client: BusClient, mongo: MongoClient[dict[str, Any]], database_prefix: str) -> None:
    def call(method: str, **arguments: Any) -> Any:
        return client.call("membership", method, arguments)

    coalition = call("register_coalition", key="eccar", name=TEXT, region="Europe", source="a test")
    assert call("get_coalitions", keys=["eccar"]) == {"items": [coalition]}
    assert call("list_coalitions", count=True)["total"] == 1
    plan = call(
        "publish_plan",
        coalition="eccar",
        version="2004",
        is_complete=True,
        source="a test",
        commitments=[{"number": 1, "title": TEXT}],
    )
    reference = {"coalition": "eccar", "id": plan["id"]}
    assert call("get_plans", refs=[reference]) == {"items": [plan]}
    assert call("list_plans", coalitions=["eccar"]) == {"items": [[plan]]}
    city = call("register_city", name="Zürich", country="CH", legal_type="city", latitude=47.37, longitude=8.55)
    assert call("get_cities", ids=[city["id"], "nothing"]) == {"items": [city, None]}
    assert call("list_cities", search="zur")["items"] == [city]
    candidate = call("apply_for_membership", coalition="eccar", cities=[city["id"]], applied_on="2025-03-01")
    assert (candidate["standing"], candidate["plan_id"]) == ("candidate", plan["id"])
    decision = {"outcome": "admitted", "body": "general_assembly", "decided_on": "2025-10-24"}
    call("record_decision", coalition="eccar", member_id=candidate["id"], **decision)
    member = call("record_milestone", coalition="eccar", member_id=candidate["id"], kind="joining_association")
    assert (member["standing"], member["version"]) == ("member", 3)
    assert call("get_members", refs=[{"coalition": "eccar", "id": member["id"]}]) == {"items": [member]}
    near = {"latitude": 47.0, "longitude": 8.0, "within_km": 100}
    page = call("list_members", coalition="eccar", near=near, order_by="distance", count=True)
    assert (page["items"], page["total"], page["has_next"]) == ([member], 1, False)
    assert call("list_members_of", coalitions=["eccar"], standing=["candidate"])["items"][0]["items"] == []
    assert call("list_memberships_of_city", city_ids=[city["id"]]) == {"items": [[member]]}
    assert call("member_counts", coalitions=["eccar"])["items"][0]["total"] == 1
    former = [{"kind": "admission", "date": "2006"}, {"kind": "withdrawal"}]
    other = call("register_city", name="Genève", country="CH", legal_type="city")
    call("record_membership", coalition="eccar", cities=[other["id"]], milestones=former)

    refusals(client, city["id"])
    wait_until_published(mongo[f"{database_prefix}membership"])


def refusals(client: BusClient, member_city: str) -> None:
    application = {"coalition": "eccar", "cities": [member_city], "applied_on": "2025-03-01"}
    with pytest.raises(RemoteError) as caught:
        client.call("membership", "apply_for_membership", application)
    assert (caught.value.code, caught.value.expected, caught.value.path) == ("ALREADY_MEMBER", True, ("cities",))
    with pytest.raises(RemoteError) as caught:
        client.call("membership", "apply_for_membership", {**application, "applied_on": "soon", "surprise": 1})
    assert caught.value.code == "INVALID_INPUT"
    assert {violation.path for violation in caught.value.violations} == {("applied_on",), ("surprise",)}
    with pytest.raises(RemoteError) as caught:
        client.call("membership", "register_city", {"name": "Pristina", "country": "XK", "legal_type": "city"})
    assert caught.value.code == "UNKNOWN_COUNTRY"
    with pytest.raises(RemoteError) as caught:
        client.call("membership", "apply_for_membership", application, principal=None)
    assert caught.value.code == "UNAUTHENTICATED"


def wait_until_published(database: Database[dict[str, Any]]) -> None:
    deadline = time.monotonic() + 20
    while database["outbox"].count_documents({"published_at": None}):
        assert time.monotonic() < deadline, "the relay did not publish everything"
        time.sleep(0.1)
    assert database["outbox"].count_documents({}) == 8
