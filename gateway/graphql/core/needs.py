"""What a field needs and costs, in words for its description: from the permission table and from the measure by which
queries are refused, so that the words cannot be wrong."""

from typing import Final

from graphql import GraphQLField, GraphQLSchema, OperationType, get_named_type, parse

from gateway.limits.document import ROWS, cost
from services.rights.api_scopes import API_SCOPES
from services.rights.roles import Role, ScopeKind
from services.rights.table import TABLE, Audience, Row

_AUDIENCES: Final = {Audience.SIGNED_IN: "whoever is signed in", Audience.SELF: "the person concerned"}
_PLACES: Final = {
    ScopeKind.NETWORK: "",
    ScopeKind.COALITION: " of the coalition",
    ScopeKind.CONFERENCE: " of the conference",
    ScopeKind.MEMBER: " of the member",
}
_ROW: Final = "{ edges { node { __typename } } }"


def is_public(method: str) -> bool:
    return TABLE[method].is_public


def needs(method: str) -> str:
    """Who may have `method` (`membership.list_members`) done. Raises KeyError: it has no row in the table."""
    row = TABLE[method]
    if row.is_public:
        return "Needs: nothing, it is public."
    special = [each for name, each in TABLE.items() if name.startswith(f"{method}.")]
    also = "".join(f"; to {each.does[0].lower()}{each.does[1:]}: {_allowed(each)}" for each in special)
    scope = f" An application needs the scope `{row.api_scope}`." if row.roles and row.api_scope in API_SCOPES else ""
    return f"Needs: {_allowed(row)}{also}.{scope}"


def costs(schema: GraphQLSchema, operation: OperationType, field: GraphQLField) -> str:
    """What the root field `field` of `operation` costs, for the objects that it may give."""
    root_type, root = schema.get_root_type(operation), operation.value
    assert root_type is not None
    [name] = [name for name, each in root_type.fields.items() if each is field]
    rows = field.extensions.get(ROWS, 1)
    whole = _measured(schema, root, name, field)
    if isinstance(rows, str):
        each = _measured(schema, root, f"{name}({rows}: 1)", field)
        return f"Cost: {each} for each row of `{rows}`, {whole} without it; what is selected in a row, as often."
    if rows > 1:
        return f"Cost: {whole}; what is selected in a row, {rows} times."
    return f"Cost: {whole}, and what is selected in it."


def _measured(schema: GraphQLSchema, root: str, field: str, definition: GraphQLField) -> int:
    is_connection = "edges" in getattr(get_named_type(definition.type), "fields", {})
    return cost(parse(f"{root} {{ {field} {_ROW if is_connection else '{ __typename }'} }}"), schema)


def _allowed(row: Row) -> str:
    audiences = [words for audience, words in _AUDIENCES.items() if audience in row.allowed]
    return "; ".join([*audiences, *filter(None, (_holders(row, kind) for kind in ScopeKind))])


def _holders(row: Row, kind: ScopeKind) -> str:
    names = [role.replace("_", " ") for role in Role if role in row.roles and role.scope_kind is kind]
    return f"{_either(names)}{_PLACES[kind]}" if names else ""


def _either(names: list[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
