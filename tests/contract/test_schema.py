"""The schema that clients read, and the process that serves it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    is_specified_scalar_type,
)

from gateway.graphql.export import schema_text
from gateway.graphql.schema import SCHEMA
from gateway.limits.document import ROWS

PATH = Path(__file__).parents[2] / "gateway" / "schema.graphql"
OWN_TYPES = {
    name: type_
    for name, type_ in SCHEMA.type_map.items()
    if not is_introspection_type(type_) and not is_specified_scalar_type(type_)
}
DEPRECATION = re.compile(r"Use `[^`]+`[^.]*\. Removed on \d{4}-\d{2}-\d{2} or later\.")
NEVER_LOADED = {"nameko", "kombu", "eventlet", "greenlet", "pymongo", "bson", "marshmallow"}


def fields_of(type_name: str) -> dict[str, Any]:
    fields: dict[str, Any] = getattr(OWN_TYPES[type_name], "fields", {})
    return fields


def described(type_: Any) -> Iterator[tuple[str, str | None]]:
    """Everything of a type that a reader meets: its coordinates and its description."""
    yield type_.name, type_.description
    if isinstance(type_, GraphQLEnumType):
        for name, value in type_.values.items():
            yield f"{type_.name}.{name}", value.description
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for name, field in type_.fields.items():
            yield f"{type_.name}.{name}", field.description
            for argument_name, argument in getattr(field, "args", {}).items():
                yield f"{type_.name}.{name}({argument_name}:)", argument.description


def test_the_committed_schema_is_up_to_date() -> None:
    committed = PATH.read_text()
    assert committed == schema_text(), "run: make generate"
    build_schema(committed)


@pytest.mark.parametrize("name", OWN_TYPES)
def test_everything_is_described(name: str) -> None:
    for coordinates, description in described(OWN_TYPES[name]):
        assert description, f"{coordinates} has no description"
        assert description.strip().endswith((".", "`...")), f"{coordinates}: a description is a sentence"


def ill_deprecated(schema: GraphQLSchema) -> list[str]:
    """What is deprecated without its replacement and the day from which it may be gone, by its coordinates."""
    found = [
        (f"{type_.name}.{name}", member)
        for type_ in schema.type_map.values()
        for name, member in {**getattr(type_, "fields", {}), **getattr(type_, "values", {})}.items()
    ]
    arguments = [(f"{at}({name}:)", each) for at, field in found for name, each in getattr(field, "args", {}).items()]
    reasons = ((at, each.deprecation_reason) for at, each in [*found, *arguments])
    return [at for at, reason in reasons if reason is not None and not DEPRECATION.fullmatch(reason)]


def test_what_is_deprecated_names_its_replacement_and_a_day() -> None:
    assert ill_deprecated(SCHEMA) == []


def test_a_deprecation_without_them_is_found() -> None:
    schema = build_schema("""
      enum E { GOOD @deprecated(reason: "Use `BETTER`. Removed on 2027-05-31 or later.") BETTER }
      type Query {
        good: E @deprecated(reason: "Use `Query.better` with its argument. Removed on 2027-05-31 or later.")
        without: E @deprecated
        undated: E @deprecated(reason: "Use `Query.better`.")
        better(old: Int @deprecated(reason: "Not used."), new: Int): E
      }
    """)
    assert ill_deprecated(schema) == ["Query.without", "Query.undated", "Query.better(old:)"]


def test_fields_that_page_are_bounded_and_counted_by_their_argument() -> None:
    """Whoever adds a list gets its cost with it."""
    for type_ in OWN_TYPES.values():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            if "first" in field.args:
                assert field.args["first"].default_value == 50, f"{type_.name}.{name}"
                assert field.extensions[ROWS] in ("first", 10), f"{type_.name}.{name}"


def test_fields_that_give_lists_of_objects_have_a_size() -> None:
    for type_ in OWN_TYPES.values():
        for name, field in getattr(type_, "fields", {}).items():
            is_list = "[" in str(field.type)
            gives_objects = str(field.type).strip("[]!") in OWN_TYPES and isinstance(
                OWN_TYPES[str(field.type).strip("[]!")], GraphQLObjectType | GraphQLInterfaceType
            )
            if isinstance(type_, GraphQLObjectType) and is_list and gives_objects:
                assert ROWS in field.extensions, f"{type_.name}.{name} is a list of unknown size"


def test_what_crosses_services_can_be_null() -> None:
    """A service that is away takes its own fields with it, and nothing else."""
    for coordinates in (
        "Member.registrations",
        "Member.obligations",
        "Member.coalition",
        "Member.commitments",
        "Member.plan",
        "Member.city",
        "Coalition.members",
        "Coalition.conferences",
        "Coalition.cycles",
        "Coalition.obligations",
        "Coalition.plans",
        "Coalition.counts",
        "Conference.coalition",
        "Conference.registrations",
        "Registration.conference",
        "Registration.member",
        "Obligation.report",
        "Obligation.member",
        "Report.member",
        "Report.cycle",
        "Report.plan",
        "City.memberships",
    ):
        type_name, field_name = coordinates.split(".")
        assert not str(fields_of(type_name)[field_name].type).endswith("!"), coordinates


def test_the_gateways_process_loads_no_service_framework() -> None:
    """Fact 11: its image holds none, and asyncio must never meet eventlet's patches."""
    script = "import gateway.__main__, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert {"gateway", "starlette", "graphene", "aiormq"} <= loaded
    assert loaded & NEVER_LOADED == set()


def test_the_gateway_imports_no_service() -> None:
    script = "import gateway.__main__, sys; print(*(name for name in sys.modules if name.startswith('services.')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    loaded = [name.split(".") for name in done.stdout.split()]
    assert {name[1] for name in loaded} == {"chassis", "rights"}
    chassis = {name[2] for name in loaded if name[1] == "chassis" and len(name) > 2}
    assert chassis == {"kernel", "protocol", "observability"}
