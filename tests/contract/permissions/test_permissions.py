"""Every cell of the permission table: each method × each role × own, neighbouring and foreign things, asked for real.

A method without a row, a row without a method, and a row that is asked nothing here fail.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import pytest
from pymongo import MongoClient

from services.chassis.kernel.principal import Principal, PrincipalKind
from services.chassis.protocol.rpc import RemoteError
from services.rights.roles import Role, ScopeKind
from services.rights.table import TABLE, Audience
from tests.support import infrastructure as real
from tests.support import people
from tests.support.bus import BusClient, bus
from tests.support.infrastructure import Infrastructure
from tests.support.principals import SECRETARY, SOMEBODY
from tests.support.processes import Process, ServiceEnvironment, run, running

from .arguments import ARGUMENTS
from .world import Place, World, create

SERVICES: Final = ("membership", "events", "reports")
REFUSED: Final = frozenset({"FORBIDDEN", "UNAUTHENTICATED"})
GATEWAY: Final = Principal(kind=PrincipalKind.GATEWAY, id="gateway")

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
def asked(infrastructure: Infrastructure, mongo: MongoClient[dict[str, Any]]) -> Iterator[tuple[BusClient, World]]:
    with real.vhost(infrastructure) as broker, real.databases(mongo) as prefix:
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=infrastructure.mongodb_uri, database_prefix=prefix
        )
        run(["-m", "services.chassis.runtime.cli", "admin", "topology", "declare"], environment)
        for service in SERVICES:
            run(["-m", f"services.{service}", "indexes"], environment)
        commands = [[f"services.{service}", verb] for service in SERVICES for verb in ("serve", "relay")]
        processes = [Process(["-m", *command], environment) for command in commands]
        give = partial(people.give, infrastructure.mongodb_uri, f"{prefix}membership")
        with running(*processes), bus(broker.amqp_uri) as client:
            yield client, create(client, give)


@pytest.fixture(scope="module")
def client(asked: tuple[BusClient, World]) -> BusClient:
    return asked[0]


@pytest.fixture(scope="module")
def world(asked: tuple[BusClient, World]) -> World:
    return asked[1]


OF_THE_NETWORK: Final = frozenset({"membership.register_coalition", "membership.register_city"})
"""What belongs to no coalition: a right in any of them reaches it."""

OF_INSIDERS: Final = frozenset({"events.list_minutes"})
"""What is for whoever has any role in a coalition, be it about one member of it."""

ABOUT_ONESELF: Final = frozenset(
    {
        "membership.request_export.everywhere",
        "membership.request_erasure.everywhere",
        *(f"{service}.list_own_audit" for service in SERVICES),
    }
)
"""What is asked here about whoever asks."""

DECIDED_ON_THE_WAY: Final = frozenset(
    {
        "membership.list_contacts_of_members.members",
        "membership.list_contacts_of_members.secretariat",
        "membership.list_contacts_of_members.self",
        "membership.get_data_requests.everywhere",
    }
)
"""Rows about single fields or things of an answer: their own tests are in tests/integration/membership."""


RIGHTLY_INVALID: Final = frozenset({"events.record_minutes"})
"""What is allowed and still impossible here: no conference has begun."""

_NOT_MEANT: Final = frozenset({"INVALID_INPUT", "INTERNAL", "UNKNOWN_METHOD"})


def method_of(row: str) -> str:
    """The method that a row is about: of `reports.get_reports.drafts`, `reports.get_reports`."""
    return ".".join(row.split(".")[:2])


def is_refused(client: BusClient, name: str, place: Place, principal: Principal | None) -> bool:
    """Whether the caller is refused, or sees nothing of what is there."""
    service, method = method_of(name).split(".")
    try:
        answer = client.call(service, method, ARGUMENTS[name](place), principal=principal)
    except RemoteError as error:
        if error.code in _NOT_MEANT and name not in RIGHTLY_INVALID:
            raise AssertionError(f"{name} was not asked as it wants to be: {error.code} {error}") from error
        return error.code in REFUSED
    return method.startswith("get_") and answer["items"] == [None] and Audience.PUBLIC not in TABLE[name].allowed


def allowed_at(name: str, role: Role) -> frozenset[str]:
    """Where the holder of a role may, in words: the oracle."""
    row = TABLE[name]
    everywhere = frozenset({"own", "neighbour", "abroad"})
    if row.is_public or Audience.SIGNED_IN in row.allowed or name in ABOUT_ONESELF:
        return everywhere
    if role not in row.allowed:
        return frozenset()
    if name in OF_THE_NETWORK:
        return everywhere
    if name in OF_INSIDERS and role.scope_kind is not ScopeKind.NETWORK:
        return frozenset({"own", "neighbour"})
    return {
        ScopeKind.NETWORK: everywhere,
        ScopeKind.COALITION: frozenset({"own", "neighbour"}),
        ScopeKind.CONFERENCE: frozenset({"own"}),
        ScopeKind.MEMBER: frozenset({"own"}),
    }[role.scope_kind]


def test_every_method_has_a_row_and_every_row_is_a_method_that_is_asked_here() -> None:
    nowhere = ServiceEnvironment(amqp_uri="", mongodb_uri="", database_prefix="")
    methods = set(json.loads(run(["-c", LIST_METHODS], nowhere)))
    assert {method_of(row) for row in TABLE} == methods
    assert set(ARGUMENTS) == set(TABLE) - DECIDED_ON_THE_WAY


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_its_rows_say_and_nothing_else(client: BusClient, world: World, role: Role) -> None:
    holder = world.own.holder(role)
    wrong = []
    for name in ARGUMENTS:
        expected = allowed_at(name, role)
        allowed = {where for where, place in world.places.items() if not is_refused(client, name, place, holder)}
        if allowed != expected:
            wrong.append(f"{name}: allowed at {sorted(allowed)}, by its row at {sorted(expected)}")
    assert wrong == []


@pytest.mark.parametrize(
    ("who", "audiences"),
    [
        (None, {Audience.PUBLIC}),
        (SOMEBODY, {Audience.PUBLIC, Audience.SIGNED_IN}),
        (GATEWAY, {Audience.PUBLIC, Audience.GATEWAY}),
    ],
    ids=["nobody", "somebody", "gateway"],
)
def test_without_a_role_one_may_what_is_for_everybody(
    client: BusClient, world: World, who: Principal | None, audiences: set[Audience]
) -> None:
    allowed = {name for name in ARGUMENTS if not is_refused(client, name, world.own, who)}
    expected = {name for name in ARGUMENTS if TABLE[name].allowed & audiences}
    assert allowed == expected | (ABOUT_ONESELF if who is SOMEBODY else set())


def test_an_application_needs_the_role_and_the_scope(client: BusClient, world: World) -> None:
    secretary = world.own.holder(Role.SECRETARIAT)
    wrong = []
    scopes = {row.api_scope for row in TABLE.values()}
    for name in ARGUMENTS:
        row = TABLE[name]
        if row.is_public:
            continue
        right = replace(secretary, kind=PrincipalKind.APPLICATION, api_scopes=(row.api_scope,))
        others = replace(right, api_scopes=tuple(scopes - {row.api_scope}))
        may = [not is_refused(client, name, world.own, who) for who in (right, others)]
        if may != [Role.SECRETARIAT in row.allowed, False]:
            wrong.append((name, may))
    assert wrong == []


def test_the_secretary_of_the_tests_is_refused_nothing_for_want_of_a_right(client: BusClient, world: World) -> None:
    for name, row in TABLE.items():
        if name in ARGUMENTS and row.roles & {Role.SECRETARIAT, Role.ADMINISTRATOR, Role.NETWORK_ADMINISTRATOR}:
            assert not is_refused(client, name, world.own, SECRETARY), name
