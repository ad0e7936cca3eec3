"""The authorization code flow with PKCE (RFC 6749, RFC 7636, OpenID Connect Core 1.0, section 3.1).

The flow is two requests; PyJWT does what is hard about them. A client library would bring its own sessions and its
own, blocking, look-up of keys.
"""

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import httpx

from gateway.issuers import IssuerSettings

from . import tokens
from .documents import IssuerRefused, IssuerUnavailable, Metadata, request_json
from .identity import Identity
from .provider import Provider
from .refusal import TokenRefused

_log = logging.getLogger(__name__)

_RANDOM_BYTES: Final = 32
_PROFILE: Final = ("name", "email", "email_verified")


class LoginFailed(Exception):
    """This attempt to sign in is over. The message is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What only this browser knows between leaving for the issuer and coming back."""

    issuer: str
    state: str
    nonce: str
    verifier: str
    return_to: str

    @classmethod
    def start(cls, issuer: str, return_to: str) -> Self:
        state, nonce, verifier = (secrets.token_urlsafe(_RANDOM_BYTES) for _ in range(3))
        return cls(issuer=issuer, state=state, nonce=nonce, verifier=verifier, return_to=return_to)

    @property
    def challenge(self) -> str:
        """RFC 7636, section 4.2: S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """`id_token` tells the issuer at logout whose session is over."""

    identity: Identity
    id_token: str


def authorization_url(attempt: Attempt, settings: IssuerSettings, metadata: Metadata, *, redirect_uri: str) -> str:
    """Where the browser goes to sign in. Raises IssuerUnavailable when the issuer has no such place."""
    if metadata.authorization_endpoint is None:
        raise IssuerUnavailable("the discovery document has no authorization_endpoint")
    parameters = {
        "response_type": "code",
        "client_id": str(settings.client_id),
        "redirect_uri": redirect_uri,
        "scope": " ".join(settings.scopes),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    return with_parameters(metadata.authorization_endpoint, parameters)


def code_of(answer: Mapping[str, str], attempt: Attempt, metadata: Metadata) -> str:
    """The code in the answer that the browser brought back. Raises LoginFailed: it does not belong to `attempt`."""
    if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
        raise LoginFailed("state is another one's")
    named = answer.get("iss")
    if named != metadata.issuer and (named is not None or metadata.names_itself_in_responses):
        raise LoginFailed("the answer is another issuer's")  # RFC 9207: mix-up
    if "error" in answer:
        raise LoginFailed(f"the issuer refused: {answer['error'][:100]!r}")
    code = answer.get("code")
    if not code:
        raise LoginFailed("the answer has no code")
    return code


async def redeem(provider: Provider, code: str, attempt: Attempt, *, redirect_uri: str) -> SignedIn:
    """Who has signed in. Raises LoginFailed, TokenRefused, IssuerUnavailable."""
    metadata = await provider.metadata()
    answer = await _exchange(provider, metadata, code, attempt, redirect_uri)
    id_token = answer.get("id_token")
    if not isinstance(id_token, str):
        raise LoginFailed("the token endpoint answered without an id_token")
    claims = await verify_id_token(provider, id_token, nonce=attempt.nonce)
    return SignedIn(identity=Identity.from_claims(await _with_profile(provider, claims, answer)), id_token=id_token)


async def verify_id_token(provider: Provider, id_token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token made for this gateway and this attempt. Raises TokenRefused, IssuerUnavailable."""
    client_id = str(provider.settings.client_id)
    found = tokens.unverified(id_token)
    claims = await provider.claims(id_token, found, tokens.ID_TOKEN_TYPES, (client_id,))
    if not hmac.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
        raise TokenRefused("nonce is another attempt's")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise TokenRefused("azp is another client")
    if "events" in claims:
        raise TokenRefused("a security event is no ID token")
    return claims


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """`url` with `parameters` besides those that it has."""
    parts = urlsplit(url)
    return parts._replace(query=urlencode([*parse_qsl(parts.query), *parameters.items()])).geturl()


async def _exchange(
    provider: Provider, metadata: Metadata, code: str, attempt: Attempt, redirect_uri: str
) -> dict[str, Any]:
    if metadata.token_endpoint is None:
        raise IssuerUnavailable("the discovery document has no token_endpoint")
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": attempt.verifier,
    }
    options = _authentication(provider.settings, metadata, form)
    try:
        return await request_json(provider.client, "POST", metadata.token_endpoint, **options)
    except IssuerRefused as error:
        raise LoginFailed(f"the code is not accepted: {error.reason}") from error


def _authentication(settings: IssuerSettings, metadata: Metadata, form: dict[str, str]) -> dict[str, Any]:
    """How this client says who it is: by its secret where it has one (RFC 6749, section 2.3.1)."""
    client_id = str(settings.client_id)
    if settings.client_secret is None:
        return {"data": {**form, "client_id": client_id}}
    secret = settings.client_secret.reveal()
    methods = metadata.token_endpoint_auth_methods
    if "client_secret_basic" not in methods and "client_secret_post" in methods:
        return {"data": {**form, "client_id": client_id, "client_secret": secret}}
    return {"data": form, "auth": httpx.BasicAuth(quote_plus(client_id), quote_plus(secret))}


async def _with_profile(provider: Provider, claims: dict[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """Name and address, where the ID token does not have them: many issuers tell them at the userinfo endpoint only."""
    endpoint, access_token = (await provider.metadata()).userinfo_endpoint, answer.get("access_token")
    if endpoint is None or not isinstance(access_token, str) or ("name" in claims and "email" in claims):
        return claims
    try:
        told = await request_json(provider.client, "GET", endpoint, auth=_Bearer(access_token))
    except IssuerRefused as error:
        # The access token is for another resource only. Who it is, is known without.
        _log.info("the issuer tells no more about somebody", extra={"reason": error.reason})
        return claims
    if told.get("sub") != claims["sub"]:
        raise TokenRefused("userinfo is about somebody else")
    return {**{claim: told[claim] for claim in _PROFILE if claim in told}, **claims}


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["authorization"] = f"Bearer {self._token}"
        yield request
