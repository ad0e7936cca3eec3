"""What caches may do with an answer."""

import hashlib
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

VARY: Final = "Accept, Accept-Encoding, Authorization, Cookie"
NEVER: Final = "no-store"
NEVER_ANYWHERE: Final = "private, no-store"
"""For who has shown a credential."""

_ETAG_CHARACTERS: Final = 32


class PublicCaching:
    """Answers that everybody gets: asked by GET, by nobody, without an error."""

    def __init__(self, *, seconds: int, stale_seconds: int) -> None:
        """`seconds` 0: not at all."""
        stale = f", stale-while-revalidate={stale_seconds}" if stale_seconds else ""
        self._cache_control = f"public, max-age={seconds}{stale}" if seconds else None

    @property
    def is_on(self) -> bool:
        return self._cache_control is not None

    def respond(self, request: Request, body: bytes, headers: Mapping[str, str]) -> Response:
        """The answer, or 304 when the client has it."""
        tag = etag_of(body)
        cached = {"cache-control": self._cache_control or NEVER, "vary": VARY, "etag": tag}
        if _matches(request.headers.get("if-none-match"), tag):
            return Response(status_code=304, headers=cached)
        return Response(body, headers={**headers, **cached})


def etag_of(body: bytes) -> str:
    """A weak one: the same answer may be sent compressed, which makes other bytes of it."""
    return f'W/"{hashlib.sha256(body).hexdigest()[:_ETAG_CHARACTERS]}"'


def _matches(if_none_match: str | None, tag: str) -> bool:
    """As RFC 9110, section 13.1.2, has it: by weak comparison."""
    if if_none_match is None:
        return False
    named = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in named or tag.removeprefix("W/") in named
