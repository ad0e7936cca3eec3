"""The gateway's pages for signing in, and a browser in front of them, with a real issuer behind."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import httpx
from starlette.applications import Starlette

from gateway.auth.oidc import Issuers
from gateway.auth.sessions import NewSession
from gateway.http.login import login_routes
from gateway.issuers import issuers_from
from services.chassis.kernel.config import Environment
from services.chassis.kernel.errors import Unavailable

HERE = "http://127.0.0.1:8000"
OWN_PAGE = {"sec-fetch-site": "same-origin"}
HTML = {"accept": "text/html"}
SESSION_SECONDS = 3600


@dataclass
class KeptSessions:
    """Sessions as the membership service keeps them, in memory. `is_away` makes it unavailable."""

    open_ones: dict[str, NewSession] = field(default_factory=dict)
    is_away: bool = False

    async def open(self, session: NewSession) -> None:
        self._answer()
        self.open_ones[session.hash] = session

    async def close(self, session_hash: str) -> None:
        self._answer()
        self.open_ones.pop(session_hash, None)

    async def close_all(self, *, issuer: str, subject: str | None = None, session_id: str | None = None) -> None:
        self._answer()
        over = [
            session.hash
            for session in self.open_ones.values()
            if session.issuer == issuer and session_id in (None, session.session_id)
            if subject in (None, session.subject)
        ]
        for session_hash in over:
            del self.open_ones[session_hash]

    def _answer(self) -> None:
        if self.is_away:
            raise Unavailable("The membership service cannot be reached at the moment. Please try again.")


class Trusted(Protocol):
    """An issuer, as far as the gateway has to be told of it."""

    def settings(self, **overrides: Any) -> dict[str, Any]:
        """Its entry in ISSUERS."""
        ...


class Browser:
    """Follows a redirect only when told to, and keeps cookies."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.get(path, headers={**HTML, **headers})

    async def post(self, path: str, data: Any = None, **headers: str) -> httpx.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.post(path, data=data, headers=given)

    async def at_issuer(self, redirect: httpx.Response) -> str:
        """Go where `redirect` leads; the path and query with which the issuer sends the browser back."""
        async with httpx.AsyncClient() as outside:
            back = urlsplit((await outside.get(redirect.headers["location"])).headers["location"])
        assert f"{back.scheme}://{back.netloc}" == HERE
        return f"{back.path}?{back.query}"

    async def sign_in(self, path: str = "/login") -> httpx.Response:
        """The answer to the browser that comes back from the issuer."""
        return await self.get(await self.at_issuer(await self.get(path)))


@asynccontextmanager
async def browsing(
    *issuers: Trusted,
    sessions: KeptSessions | None = None,
    public_url: str = HERE,
    seal_keys: Sequence[str] = (),
    secret: str | None = None,
) -> AsyncIterator[Browser]:
    """A browser at a gateway of its own that trusts `issuers`."""
    own = {} if secret is None else {"client_secret": secret}
    environment = Environment({"ISSUERS": json.dumps([issuer.settings(**own) for issuer in issuers])})
    trusted = Issuers(issuers_from(environment))
    routes = login_routes(
        trusted,
        sessions if sessions is not None else KeptSessions(),
        public_url=public_url,
        session_seconds=SESSION_SECONDS,
        seal_keys=seal_keys,
    )
    transport = httpx.ASGITransport(app=Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url=public_url) as client:
        yield Browser(client)
    await trusted.close()


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))
