"""What a request shows of who sends it: one credential, or none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from gateway.auth.errors import bad_session, bad_token, malformed
from gateway.auth.oidc import Identity, Issuers
from gateway.auth.origin import SAFE_METHODS, is_same_origin
from services.chassis.kernel.errors import Forbidden
from services.chassis.kernel.secret import hash_of
from services.rights import api_tokens

JSON: Final = "application/json"

_BEARER: Final = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*)", re.ASCII | re.IGNORECASE)
_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PersonCredential:
    """A bearer token of a trusted issuer, verified."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class SessionCredential:
    """A session cookie. `hash` is the SHA-256 of its value, in hex; whether the session is open is not known yet."""

    hash: str


@dataclass(frozen=True, slots=True)
class TokenCredential:
    """The token of an application. `hash` is the SHA-256 of all of it (`iccar_` included), in hex; whether there is
    such a token is not known yet."""

    hash: str


Credential = PersonCredential | SessionCredential | TokenCredential


def session_cookie(public_url: str) -> str:
    """The name of the session cookie. `__Host-` makes browsers refuse one that another host, or plain http, sets; they
    refuse to keep it for plain http on this machine, too."""
    return "__Host-session" if public_url.startswith("https://") else "session"


class Credentials:
    """Reads the credential of a request."""

    def __init__(self, issuers: Issuers, *, public_url: str) -> None:
        """`public_url`: where browsers find this gateway."""
        self._issuers = issuers
        self._public_url = public_url
        self._cookie = session_cookie(public_url)

    async def of(self, headers: Headers, *, method: str) -> Credential | None:
        """None: nothing is shown.

        Raises BadCredential (Unauthenticated), Forbidden when a page of another site made a browser send its cookie,
        and IssuerUnavailable.
        """
        session = self._session(headers)
        if session is not None and method not in SAFE_METHODS:
            _require_json_from_own_page(headers, self._public_url)
        return await self._only(session, headers.getlist("authorization"))

    async def of_socket(self, headers: Headers, authorization: str | None) -> Credential | None:
        """The credential of a WebSocket: of the `headers` of its handshake and the `authorization` in its first
        message. Browsers let the page of any site open one, and send the cookie along.

        Raises as `of` does.
        """
        session = self._session(headers)
        if session is not None:
            _require_own_page(headers, self._public_url)
        shown = headers.getlist("authorization")
        return await self._only(session, shown if authorization is None else [*shown, authorization])

    async def _only(self, session: str | None, authorizations: Sequence[str]) -> Credential | None:
        if len(authorizations) + (session is not None) > 1:
            raise malformed("Show one credential: an Authorization header or the session cookie, not both.")
        if session is not None:
            return _session_credential(session)
        return await self._bearer_credential(authorizations[0]) if authorizations else None

    def _session(self, headers: Headers) -> str | None:
        found = cookie_parser("; ".join(headers.getlist("cookie"))).get(self._cookie)
        return found or None

    async def _bearer_credential(self, authorization: str) -> Credential:
        found = _BEARER.fullmatch(authorization)
        if found is None:
            raise malformed("The Authorization header must be `Bearer`, a space, and a token.")
        token = found[1]
        if not token.startswith(api_tokens.PREFIX):
            return PersonCredential(await self._issuers.verify(token))
        if not api_tokens.is_well_formed(token):
            # A typing error costs no question to the membership service.
            raise bad_token()
        return TokenCredential(hash_of(token))


def _session_credential(session: str) -> SessionCredential:
    if not _SESSION.fullmatch(session):
        raise bad_session()
    return SessionCredential(hash_of(session))


def _require_own_page(headers: Headers, public_url: str) -> None:
    if not is_same_origin(headers, public_url):
        raise Forbidden("A request with a session cookie must come from a page of this site.")


def _require_json_from_own_page(headers: Headers, public_url: str) -> None:
    _require_own_page(headers, public_url)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Forbidden(f"A request with a session cookie must have the content type {JSON}.")
