"""The codes with which commands are refused: what the services raise, what it means, and the enums that clients see."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLEnumType

from deploy.reference.__main__ import sources
from gateway.graphql.core.user_errors import OTHER, codes_of
from gateway.graphql.schema import SCHEMA
from services.chassis.kernel import errors as kernel_errors
from services.chassis.kernel.error_codes import COMMON
from services.chassis.kernel.errors import ExpectedError
from services.chassis.persistence.idempotency import IdempotencyKeyReused
from services.chassis.runtime.definition import load_definitions

ROOT = Path(__file__).parents[2]
SERVICES = [definition.name for definition in load_definitions()]
OF_LISTS = {"INVALID_CURSOR", "INVALID_PAGE_SIZE", "TOO_MANY_IDS"}
"""Codes of arguments that only lists have."""
SHARED = {"reports": ("files",)}
"""Rooms that services share, whose errors are theirs too."""


def classes_of(module_name: str) -> Iterator[type[ExpectedError]]:
    for found in vars(import_module(module_name)).values():
        if isinstance(found, type) and issubclass(found, ExpectedError) and found.__module__ == module_name:
            yield found


def violation_codes(folder: Path) -> set[str]:
    """The codes that the sources of `folder` give to `invalid(...)` and `Violation(...)`, written out."""
    calls = (
        node
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("invalid", "Violation")
    )
    given = (argument for call in calls for argument in (*call.args[2:3], *(key.value for key in call.keywords)))
    return {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_of_a_service_has_a_meaning_and_is_in_use(service: str) -> None:
    rooms = (f"services.{service}.domain", *(f"services.{room}" for room in SHARED.get(service, ())))
    named = {each.code for room in rooms for each in classes_of(f"{room}.errors") if each.expected}
    raised = named.union(*(violation_codes(ROOT / room.replace(".domain", "").replace(".", "/")) for room in rooms))
    codes = import_module(f"services.{service}.domain.error_codes").CODES
    assert raised - set(COMMON) == set(codes)


def test_what_every_service_refuses_has_a_meaning() -> None:
    kernel = {each.code for each in classes_of(kernel_errors.__name__)} - {ExpectedError.code}
    assert kernel | {IdempotencyKeyReused.code} == set(COMMON)


def test_what_services_share_and_the_gateway_refuses_has_a_meaning() -> None:
    shared = set().union(*(violation_codes(ROOT / "services" / name) for name in ("chassis", "personal", "rights")))
    raised = shared | violation_codes(ROOT / "gateway")
    for service in SERVICES:
        assert raised - OF_LISTS <= set(codes_of(service))


@pytest.mark.parametrize("service", SERVICES)
def test_the_enum_of_a_domain_has_its_services_codes(service: str) -> None:
    enum = SCHEMA.type_map[f"{service.capitalize()}ErrorCode"]
    assert isinstance(enum, GraphQLEnumType)
    codes = import_module(f"services.{service}.domain.error_codes").CODES
    described = {name: value.description for name, value in enum.values.items()}
    assert {**COMMON, **codes} == {name: described[name] for name in (*COMMON, *codes)}
    assert OTHER in described
    assert set(described) == set(codes_of(service))


def test_the_gateways_copy_of_the_codes_is_up_to_date() -> None:
    for path, content in sources().items():
        assert path.read_bytes() == content, "run: make generate"


def test_each_mutation_is_refused_with_the_codes_of_its_domain() -> None:
    types: dict[str, Any] = dict(SCHEMA.type_map)
    for name, field in types["Mutation"].fields.items():
        stem = name[0].upper() + name[1:]
        error_type = types[str(types[f"{stem}Payload"].fields["errors"].type).strip("[]!")]
        assert [each.name for each in error_type.interfaces] == ["UserError"], name
        assert str(error_type.fields["code"].type) == f"{error_type.name}Code!", name
        assert str(field.args["input"].type) == f"{stem}Input!", name
        assert "idempotencyKey" in types[f"{stem}Input"].fields, name
