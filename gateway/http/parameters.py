"""From an HTTP request to the parameters of a GraphQL request, their types checked."""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from typing import Any, Final

import orjson
from starlette.requests import Request

from gateway.door import LIMITS, Limits
from gateway.graphql.engine import GraphQLRequest

from .negotiation import JSON
from .problems import HttpProblem, bad_request

_SHA256: Final = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)


async def body_of(request: Request, *, limits: Limits, seconds: float) -> bytes:
    """The body of a POST, which must be JSON and there in `seconds`; nothing for GET.

    Raises HttpProblem: 408, 413 or 415.
    """
    if request.method != "POST":
        return b""
    _check_content_type(request.headers.get("content-type", ""))
    return await _in_time(_body(request, limits.body_bytes), seconds)


def read(request: Request, body: bytes, *, limits: Limits) -> GraphQLRequest:
    """The GraphQL request in `request`. Raises HttpProblem: 400 or 413."""
    if request.method == "POST":
        return from_parameters(_json(body, "the body"))
    return from_parameters(_from_query(request.query_params, limits.body_bytes))


def from_parameters(parameters: Any) -> GraphQLRequest:
    """The request in a decoded body. Raises HttpProblem (400) unless all parameters are of the right type."""
    if isinstance(parameters, list):
        message = "The body must be one JSON object; batches are not accepted."
        limit = {"name": "batch", "asked": len(parameters), "allowed": LIMITS.batch}
        raise HttpProblem(400, "BAD_REQUEST", message, extensions={"limit": limit})
    if not isinstance(parameters, dict):
        raise bad_request("The body must be one JSON object.")
    query, document_id = _text(parameters, "query"), _text(parameters, "documentId")
    extensions = _object(parameters, "extensions")
    persisted_hash = _persisted_hash(extensions)
    if query is None and document_id is None and persisted_hash is None:
        raise bad_request("`query` must be given, as a text (or `documentId`, or the hash of a persisted query).")
    if document_id is not None and not (query is None and persisted_hash is None):
        raise bad_request("`documentId` stands alone: without `query`, and without the hash of a persisted query.")
    return GraphQLRequest(
        query=query,
        document_id=document_id,
        persisted_hash=persisted_hash,
        operation_name=_text(parameters, "operationName") or None,
        variables=_object(parameters, "variables"),
        extensions=extensions,
    )


def _text(parameters: Mapping[str, Any], name: str) -> str | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, str):
        raise bad_request(f"`{name}` must be a text.")
    return value


def _persisted_hash(extensions: Mapping[str, Any]) -> str | None:
    """As Apollo's clients name a document: `{"persistedQuery": {"version": 1, "sha256Hash": …}}`."""
    named = extensions.get("persistedQuery")
    if named is None:
        return None
    found = named.get("sha256Hash") if isinstance(named, dict) and named.get("version") == 1 else None
    if not isinstance(found, str) or not _SHA256.fullmatch(found):
        raise bad_request("`persistedQuery` must have the `version` 1, and as `sha256Hash` a SHA-256 in hex.")
    return found.lower()


def _object(parameters: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = parameters.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise bad_request(f"`{name}` must be an object.")
    return value


def _from_query(query: Mapping[str, str], max_bytes: int) -> dict[str, Any]:
    if sum(map(len, query.values())) > max_bytes:
        raise _too_large(max_bytes)
    parameters: dict[str, Any] = dict(query)
    for name in ("variables", "extensions"):
        if parameters.get(name):
            parameters[name] = _json(parameters[name].encode(), f"`{name}`")
        else:
            parameters.pop(name, None)
    return parameters


def _check_content_type(content_type: str) -> None:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = {parameter.removeprefix("charset=").strip('"') for parameter in parameters if "charset=" in parameter}
    if media_type != JSON or charsets - {"utf-8", "utf8"}:
        message = f"The body must be {JSON} in UTF-8."
        raise HttpProblem(415, "UNSUPPORTED_MEDIA_TYPE", message, headers={"Accept-Post": JSON})


async def _in_time(body: Awaitable[bytes], seconds: float) -> bytes:
    try:
        async with asyncio.timeout(seconds):
            return await body
    except TimeoutError:
        message = f"The body must be there in {seconds:g} seconds."
        # What is left of it would be taken for the next request.
        raise HttpProblem(408, "REQUEST_TIMEOUT", message, headers={"Connection": "close"}) from None


async def _body(request: Request, max_bytes: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    return bytes(body)


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"{what} is not JSON: {error}") from error


def _too_large(max_bytes: int) -> HttpProblem:
    message = f"A request may have {max_bytes} bytes at most."
    limit = {"name": "body_bytes", "asked": None, "allowed": max_bytes}
    # Nobody reads the rest of it.
    return HttpProblem(413, "REQUEST_TOO_LARGE", message, headers={"Connection": "close"}, extensions={"limit": limit})
