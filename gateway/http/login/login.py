"""`/login` and `/login/callback`: out to the issuer and back."""

import logging
import time
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.auth.oidc import Issuers
from gateway.auth.oidc.documents import IssuerUnavailable
from gateway.auth.oidc.flow import Attempt, LoginFailed, SignedIn, authorization_url, code_of, redeem
from gateway.auth.oidc.provider import Provider
from gateway.auth.oidc.refusal import TokenRefused
from gateway.auth.sessions import NewSession, Sessions
from gateway.issuers import LOOPBACK_HOSTS
from services.chassis.kernel.errors import ServiceError
from services.chassis.kernel.secret import hash_of, new_secret

from . import pages
from .cookies import LOGIN_PATH, Cookies
from .return_to import safe_return_to
from .seal import Seal

_log = logging.getLogger(__name__)

CALLBACK_PATH = f"{LOGIN_PATH}/callback"


class Login:
    """Makes a session out of what the issuer says."""

    def __init__(self, issuers: Issuers, sessions: Sessions, seal: Seal, cookies: Cookies, *, public_url: str) -> None:
        self._issuers = issuers
        self._sessions = sessions
        self._seal = seal
        self._cookies = cookies
        self._public_url = public_url

    async def start(self, request: Request) -> Response:
        """Send the browser to the issuer that `?issuer=` names, to the only one, or let a person choose."""
        if (elsewhere := self._canonical(request)) is not None:
            return RedirectResponse(elsewhere, status_code=302)
        return_to = safe_return_to(request.query_params.get("return_to"))
        offered = [each for each in self._issuers if each.settings.client_id is not None]
        is_signed_in = self._cookies.session.read(request) is not None
        wanted = request.query_params.get("issuer")
        if wanted is None and (len(offered) != 1 or is_signed_in):
            return pages.choices([_choice(each, return_to) for each in offered], is_signed_in=is_signed_in)
        provider = next((each for each in offered if wanted in (None, each.settings.issuer)), None)
        if provider is None:
            text = "This identity provider is not known here. Choose one of the list."
            return pages.message("Sign in", text, status=404, again=LOGIN_PATH)
        return await self._leave(provider, return_to)

    async def callback(self, request: Request) -> Response:
        """The browser is back: check what it brings, and open a session."""
        response = await self._arrive(request)
        self._cookies.attempt.clear(response)
        return response

    async def _leave(self, provider: Provider, return_to: str) -> Response:
        attempt = Attempt.start(provider.settings.issuer, return_to)
        try:
            metadata = await provider.metadata()
            url = authorization_url(attempt, provider.settings, metadata, redirect_uri=self._redirect_uri)
        except IssuerUnavailable as error:
            return _unavailable(error, return_to)
        response = RedirectResponse(url, status_code=302, headers={"cache-control": "no-store"})
        self._cookies.attempt.set(response, self._seal.close_attempt(attempt))
        return response

    async def _arrive(self, request: Request) -> Response:
        attempt = self._seal.open_attempt(self._cookies.attempt.read(request) or "")
        provider = None if attempt is None else self._issuers.get(attempt.issuer)
        if attempt is None or provider is None:
            text = "This attempt to sign in is too old, or was begun in another browser."
            return pages.message("Not signed in", text, status=400, again=LOGIN_PATH)
        try:
            code = code_of(request.query_params, attempt, await provider.metadata())
            signed_in = await redeem(provider, code, attempt, redirect_uri=self._redirect_uri)
            return await self._open_session(request, signed_in, attempt)
        except (LoginFailed, TokenRefused) as error:
            _log.warning("signing in failed", extra={"issuer": attempt.issuer, "reason": str(error)})
            again = _link(attempt.issuer, attempt.return_to)
            return pages.message("Not signed in", "Signing in did not work.", status=400, again=again)
        except ServiceError as error:
            return _unavailable(error, attempt.return_to)

    async def _open_session(self, request: Request, signed_in: SignedIn, attempt: Attempt) -> Response:
        identity, secret = signed_in.identity, new_secret()
        expires_at = time.time() + self._cookies.session.max_age
        if (previous := self._cookies.session.read(request)) is not None:
            await self._sessions.close(hash_of(previous))
        await self._sessions.open(NewSession.of(identity, secret, expires_at=expires_at))
        response = RedirectResponse(attempt.return_to, status_code=303, headers={"cache-control": "no-store"})
        self._cookies.session.set(response, secret)
        self._cookies.issuer.set(response, self._seal.close_signed_in(identity.issuer, signed_in.id_token))
        _log.info("somebody signed in", extra={"issuer": identity.issuer})
        return response

    @property
    def _redirect_uri(self) -> str:
        return self._public_url + CALLBACK_PATH

    def _canonical(self, request: Request) -> str | None:
        """This machine has several names. Cookies keep to one, so the whole flow must."""
        names = {request.url.hostname, _host(self._public_url)}
        if len(names) == 1 or not names <= set(LOOPBACK_HOSTS):
            return None
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{self._public_url}{LOGIN_PATH}{query}"


def _choice(provider: Provider, return_to: str) -> tuple[str, str]:
    return provider.settings.name, _link(provider.settings.issuer, return_to)


def _link(issuer: str, return_to: str) -> str:
    return f"{LOGIN_PATH}?{urlencode({'issuer': issuer, 'return_to': return_to})}"


def _unavailable(error: ServiceError, return_to: str) -> Response:
    _log.warning("signing in is not possible now", extra={"reason": getattr(error, "reason", error.code)})
    again = f"{LOGIN_PATH}?{urlencode({'return_to': return_to})}"
    text = "Signing in is not possible at the moment. Please try again in a minute."
    return pages.message("Not signed in", text, status=503, again=again)


def _host(url: str) -> str | None:
    return urlsplit(url).hostname
