"""`/graphql`, after the GraphQL over HTTP specification."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth.errors import BadCredential
from gateway.graphql.engine import ALL_OPERATIONS, READ_ONLY, Answer, Engine, OperationNotAllowed
from gateway.graphql.errors import simple
from gateway.limits import LIMITS, Limits
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, ServiceError

from . import parameters
from .access import IDEMPOTENCY_HEADER, access_of
from .graphiql_page import GraphiQLPage
from .negotiation import GRAPHQL_RESPONSE, JSON, answer_type, wants_page
from .problems import HttpProblem, bad_request

DEBUG_HEADER: Final = "x-debug-rpc"


Authenticate = Callable[[Request], Awaitable[CallContext]]


class GraphQLEndpoint:
    """Answers POST and GET; a browser that asks for a page is given GraphiQL."""

    def __init__(
        self,
        engine: Engine,
        page: GraphiQLPage,
        *,
        authenticate: Authenticate,
        shows_calls: bool,
        limits: Limits = LIMITS,
    ) -> None:
        """`authenticate` gives the context in which a request is answered; `shows_calls`: report the calls made for a
        request that has the header `x-debug-rpc: 1`."""
        self._engine = engine
        self._authenticate = authenticate
        self._page = page
        self._shows_calls = shows_calls
        self._limits = limits

    async def answer(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        if request.method != "POST" and wants_page(accept):
            return self._page.response()
        media_type = answer_type(accept)
        try:
            if media_type is None:
                raise HttpProblem(406, "NOT_ACCEPTABLE", f"Answers are {GRAPHQL_RESPONSE} or {JSON}.")
            with context.use(await self._authenticated(request)):
                answer = await self._execute(request)
            return _respond(answer, media_type, shows_calls=self._is_debugged(request))
        except HttpProblem as problem:
            access_of(request.scope).errors = 1
            return problem_response(problem, media_type or JSON)

    async def _authenticated(self, request: Request) -> CallContext:
        try:
            return await self._authenticate(request)
        except ServiceError as error:
            raise not_authenticated(error) from error

    async def _execute(self, request: Request) -> Answer:
        if IDEMPOTENCY_HEADER in request.headers and context.current().idempotency_key is None:
            # To run a command without the protection that was asked for would be worse than not to run it.
            raise bad_request(f"`{IDEMPOTENCY_HEADER}` must have 8 to 128 printable characters without spaces.")
        graphql_request = await parameters.read(request, max_bytes=self._limits.body_bytes)
        allowed = ALL_OPERATIONS if request.method == "POST" else READ_ONLY
        access = access_of(request.scope)
        access.operation = graphql_request.operation_name
        try:
            answer = await self._engine.execute(
                graphql_request, allowed=allowed, correlation_id=context.current().correlation_id
            )
        except OperationNotAllowed as error:
            message = f"A {error} must be sent by POST."
            raise HttpProblem(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": "POST"}) from error
        access.operation, access.errors = answer.operation, len(answer.errors)
        return answer

    def _is_debugged(self, request: Request) -> bool:
        return self._shows_calls and request.headers.get(DEBUG_HEADER) == "1"


def not_authenticated(error: ServiceError) -> HttpProblem:
    """A credential that is not accepted must never be answered as if none had been shown."""
    if isinstance(error, BadCredential):
        return HttpProblem(401, error.code, error.message, headers={"WWW-Authenticate": error.challenge})
    if isinstance(error, Forbidden):
        return HttpProblem(403, error.code, error.message)
    return HttpProblem(503, error.code, error.message, headers={"Retry-After": "1"})


def _respond(answer: Answer, media_type: str, *, shows_calls: bool) -> Response:
    content: dict[str, Any] = {}
    if answer.errors:
        content["errors"] = answer.errors
    if answer.executed:
        content["data"] = answer.data
    if shows_calls:
        content["extensions"] = {"rpc": {"total": len(answer.calls), "calls": answer.calls}}
    # Under application/json a status tells nothing about GraphQL: many clients read bodies of 200 only.
    status = 400 if not answer.executed and media_type == GRAPHQL_RESPONSE else 200
    return _json(content, media_type, status)


def problem_response(problem: HttpProblem, media_type: str) -> Response:
    """In the form of a GraphQL error."""
    error = simple(problem.code, problem.message, context.current().correlation_id)
    return _json({"errors": [error]}, media_type, problem.status, problem.headers)


def _json(content: Any, media_type: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(content),
        status_code=status,
        headers={**(headers or {}), "content-type": f"{media_type}; charset=utf-8", "cache-control": "no-store"},
    )
