"""`/logout`, by the person, and `/backchannel-logout`, by the issuer."""

import logging
import time
from typing import Final
from urllib.parse import parse_qs

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.auth.oidc import Issuers
from gateway.auth.oidc.documents import IssuerUnavailable
from gateway.auth.oidc.flow import with_parameters
from gateway.auth.oidc.logout import SeenTokens, verify_logout_token
from gateway.auth.oidc.refusal import TokenRefused
from gateway.auth.oidc.tokens import LONGEST_TOKEN
from gateway.auth.origin import is_same_origin
from gateway.auth.sessions import Sessions
from gateway.http.negotiation import wants_page
from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.secret import hash_of

from . import pages
from .cookies import LOGIN_PATH, Cookies
from .seal import Seal

_log = logging.getLogger(__name__)

SIGNED_OUT_PATH: Final = f"{LOGIN_PATH}/signed-out"
_FORM: Final = "application/x-www-form-urlencoded"
_LARGEST_FORM: Final = LONGEST_TOKEN + 1000


class Logout:
    """Ends sessions here and, when a person asked for it, at the issuer."""

    def __init__(self, issuers: Issuers, sessions: Sessions, seal: Seal, cookies: Cookies, *, public_url: str) -> None:
        self._issuers = issuers
        self._sessions = sessions
        self._seal = seal
        self._cookies = cookies
        self._public_url = public_url
        self._seen = SeenTokens()

    async def by_person(self, request: Request) -> Response:
        """A form gets a page that goes on to the issuer; a script gets `{"redirect": url or null}` and goes itself."""
        is_page = wants_page(request.headers.get("accept"))
        if not is_same_origin(request.headers, self._public_url):
            return _refusal(403, "Signing out must be asked for on a page of this site.", is_page=is_page)
        session = self._cookies.session.read(request)
        try:
            if session is not None:
                await self._sessions.close(hash_of(session))
        except ServiceError as error:
            _log.warning("signing out failed", extra={"reason": error.code})
            return _refusal(503, "Signing out did not work. You are still signed in: try again.", is_page=is_page)
        onwards = await self._end_session_url(request)
        response = _answer(onwards) if not is_page else pages.leaving(onwards) if onwards else pages.signed_out()
        self._cookies.session.clear(response)
        self._cookies.issuer.clear(response)
        return response

    async def done(self, _request: Request) -> Response:
        """Where the issuer sends the browser afterwards."""
        return pages.signed_out()

    async def by_issuer(self, request: Request) -> Response:
        """OpenID Connect Back-Channel Logout 1.0, section 2.5 to 2.8."""
        token = await _logout_token(request)
        if token is None:
            return _problem(400, f"logout_token must be sent as {_FORM}")
        try:
            logout = await verify_logout_token(self._issuers, token)
            if self._seen.has(logout, now=time.time()):
                raise TokenRefused("jti has been used")
            whose = {"session_id": logout.session_id} if logout.session_id else {"subject": logout.subject}
            await self._sessions.close_all(issuer=logout.issuer, **whose)
        except TokenRefused as error:
            _log.warning("a logout token is refused", extra={"reason": str(error)})
            return _problem(400, "this logout token is not valid here")
        except ServiceError as error:
            _log.warning("a logout failed", extra={"reason": getattr(error, "reason", error.code)})
            return _problem(503, "the sessions could not be ended: try again")
        self._seen.add(logout, now=time.time())
        return Response(status_code=200, headers={"cache-control": "no-store"})

    async def _end_session_url(self, request: Request) -> str | None:
        """OpenID Connect RP-Initiated Logout 1.0, section 2; None when the issuer has no such place, or is away."""
        sealed = self._cookies.issuer.read(request) or ""
        issuer, id_token = self._seal.open_signed_in(sealed, max_age=self._cookies.issuer.max_age) or ("", None)
        provider = self._issuers.get(issuer)
        if provider is None:
            return None
        try:
            endpoint = (await provider.metadata()).end_session_endpoint
        except IssuerUnavailable:
            return None
        parameters = {
            "client_id": str(provider.settings.client_id),
            "post_logout_redirect_uri": self._public_url + SIGNED_OUT_PATH,
            **({"id_token_hint": id_token} if id_token else {}),
        }
        return with_parameters(endpoint, parameters) if endpoint else None


async def _logout_token(request: Request) -> str | None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return None
    tokens = parse_qs(body.decode("ascii", "replace")).get("logout_token", [])
    return tokens[0] if len(tokens) == 1 else None


def _answer(onwards: str | None) -> Response:
    return _json(200, {"redirect": onwards})


def _refusal(status: int, text: str, *, is_page: bool) -> Response:
    if is_page:
        return pages.message("Not signed out", text, status=status, again=LOGIN_PATH)
    return _json(status, {"error": text})


def _problem(status: int, description: str) -> Response:
    return _json(status, {"error": "invalid_request", "error_description": description})


def _json(status: int, content: object) -> Response:
    return Response(
        orjson.dumps(content),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )
