"""Headers that tell browsers what they must not do with an answer."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY_HEADER: Final = "content-security-policy"
PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Monaco, the editor in GraphiQL, places its parts by inline styles.
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS: Final = {
    POLICY_HEADER: "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


_RAW: Final = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]


class SecurityHeaders:
    """Adds the headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Names of headers are in lower case here, after the ASGI specification.
                headers = message.setdefault("headers", [])
                given = {name for name, _ in headers}
                headers.extend(each for each in _RAW if each[0] not in given)
            await send(message)

        await self._app(scope, receive, send_with_headers)
