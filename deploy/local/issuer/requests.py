"""Requests of a client (RFC 6749, RFC 7636), as far as this issuer takes them."""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from .people import Person
from .tokens import CLIENT_ID

CODE_SECONDS: Final = 60
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


class BadRequest(Exception):
    """`error` is a code of RFC 6749; the message says what is wrong."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that can be answered: back on this machine, with PKCE."""

    redirect_uri: str
    state: str | None
    nonce: str | None
    challenge: str

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "AuthorizationRequest":
        """Raises BadRequest. There is no redirect to a client that is wrong."""
        expected = {"client_id": CLIENT_ID, "response_type": "code", "code_challenge_method": "S256"}
        for name, value in expected.items():
            if parameters.get(name) != value:
                raise BadRequest("invalid_request", f"{name} must be {value}.")
        challenge, redirect_uri = parameters.get("code_challenge", ""), parameters.get("redirect_uri", "")
        if not challenge or "openid" not in parameters.get("scope", "").split():
            raise BadRequest("invalid_request", "code_challenge and the scope openid are needed.")
        if not is_on_this_machine(redirect_uri):
            raise BadRequest("invalid_request", "redirect_uri must be on this machine.")
        return cls(redirect_uri, parameters.get("state"), parameters.get("nonce"), challenge)

    def answer(self, **parameters: str) -> str:
        """Where the browser goes with the answer."""
        given = {**parameters, **({} if self.state is None else {"state": self.state})}
        return with_parameters(self.redirect_uri, given)


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for, until `expires_at` (monotonic seconds)."""

    request: AuthorizationRequest
    person: Person
    session_id: str
    expires_at: float


@dataclass(slots=True)
class Codes:
    """Codes that have been given and not yet redeemed; each is good for one try within a minute."""

    _given: dict[str, Code] = field(default_factory=dict)

    def give(self, request: AuthorizationRequest, person: Person) -> str:
        now = time.monotonic()
        self._given = {code: each for code, each in self._given.items() if each.expires_at > now}
        code = secrets.token_urlsafe(32)
        self._given[code] = Code(request, person, secrets.token_hex(16), now + CODE_SECONDS)
        return code

    def redeem(self, form: Mapping[str, str]) -> Code:
        """Raises BadRequest."""
        if form.get("grant_type") != "authorization_code":
            raise BadRequest("unsupported_grant_type", "grant_type must be authorization_code.")
        if form.get("client_id") != CLIENT_ID:
            raise BadRequest("invalid_client", f"client_id must be {CLIENT_ID}.")
        found = self._given.pop(form.get("code", ""), None)
        if found is None or found.expires_at <= time.monotonic():
            raise BadRequest("invalid_grant", "The code is not known, used, or too old.")
        if form.get("redirect_uri") != found.request.redirect_uri:
            raise BadRequest("invalid_grant", "redirect_uri is another one.")
        if _challenge(form.get("code_verifier", "")) != found.request.challenge:
            raise BadRequest("invalid_grant", "code_verifier does not belong to the code.")
        return found


def is_on_this_machine(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode([*parse_qsl(parts.query), *parameters.items()])).geturl()


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
