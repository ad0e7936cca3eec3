"""What an issuer publishes about itself, fetched over HTTP and checked."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx

from gateway.issuers import is_secure_url
from services.chassis.kernel.errors import Unavailable

from .keys import KeySet

FETCH_SECONDS: Final = 4.0
"""For discovery document and keys together: less than a request has for all that it does."""

LARGEST_ANSWER: Final = 500_000
"""In bytes."""

_DISCOVERY_PATH: Final = "/.well-known/openid-configuration"


class IssuerUnavailable(Unavailable):
    """The issuer cannot be reached, or answers what it must not: nobody's token is at fault."""

    def __init__(self, reason: str) -> None:
        super().__init__("The identity provider cannot be reached at the moment. Please try again.")
        self.reason = reason


class IssuerRefused(IssuerUnavailable):
    """The issuer says that the request is wrong: a 4xx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """OpenID Connect Discovery 1.0, section 3, as far as it is used here; URLs are checked."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str | None
    token_endpoint: str | None
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    token_endpoint_auth_methods: tuple[str, ...]
    names_itself_in_responses: bool
    """RFC 9207: whether the answer to an authorization request carries `iss`."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any], *, issuer: str) -> Self:
        """Raises IssuerUnavailable: it is the document of another issuer, or lacks what is needed."""
        if document.get("issuer") != issuer:
            raise IssuerUnavailable("the discovery document names another issuer")
        jwks_uri = _url(document, "jwks_uri")
        if jwks_uri is None:
            raise IssuerUnavailable("the discovery document has no jwks_uri")
        return cls(
            issuer=issuer,
            jwks_uri=jwks_uri,
            authorization_endpoint=_url(document, "authorization_endpoint"),
            token_endpoint=_url(document, "token_endpoint"),
            userinfo_endpoint=_url(document, "userinfo_endpoint"),
            end_session_endpoint=_url(document, "end_session_endpoint"),
            token_endpoint_auth_methods=_methods(document),
            names_itself_in_responses=document.get("authorization_response_iss_parameter_supported") is True,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """Metadata and keys, as they were at one moment."""

    metadata: Metadata
    keys: KeySet


async def fetch_published(client: httpx.AsyncClient, issuer: str) -> Published:
    """Raises IssuerUnavailable."""
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            document = await request_json(client, "GET", issuer.rstrip("/") + _DISCOVERY_PATH)
            metadata = Metadata.from_document(document, issuer=issuer)
            return Published(metadata, KeySet(await request_json(client, "GET", metadata.jwks_uri)))
    except TimeoutError as error:
        raise IssuerUnavailable("no answer in time") from error
    except ValueError as error:
        raise IssuerUnavailable(str(error)) from error


async def request_json(client: httpx.AsyncClient, method: str, url: str, **options: Any) -> dict[str, Any]:
    """The JSON object that a 200 holds. Raises IssuerUnavailable, IssuerRefused. Redirects are not followed."""
    try:
        async with client.stream(method, url, headers={"accept": "application/json"}, **options) as response:
            body = await _body(response)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise IssuerUnavailable(f"{url}: {type(error).__name__}") from error
    if response.status_code != httpx.codes.OK:
        refusal = IssuerRefused if response.is_client_error else IssuerUnavailable
        raise refusal(f"{url} answered {response.status_code}")
    return _object(body, url)


async def _body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise IssuerUnavailable(f"{response.url} answered more than {LARGEST_ANSWER} bytes")
    return bytes(body)


def _object(body: bytes, url: str) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise IssuerUnavailable(f"{url} answered no JSON") from error
    if not isinstance(content, dict):
        raise IssuerUnavailable(f"{url} answered no JSON object")
    return content


def _url(document: Mapping[str, Any], field: str) -> str | None:
    url = document.get(field)
    if url is None:
        return None
    if not isinstance(url, str) or not is_secure_url(url):
        raise IssuerUnavailable(f"{field} of the discovery document is no https URL")
    return url


def _methods(document: Mapping[str, Any]) -> tuple[str, ...]:
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return tuple(str(method) for method in methods) if isinstance(methods, list) else ()
