"""From an HTTP request to the parameters of a GraphQL request, their types checked."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request

from gateway.graphql.engine import GraphQLRequest

from .negotiation import JSON
from .problems import HttpProblem, bad_request


async def read(request: Request, *, max_bytes: int) -> GraphQLRequest:
    """The GraphQL request in `request`. Raises HttpProblem: 400, 413 or 415."""
    if request.method == "POST":
        _check_content_type(request.headers.get("content-type", ""))
        return from_parameters(_json(await _body(request, max_bytes), "the body"))
    return from_parameters(_from_query(request.query_params, max_bytes))


def from_parameters(parameters: Any) -> GraphQLRequest:
    """The request in a decoded body. Raises HttpProblem (400) unless all parameters are of the right type."""
    if not isinstance(parameters, dict):
        raise bad_request("The body must be one JSON object; batches are not accepted.")
    query = parameters.get("query")
    if not isinstance(query, str):
        raise bad_request("`query` must be given, as a text.")
    operation_name = parameters.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise bad_request("`operationName` must be a text.")
    return GraphQLRequest(
        query=query,
        operation_name=operation_name or None,
        variables=_object(parameters, "variables"),
        extensions=_object(parameters, "extensions"),
    )


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
    return HttpProblem(413, "REQUEST_TOO_LARGE", f"A request may have {max_bytes} bytes at most.")
