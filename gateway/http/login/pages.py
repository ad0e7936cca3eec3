"""The few pages of signing in and out. They work without scripts, with a keyboard, and at any size."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

from starlette.responses import HTMLResponse

from gateway.http.security import POLICY_HEADER

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 12vh auto; padding: 0 1rem; }
ul { list-style: none; padding: 0; }
a.choice, button { display: block; box-sizing: border-box; width: 100%; margin: .75rem 0; padding: .75rem 1rem;
  border: 2px solid; border-radius: .5rem; background: none; color: inherit; font: inherit; text-align: left;
  text-decoration: none; cursor: pointer; }
a.choice:hover, button:hover { text-decoration: underline; }
:focus-visible { outline: 3px solid; outline-offset: 3px; }
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    POLICY_HEADER: (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    # With no referrer at all, browsers hide the origin of a form, too.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
}
_LOGOUT_FORM: Final = '<form method="post" action="/logout"><button>Sign out</button></form>'


def choices(issuers: Sequence[tuple[str, str]], *, is_signed_in: bool) -> HTMLResponse:
    """`issuers`: name and link of each."""
    if not issuers:
        return message("Sign in", "Nobody can sign in here: no identity provider is configured.", status=404)
    rows = "".join(f'<li><a class="choice" href="{escape(link)}">{escape(name)}</a></li>' for name, link in issuers)
    body = f"<p>Sign in with your account at</p><ul>{rows}</ul>"
    return _page("Sign in", f"<p>You are signed in.</p>{_LOGOUT_FORM}{body}" if is_signed_in else body)


def leaving(url: str) -> HTMLResponse:
    """Signed out here; on to the issuer. Not a redirect: our policy for forms would not let it leave the site."""
    text = f'<p>You are signed out here.</p><a class="choice" href="{escape(url)}">Sign out at your provider, too</a>'
    return _page("Signed out", text, head=f'<meta http-equiv="refresh" content="0; url={escape(url)}">')


def signed_out() -> HTMLResponse:
    return _page("Signed out", '<p>You are signed out.</p><a class="choice" href="/login">Sign in again</a>')


def message(title: str, text: str, *, status: int, again: str | None = None) -> HTMLResponse:
    """`again`: where to try again."""
    link = f'<a class="choice" href="{escape(again)}">Try again</a>' if again else ""
    return _page(title, f'<p role="alert">{escape(text)}</p>{link}', status=status)


def _page(title: str, body: str, *, status: int = 200, head: str = "") -> HTMLResponse:
    content = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – ICCAR</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(content, status_code=status, headers=_HEADERS)
