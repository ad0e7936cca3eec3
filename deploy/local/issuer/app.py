"""The issuer's addresses."""

from html import escape
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from .people import Person
from .requests import AuthorizationRequest, BadRequest, Codes, is_on_this_machine, with_parameters
from .tokens import ACCESS_TOKEN_SECONDS, ALGORITHM, Mint

_PERSON: Final = "person"
_NO_STORE: Final = {"cache-control": "no-store"}
_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1rem/1.4 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; display: grid; gap: .5rem;
  grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); }
a { display: block; padding: .5rem .75rem; border: 1px solid; border-radius: .5rem;
  color: inherit; text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
small { display: block; }
"""


def create_app(mint: Mint, people: dict[str, Person]) -> Starlette:
    """The issuer `mint.issuer`, at which every one of `people` can sign in."""
    issuer = _Issuer(mint, people)
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", issuer.discovery),
            Route("/jwks", issuer.jwks),
            Route("/authorize", issuer.authorize),
            Route("/token", issuer.token, methods=["POST"]),
            Route("/end-session", issuer.end_session, methods=["GET", "POST"]),
            Route("/readyz", issuer.ready),
        ],
        exception_handlers={BadRequest: _bad_request},
    )


class _Issuer:
    def __init__(self, mint: Mint, people: dict[str, Person]) -> None:
        self._mint = mint
        self._people = people
        self._codes = Codes()

    async def discovery(self, _request: Request) -> Response:
        url = self._mint.issuer
        document: dict[str, Any] = {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "end_session_endpoint": f"{url}/end-session",
            "jwks_uri": f"{url}/jwks",
            "scopes_supported": ["openid", "profile", "email"],
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(document)

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse(self._mint.jwks())

    async def authorize(self, request: Request) -> Response:
        """A page to choose a person; with `person`, who has been chosen."""
        asked = AuthorizationRequest.read(request.query_params)
        person = self._people.get(request.query_params.get(_PERSON, ""))
        if person is None:
            return _page(self._choices(str(request.url)))
        code = self._codes.give(asked, person)
        return RedirectResponse(asked.answer(code=code, iss=self._mint.issuer), 303, headers=_NO_STORE)

    async def token(self, request: Request) -> Response:
        code = self._codes.redeem(await _form(request))
        answer = {
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_SECONDS,
            "access_token": self._mint.access_token(code.person),
            "id_token": self._mint.id_token(code.person, nonce=code.request.nonce, session_id=code.session_id),
        }
        return JSONResponse(answer, headers=_NO_STORE)

    async def end_session(self, request: Request) -> Response:
        """Nobody stays signed in here, so there is nothing to end."""
        parameters = await _form(request) if request.method == "POST" else dict(request.query_params)
        back = parameters.get("post_logout_redirect_uri", "")
        return RedirectResponse(back, 303) if is_on_this_machine(back) else _page("<p>You are signed out.</p>")

    async def ready(self, _request: Request) -> Response:
        return JSONResponse({"ok": True})

    def _choices(self, url: str) -> str:
        rows = "".join(
            f'<li><a href="{escape(with_parameters(url, {_PERSON: each.subject}))}">{escape(each.name)}'
            f"<small>{escape(', '.join(each.roles) or 'no role')}</small></a></li>"
            for each in self._people.values()
        )
        return f"<p>Nobody here is real. Choose whom you want to be:</p><ul>{rows}</ul>"


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("ascii", "replace")))


async def _bad_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, BadRequest)
    return JSONResponse({"error": error.error, "error_description": str(error)}, 400, headers=_NO_STORE)


def _page(body: str) -> Response:
    title = "Sample people"
    content = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(content, headers=_NO_STORE)
