"""What the descriptions of fields say about rights and costs is so."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType, OperationType, get_named_type, parse

from gateway.graphql.core.ids import GlobalId
from gateway.graphql.core.needs import is_public, needs
from gateway.graphql.engine import Engine, GraphQLRequest
from gateway.graphql.schema import SCHEMA
from gateway.limits import LIMITS, LimitExceeded, survey
from services.chassis.kernel.errors import NotFound
from services.rights.table import TABLE

ROOTS = {operation: SCHEMA.get_root_type(operation) for operation in OperationType}
ROOT_FIELDS = [
    (operation.value, name, field)
    for operation, root in ROOTS.items()
    for name, field in (root.fields.items() if root else ())
]
OBJECT_TYPES = [
    each for each in SCHEMA.type_map.values() if isinstance(each, GraphQLObjectType) and each.name[:2] != "__"
]
IN_WORDS = {"me", "node", "nodes"}
"""Root fields that no one method answers: the gateway knows who asks, and a node is of any type."""


def declared_in(object_type: Any) -> Iterator[tuple[str, Any]]:
    """Our own fields, by their names in Python."""
    if isinstance(object_type, GraphQLObjectType):
        yield from object_type.graphene_type._meta.fields.items()  # type: ignore[attr-defined]


def selection(field: GraphQLField) -> str:
    is_connection = "edges" in getattr(get_named_type(field.type), "fields", {})
    return "{ edges { node { __typename } } }" if is_connection else "{ __typename }"


@pytest.mark.parametrize(("operation", "name", "field"), ROOT_FIELDS, ids=[name for _, name, _ in ROOT_FIELDS])
def test_a_root_field_says_who_may_and_what_it_costs(operation: str, name: str, field: GraphQLField) -> None:
    """Whoever adds one says `asks=` (or `needs=`, in words) on its `Field`."""
    assert re.search(r"^Needs: .+\.$", field.description or "", re.MULTILINE), name
    said = re.search(
        r"^Cost: (\d+)(?: for each row of `first`, (\d+) without it)?[;,].*\.$", field.description or "", re.M
    )
    assert said, name
    cost = int(said[2] or said[1])
    document = parse(f"{operation} {{ {name} {selection(field)} }}")
    survey(document, SCHEMA, {}, replace(LIMITS, cost=cost))
    with pytest.raises(LimitExceeded):
        survey(document, SCHEMA, {}, replace(LIMITS, cost=cost - 1))


async def asked_by(name: str, field: GraphQLField) -> set[str]:
    """The methods that the root field `name` of a query asks for."""
    asked = set()

    async def call(service: str, method: str, _arguments: dict[str, Any]) -> Any:
        asked.add(f"{service}.{method}")
        raise NotFound("nothing is there")

    identity = str(GlobalId(get_named_type(field.type).name, str(uuid.UUID(int=7)), "eccar"))
    needed = {each for each, argument in field.args.items() if isinstance(argument.type, GraphQLNonNull)}
    given = ", ".join(f'{each}: "{identity if each == "id" else "eccar"}"' for each in sorted(needed))
    query = f"{{ {name}{f'({given})' if given else ''} {selection(field)} }}"
    await Engine(SCHEMA, call).execute(GraphQLRequest(query=query), allowed={"query"}, correlation_id="test")
    return asked


async def test_a_root_field_of_a_query_asks_what_its_description_is_made_of() -> None:
    root = ROOTS[OperationType.QUERY]
    assert root is not None
    for name, own in declared_in(root):
        camel = "".join(part.capitalize() if place else part for place, part in enumerate(name.split("_")))
        field = root.fields[camel]
        if camel in IN_WORDS:
            assert (own.asks, bool(own.needs)) == (None, True)
            continue
        assert own.asks is not None, camel
        method, row = own.asks.split("."), TABLE[own.asks]
        assert ".".join(method[:2]) in await asked_by(camel, field), camel
        assert needs(own.asks) in str(field.description)
        assert is_public(own.asks) is row.is_public


def test_a_field_that_is_not_for_everybody_says_for_whom() -> None:
    for object_type in OBJECT_TYPES:
        descriptions = [str(field.description) for field in object_type.fields.values()]
        for name, own in declared_in(object_type):
            if getattr(own, "asks", None) is not None and not is_public(own.asks):
                assert any(needs(own.asks) in each for each in descriptions), f"{object_type.name}.{name}"


def test_the_words_of_a_row() -> None:
    assert needs("membership.record_decision") == (
        "Needs: administrator, secretariat or steering committee of the coalition. "
        "An application needs the scope `members:write`."
    )
    assert needs("membership.revoke_grant") == (
        "Needs: the person concerned; network administrator; administrator or secretariat of the coalition; "
        "focal point of the member."
    )
    assert needs("reports.get_reports").endswith(
        "; to read drafts of reports: secretariat of the coalition; focal point or contributor of the member. "
        "An application needs the scope `reports:read`."
    )
    assert needs("membership.give_consent") == "Needs: whoever is signed in."
    assert needs("membership.list_members") == "Needs: nothing, it is public."
    with pytest.raises(KeyError):
        needs("membership.unheard_of")
