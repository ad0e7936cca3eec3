"""One pass over a parsed document, before validation, which alone can cost a third of a second on a hostile one.

Nothing is taken for granted: names may be unknown, fragments missing or cyclic, arguments of the wrong type. What is
wrong in that way is left to validation; here it only must not be expensive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from gateway.door import Limits

from .exceeded import LimitExceeded, compare

ROWS: Final = "rows"
"""The extension of a field that says how many objects it gives: a number, or the name of the argument that says so."""

_NESTING: Final = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})
_INTROSPECTION: Final = frozenset({"__Schema", "__Type", "__Field", "__InputValue", "__EnumValue", "__Directive"})


@dataclass(slots=True)
class Measure:
    """What a selection asks for, fragments spread; `top` counts the fields of its first level."""

    top: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    introspection_depth: int = 0
    nesting: int = 0
    list_items: int = 0
    cost: int = 0

    def add(self, other: "Measure") -> None:
        self.top += other.top
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.cost += other.cost
        self.depth = max(self.depth, other.depth)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.nesting = max(self.nesting, other.nesting)
        self.list_items = max(self.list_items, other.list_items)


@dataclass(frozen=True, slots=True)
class Survey:
    """`costs`: of each operation, by its name. `sizes`: the variables on which they depend; nothing else in a survey
    depends on variables."""

    costs: Mapping[str | None, int]
    sizes: frozenset[str]


def survey(document: DocumentNode, schema: GraphQLSchema, variables: Mapping[str, Any], limits: Limits) -> Survey:
    """Raises LimitExceeded. `variables` are raw, as they came in the request."""
    try:
        return _survey(document, schema, variables, limits)
    except RecursionError:
        # The parser limits the nesting within one definition only, not through fragments.
        message = "The query is nested too deeply."
        raise LimitExceeded(message, name="depth", asked=None, allowed=limits.depth) from None


def cost(document: DocumentNode, schema: GraphQLSchema) -> int:
    """What a document of one operation costs, without variables."""
    [points] = _survey(document, schema, {}, Limits()).costs.values()
    return points


def check_variables(variables: Mapping[str, Any], limits: Limits) -> None:
    """Raises LimitExceeded. Lists inside of objects are bounded by the size of the request only."""
    for value in variables.values():
        if type(value) is list:
            compare("list_items", len(value), limits.list_items)


def _survey(document: DocumentNode, schema: GraphQLSchema, variables: Mapping[str, Any], limits: Limits) -> Survey:
    costs: dict[str | None, int] = {}
    sizes: set[str] = set()
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            surveyor = _Surveyor(document, schema, _with_defaults(definition, variables))
            costs[definition.name.value if definition.name else None] = surveyor.cost_of(definition, limits)
            sizes |= surveyor.sizes
    # A fragment that nobody spreads is validated all the same.
    unused = _Surveyor(document, schema, variables)
    for name in unused.fragments:
        _compare_all(unused.fragment(name), limits)
    return Survey(costs, frozenset(sizes | unused.sizes))


class _Surveyor:
    """Measures one operation. Each fragment is measured once, however often it is spread."""

    def __init__(self, document: DocumentNode, schema: GraphQLSchema, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = variables
        self.fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }
        self._measured: dict[str, Measure] = {}
        self.sizes: set[str] = set()

    def cost_of(self, operation: OperationDefinitionNode, limits: Limits) -> int:
        measure = self._measure(operation.selection_set, self._schema.get_root_type(operation.operation))
        measure.directives += len(operation.directives)
        compare("root_fields", measure.top, limits.root_fields)
        _compare_all(measure, limits)
        return measure.cost

    def _measure(self, selections: SelectionSetNode | None, parent: Any) -> Measure:
        total = Measure()
        for selection in selections.selections if selections else ():
            total.directives += len(selection.directives)
            if isinstance(selection, FieldNode):
                total.add(self._field(selection, parent))
            elif isinstance(selection, InlineFragmentNode):
                total.add(self._measure(selection.selection_set, self._condition(selection, parent)))
            elif isinstance(selection, FragmentSpreadNode):
                total.add(self.fragment(selection.name.value))
        return total

    def fragment(self, name: str) -> Measure:
        fragment = self.fragments.get(name)
        if fragment is None:
            return Measure()
        if name not in self._measured:
            # A cycle ends here; validation refuses it.
            self._measured[name] = Measure()
            self._measured[name] = self._measure(fragment.selection_set, self._condition(fragment, None))
        return self._measured[name]

    def _field(self, node: FieldNode, parent: Any) -> Measure:
        definition = self._definition(parent, node.name.value)
        named = get_named_type(definition.type) if definition else None
        inside = self._measure(node.selection_set, named)
        in_introspection = getattr(named, "name", "") in _INTROSPECTION
        return Measure(
            top=1,
            fields=inside.fields + 1,
            aliases=inside.aliases + (node.alias is not None),
            directives=inside.directives,
            depth=inside.depth + (not in_introspection),
            introspection_depth=inside.introspection_depth + in_introspection,
            list_items=max(inside.list_items, _longest_list(node)),
            nesting=inside.nesting + (in_introspection and node.name.value in _NESTING),
            cost=self._rows(node, definition) * (inside.cost + 1) if node.selection_set else 0,
        )

    def _rows(self, node: FieldNode, definition: GraphQLField | None) -> int:
        rows = definition.extensions.get(ROWS, 1) if definition else 1
        if isinstance(rows, int):
            return rows
        given = next((argument.value for argument in node.arguments if argument.name.value == rows), None)
        if isinstance(given, IntValueNode):
            return max(1, int(given.value))
        if isinstance(given, VariableNode):
            self.sizes.add(given.name.value)
            if type(value := self._variables.get(given.name.value)) is int:
                return max(1, value)
        default = definition.args[rows].default_value if definition else 1
        return default if isinstance(default, int) else 1

    def _definition(self, parent: Any, name: str) -> GraphQLField | None:
        if name == "__schema":
            return _meta_field("__Schema", self._schema)
        if name == "__type":
            return _meta_field("__Type", self._schema)
        found: GraphQLField | None = getattr(parent, "fields", {}).get(name)
        return found

    def _condition(self, node: InlineFragmentNode | FragmentDefinitionNode, parent: Any) -> Any:
        return self._schema.get_type(node.type_condition.name.value) if node.type_condition else parent


def _longest_list(node: FieldNode) -> int:
    lists = (argument.value for argument in node.arguments)
    return max((len(value.values) for value in lists if isinstance(value, ListValueNode)), default=0)


def _meta_field(type_name: str, schema: GraphQLSchema) -> GraphQLField:
    return GraphQLField(schema.type_map[type_name])  # type: ignore[arg-type]


def _with_defaults(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Raw variables, those not given replaced by the default in the document where that is a whole number."""
    defaults = {
        definition.variable.name.value: int(definition.default_value.value)
        for definition in operation.variable_definitions or ()
        if isinstance(definition.default_value, IntValueNode)
    }
    return {**defaults, **variables}


def _compare_all(measure: Measure, limits: Limits) -> None:
    compare("fields", measure.fields, limits.fields)
    compare("aliases", measure.aliases, limits.aliases)
    compare("directives", measure.directives, limits.directives)
    compare("depth", measure.depth, limits.depth)
    compare("introspection_depth", measure.introspection_depth, limits.introspection_depth)
    compare("introspection_nesting", measure.nesting, limits.introspection_nesting)
    compare("list_items", measure.list_items, limits.list_items)
    compare("cost", measure.cost, limits.cost)
