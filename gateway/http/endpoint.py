"""`/graphql`, after the GraphQL over HTTP specification."""

import math
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth.errors import BadCredential
from gateway.door import DoorSettings
from gateway.graphql.engine import ALL_OPERATIONS, READ_ONLY, Answer, Engine, OperationNotAllowed
from gateway.graphql.errors import PERSISTED_QUERY_NOT_FOUND, simple
from gateway.limits import Admission, Client
from gateway.limits.admission import REQUEST_POINTS, TooBusy, TooManyRequests
from services.chassis.kernel import context
from services.chassis.kernel.context import CallContext
from services.chassis.kernel.errors import Forbidden, ServiceError

from . import parameters
from .access import IDEMPOTENCY_HEADER, access_of
from .caching import NEVER, NEVER_ANYWHERE, VARY, PublicCaching
from .graphiql_page import GraphiQLPage
from .negotiation import GRAPHQL_RESPONSE, JSON, answer_type, wants_page
from .problems import HttpProblem, bad_request
from .rate_headers import rate_headers, retry_after

DEBUG_HEADER: Final = "x-debug-rpc"


Authenticate = Callable[[Request], Awaitable[CallContext]]


class GraphQLEndpoint:
    """Answers POST and GET; a browser that asks for a page is given GraphiQL, if there is a `page`."""

    def __init__(
        self,
        engine: Engine,
        page: GraphiQLPage | None,
        *,
        authenticate: Authenticate,
        shows_calls: bool,
        settings: DoorSettings,
        admission: Admission,
    ) -> None:
        """`authenticate` gives the context in which a request is answered; `shows_calls`: report the calls made for a
        request that has the header `x-debug-rpc: 1`."""
        self._engine = engine
        self._authenticate = authenticate
        self._page = page
        self._shows_calls = shows_calls
        self._limits = settings.limits
        self._body_seconds = settings.http.body_seconds
        self._burst_seconds = settings.rates.burst_seconds
        self._admission = admission
        self._caching = PublicCaching(seconds=settings.http.public_seconds, stale_seconds=settings.http.stale_seconds)

    async def answer(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        if self._page is not None and request.method != "POST" and wants_page(accept):
            return self._page.response()
        media_type = answer_type(accept)
        try:
            if media_type is None:
                raise HttpProblem(406, "NOT_ACCEPTABLE", f"Answers are {GRAPHQL_RESPONSE} or {JSON}.")
            # First of all the body: who is slow with it holds no place, and a connection that is ended with a part of
            # it unread may lose the answer.
            body = await self._body(request)
            call = await self._authenticated(request)
            client = Client.of(call.principal, _address(request))
            with context.use(call):
                answer = await self._admitted(request, body, client)
            return self._respond(request, answer, media_type, client, is_anonymous=call.principal is None)
        except HttpProblem as problem:
            access_of(request.scope).errors = 1
            return problem_response(problem, media_type or JSON)

    async def _body(self, request: Request) -> bytes:
        try:
            return await parameters.body_of(request, limits=self._limits, seconds=self._body_seconds)
        except HttpProblem:
            await self._admission.fine(Client.of(None, _address(request)))
            raise

    async def _authenticated(self, request: Request) -> CallContext:
        address = _address(request)
        shows_credential = "authorization" in request.headers or "cookie" in request.headers
        try:
            if shows_credential:
                self._admission.before_credential(address)
            return await self._authenticate(request)
        except TooManyRequests as error:
            raise _refused(error, {}) from error
        except ServiceError as error:
            if isinstance(error, BadCredential):
                self._admission.credential_failed(address)
            raise not_authenticated(error) from error

    async def _admitted(self, request: Request, body: bytes, client: Client) -> Answer:
        """Raises HttpProblem: 429 or 503 when the client, or this process, has too much at work or asked too much."""
        try:
            await self._admission.begin(client, seconds=context.current().seconds_left() or 0.0)
            try:
                self._admission.charge(client, REQUEST_POINTS)
                return await self._fined(request, body, client)
            finally:
                self._admission.end(client)
        except (TooManyRequests, TooBusy) as error:
            refused = _refused(error, self._rate_headers(client))
        if refused.status == 429:
            await self._admission.pause(client)
        raise refused

    async def _fined(self, request: Request, body: bytes, client: Client) -> Answer:
        """The answer; what is refused for what it is costs points besides."""
        try:
            answer = await self._execute(request, body, client)
        except HttpProblem:
            await self._admission.fine(client)
            raise
        if not answer.executed and not _asks_whether_it_is_kept(answer):
            await self._admission.fine(client)
        return answer

    async def _execute(self, request: Request, body: bytes, client: Client) -> Answer:
        if IDEMPOTENCY_HEADER in request.headers and context.current().idempotency_key is None:
            # To run a command without the protection that was asked for would be worse than not to run it.
            raise bad_request(f"`{IDEMPOTENCY_HEADER}` must have 8 to 128 printable characters without spaces.")
        graphql_request = parameters.read(request, body, limits=self._limits)
        allowed = ALL_OPERATIONS if request.method == "POST" else READ_ONLY
        access = access_of(request.scope)
        access.operation = graphql_request.operation_name
        try:
            answer = await self._engine.execute(
                graphql_request,
                allowed=allowed,
                correlation_id=context.current().correlation_id,
                charge=partial(self._admission.charge, client),
            )
        except OperationNotAllowed as error:
            message = f"A {error} must be sent by POST."
            raise HttpProblem(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": "POST"}) from error
        access.operation, access.errors = answer.operation, len(answer.errors)
        return answer

    def _respond(
        self, request: Request, answer: Answer, media_type: str, client: Client, *, is_anonymous: bool
    ) -> Response:
        shows_calls = self._shows_calls and request.headers.get(DEBUG_HEADER) == "1"
        body = orjson.dumps(_content(answer, cost_limit=self._limits.cost, shows_calls=shows_calls))
        # Under application/json a status tells nothing about GraphQL: many clients read bodies of 200 only.
        status = 400 if not answer.executed and media_type == GRAPHQL_RESPONSE else 200
        is_public = is_anonymous and request.method != "POST" and not answer.errors and not shows_calls
        if is_public and self._caching.is_on:
            # Whoever gets it from a cache is another client: nothing in it is about this one.
            return self._caching.respond(request, body, {"content-type": _with_charset(media_type)})
        control = NEVER if is_anonymous else NEVER_ANYWHERE
        return _json(body, media_type, status, {**self._rate_headers(client), "cache-control": control})

    def _rate_headers(self, client: Client) -> dict[str, str]:
        return rate_headers(self._admission.level(client), self._burst_seconds)


def _asks_whether_it_is_kept(answer: Answer) -> bool:
    return [error["extensions"]["code"] for error in answer.errors] == [PERSISTED_QUERY_NOT_FOUND]


def _address(request: Request) -> str | None:
    client = request.scope.get("client")
    return client[0] if client else None


def not_authenticated(error: ServiceError) -> HttpProblem:
    """A credential that is not accepted must never be answered as if none had been shown."""
    if isinstance(error, BadCredential):
        return HttpProblem(401, error.code, error.message, headers={"WWW-Authenticate": error.challenge})
    if isinstance(error, Forbidden):
        return HttpProblem(403, error.code, error.message)
    return HttpProblem(503, error.code, error.message, headers={"Retry-After": "1"})


def _refused(error: TooManyRequests | TooBusy, headers: Mapping[str, str]) -> HttpProblem:
    return HttpProblem(
        429 if isinstance(error, TooManyRequests) else 503,
        error.code,
        error.message,
        headers={**headers, "Retry-After": retry_after(error.retry_after)},
        extensions={"limit": {"name": error.limit}, "retryAfter": math.ceil(error.retry_after)},
    )


def _content(answer: Answer, *, cost_limit: int, shows_calls: bool) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if answer.errors:
        content["errors"] = answer.errors
    if answer.executed:
        content["data"] = answer.data
    extensions: dict[str, Any] = {}
    if answer.cost is not None:
        extensions["cost"] = {"requested": answer.cost, "limit": cost_limit}
    if shows_calls:
        extensions["rpc"] = {"total": len(answer.calls), "calls": answer.calls}
    if extensions:
        content["extensions"] = extensions
    return content


def problem_response(problem: HttpProblem, media_type: str) -> Response:
    """In the form of a GraphQL error."""
    error = simple(problem.code, problem.message, context.current().correlation_id)
    error["extensions"].update(problem.extensions)
    headers = {**problem.headers, "cache-control": NEVER}
    return _json(orjson.dumps({"errors": [error]}), media_type, problem.status, headers)


def _json(body: bytes, media_type: str, status: int, headers: Mapping[str, str]) -> Response:
    return Response(
        body, status_code=status, headers={**headers, "content-type": _with_charset(media_type), "vary": VARY}
    )


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8"
