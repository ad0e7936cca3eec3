"""The cookies of signing in: which there are, and how strict browsers are to be with them."""

from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from gateway.auth.credentials import session_cookie

LOGIN_PATH: Final = "/login"
LOGOUT_PATH: Final = "/logout"


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that scripts cannot read and other sites cannot send with a POST. `max_age` in seconds."""

    name: str
    path: str
    is_secure: bool
    max_age: int
    same_site: Literal["lax", "strict"] = "lax"

    def read(self, request: Request) -> str | None:
        return request.cookies.get(self.name) or None

    def set(self, response: Response, value: str) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=self.max_age,
            path=self.path,
            secure=self.is_secure,
            httponly=True,
            samesite=self.same_site,
        )

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.name, path=self.path, secure=self.is_secure, httponly=True, samesite=self.same_site)


@dataclass(frozen=True, slots=True)
class Cookies:
    """`attempt`: an attempt to sign in, while the browser is at the issuer. `session`: that somebody is signed in.
    `issuer`: where, and by which ID token, so that logout can tell the issuer."""

    attempt: Cookie
    session: Cookie
    issuer: Cookie

    @classmethod
    def at(cls, public_url: str, *, attempt_seconds: int, session_seconds: int) -> "Cookies":
        secure = public_url.startswith("https://")
        prefix = "__Secure-" if secure else ""
        return cls(
            # The browser comes back from another site: a strict cookie would not come with it.
            attempt=Cookie(f"{prefix}login", LOGIN_PATH, secure, attempt_seconds),
            session=Cookie(session_cookie(public_url), "/", secure, session_seconds),
            issuer=Cookie(f"{prefix}signed-in-at", LOGOUT_PATH, secure, session_seconds, "strict"),
        )
