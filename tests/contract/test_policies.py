"""Who may call what: one table for every method of every service, each asked for real by people of all kinds.

A new method without its row fails, and so does a command, or a query of what is not public, that forgets its policy.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from pymongo import MongoClient

from services.chassis.kernel.context import Principal
from services.chassis.protocol.rpc import RemoteError
from tests.support import infrastructure as real
from tests.support.bus import DEVELOPMENT, BusClient, bus
from tests.support.infrastructure import Infrastructure
from tests.support.processes import Process, ServiceEnvironment, run, running

SERVICES: Final = ("membership", "events", "reports")

Arguments = Mapping[str, Any]

NAME: Final = {"original": "en", "texts": {"en": "A name"}}
REF: Final = {"coalition": "eccar", "id": "x"}
MEMBER: Final = {"coalition": "eccar", "member_id": "x"}
CONFERENCE: Final = {"coalition": "eccar", "conference_id": "x"}
REPORT: Final = {"coalition": "eccar", "report_id": "x"}

PUBLIC: Final[Mapping[str, Arguments]] = {
    "membership.get_coalitions": {"keys": ["eccar"]},
    "membership.list_coalitions": {},
    "membership.member_counts": {"coalitions": ["eccar"]},
    "membership.get_plans": {"refs": [REF]},
    "membership.list_plans": {"coalitions": ["eccar"]},
    "membership.get_cities": {"ids": ["x"]},
    "membership.list_cities": {},
    "membership.get_members": {"refs": [REF]},
    "membership.list_members": {"coalition": "eccar"},
    "membership.list_members_of": {"coalitions": ["eccar"]},
    "membership.list_memberships_of_city": {"city_ids": ["x"]},
    "events.get_conferences": {"refs": [REF]},
    "events.list_conferences": {},
    "events.list_conferences_of": {"coalitions": ["eccar"]},
    "events.get_conference_rules": {"coalitions": ["eccar"]},
    "reports.get_cycles": {"refs": [REF]},
    "reports.list_cycles": {"coalitions": ["eccar"]},
}
"""Whoever asks is answered."""

RESERVED: Final[Mapping[str, Arguments]] = {
    "membership.register_coalition": {"key": "eccar", "name": NAME, "region": "Europe", "source": "a test"},
    "membership.publish_plan": {
        "coalition": "eccar",
        "version": "2004",
        "is_complete": True,
        "source": "a test",
        "commitments": [{"number": 1, "title": NAME}],
    },
    "membership.register_city": {"name": "Graz", "country": "AT", "legal_type": "city"},
    "membership.record_membership": {"coalition": "eccar", "cities": ["x"], "milestones": [{"kind": "admission"}]},
    "membership.apply_for_membership": {"coalition": "eccar", "cities": ["x"], "applied_on": "2026-10-01"},
    "membership.record_decision": {
        **MEMBER,
        "outcome": "admitted",
        "body": "steering_committee",
        "decided_on": "2026-10-01",
    },
    "membership.record_milestone": {**MEMBER, "kind": "withdrawal"},
    "events.announce_conference": {
        "coalition": "eccar",
        "kind": "workshop",
        "title": NAME,
        "start_date": "2026-10-21",
        "end_date": "2026-10-23",
        "mode": "hybrid",
    },
    "events.open_registration": {**CONFERENCE, "closes_on": "2026-10-10"},
    "events.close_registration": CONFERENCE,
    "events.register_delegate": {
        **CONFERENCE,
        "name": "Ada Example",
        "email": "ada@graz.example",
        "attendance": "online",
    },
    "events.cancel_registration": {"coalition": "eccar", "registration_id": "x"},
    "events.adopt_conference_rules": {"coalition": "eccar", "statutory_kinds": []},
    "events.get_registrations": {"refs": [REF]},
    "events.list_registrations": {"refs": [REF]},
    "events.list_registrations_of_members": {"refs": [REF]},
    "events.projected_members": {"coalition": "eccar"},
    "reports.open_cycle": {
        "coalition": "eccar",
        "name": NAME,
        "period_start": "2025-01-01",
        "period_end": "2026-12-31",
        "due_on": "2027-03-31",
    },
    "reports.start_report": {**MEMBER, "cycle_id": "x"},
    "reports.save_answer": {**REPORT, "commitment": 1, "status": "planned"},
    "reports.submit_report": REPORT,
    "reports.get_reports": {"refs": [REF]},
    "reports.list_reports": {"coalition": "eccar"},
    "reports.list_obligations": {"coalition": "eccar"},
    "reports.list_obligations_of": {"coalitions": ["eccar"]},
    "reports.list_obligations_of_members": {"refs": [REF]},
    "reports.projected_members": {"coalition": "eccar"},
}
"""Whoever has no right is refused, before anything else is said. The things named here do not exist."""

STRANGERS: Final = {"nobody": None, "somebody": Principal("somebody")}

LIST_METHODS: Final = """
import inspect, json, pkgutil
from services.chassis.messaging.rpc import HardenedRpc
from services.chassis.runtime.definition import load_definitions

def is_called(method):
    return any(isinstance(each, HardenedRpc) for each in getattr(method, "nameko_entrypoints", ()))

print(json.dumps([
    f"{definition.name}.{name}"
    for definition in load_definitions()
    for name, _ in inspect.getmembers(pkgutil.resolve_name(definition.service), is_called)
]))
"""
"""For a process of its own: tests do not import nameko."""


@pytest.fixture(scope="module")
def client(infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]]) -> Iterator[BusClient]:
    with real.vhost(infrastructure) as broker, real.databases(mongo) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=prefix
        )
        run(["-m", "services.chassis.runtime.cli", "admin", "topology", "declare"], environment)
        for service in SERVICES:
            run(["-m", f"services.{service}", "indexes"], environment)
        serving = (Process(["-m", f"services.{service}", "serve"], environment) for service in SERVICES)
        with running(*serving), bus(broker.amqp_uri) as client:
            yield client


def code_of(client: BusClient, method: str, arguments: Arguments, principal: Principal | None) -> str:
    """OK, or the code with which the call was refused."""
    service, name = method.split(".")
    try:
        client.call(service, name, dict(arguments), principal=principal)
    except RemoteError as error:
        return error.code
    return "OK"


def test_every_method_of_every_service_is_in_the_table() -> None:
    nowhere = ServiceEnvironment(amqp_uri="", mongodb_uri="", database_prefix="")
    assert sorted(json.loads(run(["-c", LIST_METHODS], nowhere))) == sorted([*PUBLIC, *RESERVED])


@pytest.mark.parametrize("principal", STRANGERS.values(), ids=STRANGERS.keys())
def test_strangers_may_read_what_is_public_and_nothing_else(client: BusClient, principal: Principal | None) -> None:
    answered = {name: code_of(client, name, arguments, principal) for name, arguments in PUBLIC.items()}
    refused = {name: code_of(client, name, arguments, principal) for name, arguments in RESERVED.items()}
    assert answered == dict.fromkeys(PUBLIC, "OK")
    assert refused == dict.fromkeys(RESERVED, "FORBIDDEN")


def test_the_development_principal_is_refused_nothing_for_want_of_a_right(client: BusClient) -> None:
    for name, arguments in {**RESERVED, **PUBLIC}.items():
        assert code_of(client, name, arguments, DEVELOPMENT) not in ("FORBIDDEN", "INVALID_INPUT"), name
