"""Subscriptions: prepared once, answered for each event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphene.utils.str_converters import to_snake_case
from graphql import (
    DocumentNode,
    ExecutionContext,
    FieldNode,
    GraphQLError,
    OperationType,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import collect_fields
from graphql.execution.execute import get_field_def
from graphql.execution.values import get_argument_values

from gateway.graphql.errors import VALIDATION_FAILED, FormattedError, RequestRefused
from services.chassis.protocol.envelope import Envelope

from .core.feeds import AFTER, FEED, Watch
from .engine import Answer, Charge, Engine, GraphQLRequest, free

_INTO_NOTHING: Final = "A subscription needs one field that is not left out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A valid subscription. `field` is its root field; `after` the id of the last event that the subscriber has.
    `shared` is equal for requests that are answered alike, whatever the subscribers have already."""

    request: GraphQLRequest
    document: DocumentNode
    field: str
    watch: Watch
    after: str | None
    label: str
    shared: tuple[str, str | None, bytes]


class Subscriptions:
    """Prepares and answers them by the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def told(self, refused: RequestRefused, correlation_id: str) -> list[FormattedError]:
        """A refusal as clients see it."""
        return self._engine.told(refused, correlation_id)

    def prepare(self, request: GraphQLRequest, *, charge: Charge = free) -> Subscription:
        """Raises RequestRefused, InvalidInput (an id), and what `charge` raises."""
        text, document, operation, cost = self._engine.prepare(request, only=OperationType.SUBSCRIPTION, charge=charge)
        charge(cost)
        execution = self._engine.execution(request, document)
        nodes = _root_field(execution)
        definition = get_field_def(execution.schema, execution.schema.subscription_type, nodes[0])  # type: ignore[arg-type]
        if definition is None or FEED not in definition.extensions:
            raise RequestRefused(VALIDATION_FAILED, [GraphQLError(_INTO_NOTHING)])
        arguments = _arguments(execution, definition, nodes[0])
        return Subscription(
            request=request,
            document=document,
            field=nodes[0].name.value,
            watch=definition.extensions[FEED].watch(arguments),
            after=arguments.get(AFTER),
            label=self._engine.label(operation),
            shared=_shared(text, request, document, nodes[0]),
        )

    async def answer(self, subscription: Subscription, message: Envelope, correlation_id: str) -> Answer | None:
        """What the subscriber who is the running call's principal is told of `message`; None: nothing, for they may not
        see what it is about.

        Raises ServiceError: it cannot be told whether they may.
        """
        context = self._engine.context()
        payload = await subscription.watch.feed.payload(message, context)
        if payload is None:
            return None
        root = {to_snake_case(subscription.field): payload}
        return await self._engine.run(
            subscription.request, subscription.document, correlation_id, root=root, context=context
        )


def _root_field(execution: ExecutionContext) -> list[FieldNode]:
    """The nodes of the one field at the root: validation has seen to it that there are no two.

    Raises RequestRefused: it is left out.
    """
    found = collect_fields(
        execution.schema,
        execution.fragments,
        execution.variable_values,
        execution.schema.subscription_type,  # type: ignore[arg-type]
        execution.operation.selection_set,
    )
    if len(found) != 1:
        raise RequestRefused(VALIDATION_FAILED, [GraphQLError(_INTO_NOTHING)])
    return next(iter(found.values()))


def _arguments(execution: ExecutionContext, definition: Any, node: FieldNode) -> Mapping[str, Any]:
    try:
        return get_argument_values(definition, node, execution.variable_values)
    except GraphQLError as error:
        raise RequestRefused(VALIDATION_FAILED, [error]) from error


def _shared(
    text: str, request: GraphQLRequest, document: DocumentNode, node: FieldNode
) -> tuple[str, str | None, bytes]:
    """Two subscribers who differ only in what they have already are shown the same afterwards."""
    variables = dict(request.variables)
    after = next((each.value for each in node.arguments if each.name.value == AFTER), None)
    if isinstance(after, VariableNode) and _uses(document, after.name.value) == 1:
        variables.pop(after.name.value, None)
    return text, request.operation_name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)


def _uses(document: DocumentNode, variable: str) -> int:
    """How often the document uses a variable."""
    count = 0

    class Counting(Visitor):
        def enter_variable(self, node: VariableNode, _key: Any, parent: Any, *_: Any) -> None:
            nonlocal count
            count += node.name.value == variable and not isinstance(parent, VariableDefinitionNode)

    visit(document, Counting())
    return count
