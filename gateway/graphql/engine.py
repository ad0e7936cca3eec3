"""From a request to its answer."""

import asyncio
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionContext,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
)

from gateway.door import DocumentSettings
from gateway.limits import LIMITS, Limits, Survey
from services.chassis.kernel.context import current
from services.chassis.kernel.errors import DeadlineExceeded

from .context import Call, RequestContext
from .core.documents import Documents
from .core.fast_path import FastExecutionContext
from .core.texts import Texts
from .errors import (
    INVALID_VARIABLES,
    UNKNOWN_OPERATION,
    UNSUPPORTED_OPERATION,
    FormattedError,
    RequestRefused,
    field_errors,
    simple,
)

READ_ONLY: frozenset[str] = frozenset({"query"})
ALL_OPERATIONS: frozenset[str] = frozenset({"query", "mutation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """The parameters of a request, their types checked. One of `query`, `document_id` and `persisted_hash` is there."""

    query: str | None = None
    document_id: str | None = None
    persisted_hash: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Answer:
    """What a request gives. A refused one has no `data` at all: it was not executed."""

    data: dict[str, Any] | None = None
    errors: list[FormattedError] = field(default_factory=list)
    executed: bool = True
    operation: str | None = None
    calls: list[str] = field(default_factory=list)
    cost: int | None = None
    """The objects that it might have given, by its list sizes. None: this was not looked at."""


Charge = Callable[[int], None]
"""Takes points from whoever asks. Raises RateLimited when there are not enough."""

UNKNOWN_POINTS: Final = 100
CHARACTERS_PER_POINT: Final = 2
"""What a document costs besides that is not known yet: an object takes some ten microseconds, to parse and validate the
shortest document as long as a hundred of them."""

_GRACE_SECONDS: Final = 0.5
"""Calls end at the deadline. What they leave of an answer is still given."""


def free(_points: int) -> None:
    """Charges nothing."""


class OperationNotAllowed(Exception):
    """This kind of operation is not accepted in this kind of HTTP request."""


class Engine:
    """Executes requests against the schema; `call` asks the services."""

    def __init__(
        self, schema: GraphQLSchema, call: Call, limits: Limits = LIMITS, settings: DocumentSettings | None = None
    ) -> None:
        """Raises ConfigurationError: the trusted documents cannot be read, or are not of this schema."""
        settings = settings or DocumentSettings()
        self._schema = schema
        self._call = call
        self._limits = limits
        self._suggests = settings.suggests
        self._documents = Documents(schema, limits, settings)
        self._texts = Texts(settings)
        self._texts.check(lambda text: self._documents.get(text, {}))

    async def execute(
        self, request: GraphQLRequest, *, allowed: Set[str], correlation_id: str, charge: Charge = free
    ) -> Answer:
        """The answer, also for requests that are refused or that fail. `charge` is asked before anything is parsed and
        before anything is executed. Raises OperationNotAllowed, and what `charge` raises."""
        try:
            document, operation, cost = self.prepare(request, charge=charge)
            if operation.operation.value not in allowed:
                raise OperationNotAllowed(operation.operation.value)
            charge(cost)
            answer = await self._in_time(request, document, correlation_id)
        except RequestRefused as refused:
            errors = refused.formatted(correlation_id, suggests=self._suggests)
            return Answer(executed=False, errors=errors, operation=request.operation_name)
        answer.operation, answer.cost = _label(operation), cost
        return answer

    def prepare(
        self, request: GraphQLRequest, *, charge: Charge = free
    ) -> tuple[DocumentNode, OperationDefinitionNode, int]:
        """The document, within its limits and valid, the operation meant, and its cost in points.

        Raises RequestRefused, and what `charge` raises: a document that is not known yet costs points by its length.
        """
        text = self._texts.of(request.query, document_id=request.document_id, persisted_hash=request.persisted_hash)
        if text not in self._documents:
            charge(UNKNOWN_POINTS + len(text) // CHARACTERS_PER_POINT)
        document, survey = self._documents.surveyed(text, request.variables)
        self._texts.remember(text, persisted_hash=request.persisted_hash)
        return document, *self._operation(document, survey, request.operation_name)

    def _operation(
        self, document: DocumentNode, survey: Survey, name: str | None
    ) -> tuple[OperationDefinitionNode, int]:
        operation = get_operation_ast(document, name)
        if operation is None:
            message = "The document has no operation of this name, or has several and none was named."
            raise RequestRefused(UNKNOWN_OPERATION, [GraphQLError(message)])
        if self._schema.get_root_type(operation.operation) is None:
            message = f"There is no {operation.operation.value} in this schema."
            raise RequestRefused(UNSUPPORTED_OPERATION, [GraphQLError(message)])
        return operation, survey.costs[operation.name.value if operation.name else None]

    async def _in_time(self, request: GraphQLRequest, document: DocumentNode, correlation_id: str) -> Answer:
        left = current().seconds_left()
        if left is None:
            return await self._run(request, document, correlation_id)
        try:
            async with asyncio.timeout(left + _GRACE_SECONDS):
                return await self._run(request, document, correlation_id)
        except TimeoutError:
            message = "The answer was not ready in time. Please ask for less, or try again."
            return Answer(errors=[simple(DeadlineExceeded.code, message, correlation_id)])

    async def _run(self, request: GraphQLRequest, document: DocumentNode, correlation_id: str) -> Answer:
        context = RequestContext(self._call)
        execution = FastExecutionContext.build(
            self._schema,
            document,
            context_value=context,
            raw_variable_values=dict(request.variables),
            operation_name=request.operation_name,
        )
        if isinstance(execution, list):
            raise RequestRefused(INVALID_VARIABLES, execution)
        data = await _data(execution)
        met = [*execution.collected_errors.errors, *context.errors]
        errors = execution.build_response(data, met).errors or []
        return Answer(data=data, errors=field_errors(errors, correlation_id), calls=context.calls)


async def _data(execution: ExecutionContext) -> dict[str, Any] | None:
    """The data of an execution; None when an error reached the root."""
    try:
        data: Any = execution.execute_operation(execution.operation, None)
        return await data if execution.is_awaitable(data) else data  # type: ignore[no-any-return]
    except GraphQLError as error:
        execution.collected_errors.add(error, None)
        return None


def _label(operation: OperationDefinitionNode) -> str:
    """How the operation is called in logs: `query Members`, or its root fields when it has no name."""
    if operation.name:
        return f"{operation.operation.value} {operation.name.value}"
    fields = [getattr(node, "name", None) for node in operation.selection_set.selections]
    return f"{operation.operation.value} {{{', '.join(name.value for name in fields if name)[:100]}}}"
