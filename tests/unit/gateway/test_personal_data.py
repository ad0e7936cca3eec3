"""Personal data through the engine: who is asked for what, and what becomes of the answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gateway.graphql.core.ids import GlobalId
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Unavailable
from services.chassis.kernel.principal import Principal
from services.rights.roles import Role
from tests.support.principals import SOMEBODY, in_coalition, in_network, person

from .conftest import Client
from .network import Network, identity

MEMBER = str(GlobalId("Member", identity(3, 1), "eccar"))
CONTACTS = "query($id: ID!) { member(id: $id) { contacts { role name email personId } } }"
CONTACT = {
    "id": identity(20, 1),
    "coalition": "eccar",
    "version": 1,
    "member_id": identity(3, 1),
    "role": "Mayor",
    "name": "Ada",
    "email": None,
    "phone": None,
    "person_id": None,
    "visibility": None,
    "confirmed_on": "2026-09-01",
}
REQUEST = {
    "id": identity(21, 1),
    "coalition": None,
    "version": 4,
    "kind": "export",
    "status": "done",
    "is_overdue": False,
    "person_ids": ["ada"],
    "requested_by": "ada",
    "requested_at": "2026-09-01T09:30:00.000Z",
    "done_at": "2026-09-01T09:30:01.000Z",
    "missing": [],
    "receipts": [],
}
DOCUMENT = "query($id: ID!) { dataRequest(id: $id) { kind status document } }"


@contextmanager
def acting(principal: Principal | None) -> Iterator[None]:
    with context.use(CallContext(principal=principal)):
        yield


@pytest.mark.parametrize(
    ("principal", "method"),
    [
        (None, "list_public_contacts_of_members"),
        (SOMEBODY, "list_contacts_of_members"),
        (person("office", in_coalition(Role.SECRETARIAT)), "list_contacts_of_members"),
        (person("unesco", in_network(Role.UNESCO_COORDINATOR)), "list_contacts_of_members"),
    ],
    ids=["anonymous", "somebody", "secretariat", "unesco"],
)
async def test_whoever_may_see_more_than_the_public_is_asked_for_by_name(
    client: Client, network: Network, principal: Principal | None, method: str
) -> None:
    network.answers[f"membership.{method}"] = {"items": [[CONTACT]]}
    with acting(principal):
        found = await client.ask(CONTACTS, id=MEMBER)

    assert found["member"]["contacts"] == [{"role": "Mayor", "name": "Ada", "email": None, "personId": None}]
    assert [name for name, _ in network.calls if "contacts" in name] == [f"membership.{method}"]


def parts(network: Network, **data: Any) -> None:
    network.answers["membership.get_data_requests"] = {"items": [REQUEST]}
    for service in ("membership", "events", "reports"):
        part = {"id": REQUEST["id"], "data": data[service]} if service in data else None
        network.answers[f"{service}.get_export_part"] = {"items": [part]}


async def test_an_export_is_one_document_of_all_services(client: Client, network: Network) -> None:
    parts(network, membership={"people": [{"name": "Ada"}]}, events={"minutes": []}, reports={"drafts": []})

    found = await client.ask(DOCUMENT, id=str(GlobalId("DataRequest", identity(21, 1))))

    assert found["dataRequest"] == {
        "kind": "EXPORT",
        "status": "DONE",
        "document": {"membership": {"people": [{"name": "Ada"}]}, "events": {"minutes": []}, "reports": {"drafts": []}},
    }
    assert network.named("events.get_export_part") == [{"request_id": REQUEST["id"]}]


async def test_for_others_and_after_a_week_there_is_no_document(client: Client, network: Network) -> None:
    parts(network)

    assert (await client.ask(DOCUMENT, id=str(GlobalId("DataRequest", identity(21, 1)))))["dataRequest"][
        "document"
    ] is None


@pytest.mark.parametrize("change", [{"status": "open"}, {"kind": "erasure"}], ids=["open", "erasure"])
async def test_what_has_no_document_asks_for_none(client: Client, network: Network, change: Any) -> None:
    network.answers["membership.get_data_requests"] = {"items": [{**REQUEST, **change}]}

    found = await client.ask(DOCUMENT, id=str(GlobalId("DataRequest", identity(21, 1))))

    assert found["dataRequest"]["document"] is None
    assert [name for name, _ in network.calls] == ["membership.get_data_requests"]


async def test_a_document_without_a_services_part_is_none_with_an_error(client: Client, network: Network) -> None:
    parts(network, membership={}, reports={})
    network.failures["events.get_export_part"] = Unavailable("away")

    answer = await client.answer(DOCUMENT, id=str(GlobalId("DataRequest", identity(21, 1))))

    assert answer.data is not None
    assert answer.data["dataRequest"]["document"] is None
    assert [error["path"] for error in answer.errors] == [["dataRequest", "document"]]


async def test_people_in_minutes_are_named_by_their_ids(client: Client, network: Network) -> None:
    network.answers["events.record_minutes"] = None
    mutation = """mutation($conference: ID!, $person: ID!) { recordMinutes(input: {conferenceId: $conference,
      title: {original: "en", texts: [{language: "en", text: "Minutes"}]}, adoptedOn: "2026-09-01",
      present: [{name: "Eve"}, {name: "Ada", personId: $person, email: "ada@graz.example"}]
    }) { errors { code path } } }"""
    conference = str(GlobalId("Conference", identity(4, 1), "eccar"))

    await client.ask(mutation, conference=conference, person=str(GlobalId("Person", "ada")))
    refused = await client.ask(mutation, conference=conference, person=MEMBER)

    [asked] = network.named("events.record_minutes")
    assert (asked["coalition"], asked["present"]) == (
        "eccar",
        [{"name": "Eve"}, {"name": "Ada", "person_id": "ada", "email": "ada@graz.example"}],
    )
    assert refused["recordMinutes"]["errors"] == [{"code": "INVALID_ID", "path": ["present", "1", "personId"]}]
