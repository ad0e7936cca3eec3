"""From a request to its answer."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionContext,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
)

from gateway.bus import Together
from gateway.limits import LIMITS, Limits

from .context import Call, RequestContext
from .core.documents import Documents
from .core.fast_path import FastExecutionContext
from .errors import (
    INVALID_VARIABLES,
    UNKNOWN_OPERATION,
    UNSUPPORTED_OPERATION,
    FormattedError,
    RequestRefused,
    field_errors,
)

READ_ONLY: frozenset[str] = frozenset({"query"})
ALL_OPERATIONS: frozenset[str] = frozenset({"query", "mutation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """The parameters of a request, their types checked."""

    query: str
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


class OperationNotAllowed(Exception):
    """This kind of operation is not accepted in this kind of HTTP request."""


class Engine:
    """Executes requests against the schema; `call` asks the services."""

    def __init__(self, schema: GraphQLSchema, call: Call, limits: Limits = LIMITS) -> None:
        self._schema = schema
        self._call = call
        self._documents = Documents(schema, limits)
        self._together = Together(call)

    async def execute(self, request: GraphQLRequest, *, allowed: Set[str], correlation_id: str) -> Answer:
        """The answer, also for requests that are refused or that fail. Raises OperationNotAllowed."""
        try:
            document, operation = self._prepare(request)
            if operation.operation.value not in allowed:
                raise OperationNotAllowed(operation.operation.value)
            answer = await self._run(request, document, correlation_id)
        except RequestRefused as refused:
            return Answer(executed=False, errors=refused.formatted(correlation_id), operation=request.operation_name)
        answer.operation = _label(operation)
        return answer

    def _prepare(self, request: GraphQLRequest) -> tuple[DocumentNode, OperationDefinitionNode]:
        document = self._documents.get(request.query, request.variables)
        operation = get_operation_ast(document, request.operation_name)
        if operation is None:
            message = "The document has no operation of this name, or has several and none was named."
            raise RequestRefused(UNKNOWN_OPERATION, [GraphQLError(message)])
        if self._schema.get_root_type(operation.operation) is None:
            message = f"There is no {operation.operation.value} in this schema."
            raise RequestRefused(UNSUPPORTED_OPERATION, [GraphQLError(message)])
        return document, operation

    async def _run(self, request: GraphQLRequest, document: DocumentNode, correlation_id: str) -> Answer:
        context = RequestContext(self._call, self._together)
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
