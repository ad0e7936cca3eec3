"""What of the gateway's addresses belongs to signing in and out."""

from collections.abc import Sequence

from starlette.routing import Route

from gateway.auth.oidc import Issuers
from gateway.auth.sessions import Sessions

from .cookies import LOGIN_PATH, LOGOUT_PATH, Cookies
from .login import CALLBACK_PATH, Login
from .logout import SIGNED_OUT_PATH, Logout
from .seal import ATTEMPT_SECONDS, Seal


def login_routes(
    issuers: Issuers, sessions: Sessions, *, public_url: str, session_seconds: float, seal_keys: Sequence[str]
) -> list[Route]:
    """`public_url`: where browsers find this gateway; `seal_keys`: Fernet keys that all replicas share."""
    seal = Seal(seal_keys)
    cookies = Cookies.at(public_url, attempt_seconds=ATTEMPT_SECONDS, session_seconds=int(session_seconds))
    login = Login(issuers, sessions, seal, cookies, public_url=public_url)
    logout = Logout(issuers, sessions, seal, cookies, public_url=public_url)
    return [
        Route(LOGIN_PATH, login.start),
        Route(CALLBACK_PATH, login.callback),
        Route(SIGNED_OUT_PATH, logout.done),
        Route(LOGOUT_PATH, logout.by_person, methods=["POST"]),
        Route("/backchannel-logout", logout.by_issuer, methods=["POST"]),
    ]
