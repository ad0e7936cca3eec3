"""Every cell of the permission table: each method × each role × own, neighbouring and foreign things, asked for real.

A method without a row, a row without a method, and a row that is asked nothing here fail.
"""

import json
from dataclasses import replace
from typing import Final

import pytest

from services.chassis.kernel.principal import Principal, PrincipalKind
from services.rights.roles import Role
from services.rights.table import TABLE, Audience
from tests.support.bus import BusClient
from tests.support.principals import SECRETARY, SOMEBODY
from tests.support.processes import ServiceEnvironment, run

from .arguments import ARGUMENTS
from .asking import ABOUT_ONESELF, DECIDED_ON_THE_WAY, allowed_at, is_refused, method_of
from .world import World

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
