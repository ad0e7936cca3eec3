"""Subscriptions: prepared once, answered for each event."""

import asyncio
import time
from collections import OrderedDict
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

from .context import RequestContext
from .core.feeds import AFTER, FEED, Feed, Watch
from .core.resolving import View
from .engine import Answer, Charge, Engine, GraphQLRequest, free

_HELD_SECONDS: Final = 1.0
_KEPT: Final = 1_000
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
        self._public = _PublicObjects()

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
        context, feed = self._engine.context(), subscription.watch.feed
        found = await (self._public.of(feed, message, context) if feed.is_public else feed.object_of(message, context))
        if found is None:
            return None
        root = {to_snake_case(subscription.field): feed.payload(message, found)}
        return await self._engine.run(
            subscription.request, subscription.document, correlation_id, root=root, context=context
        )


class _PublicObjects:
    """What is the same for everybody is read once per event, and not once for each of those who are told of it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[float, asyncio.Task[View | None]]] = OrderedDict()

    async def of(self, feed: Feed, message: Envelope, context: RequestContext) -> View | None:
        """The object that a message is about, as it was a second ago at most. Raises ServiceError."""
        until, task = self._kept.get(message.id, (0.0, None))
        if task is None or until < time.monotonic() or _has_failed(task):
            task = asyncio.create_task(feed.object_of(message, context))
            self._kept[message.id] = time.monotonic() + _HELD_SECONDS, task
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        # One task serves all who wait for the same answer: none of them may cancel it.
        return await asyncio.shield(task)


def _has_failed(task: "asyncio.Task[View | None]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


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
