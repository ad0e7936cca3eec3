"""Which pages of other sites may read answers."""

from collections.abc import Sequence
from typing import Final

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from .access import CORRELATION_HEADER, IDEMPOTENCY_HEADER

_ASKED: Final = (
    "authorization",
    "content-type",
    "if-none-match",
    CORRELATION_HEADER,
    IDEMPOTENCY_HEADER,
    "traceparent",
)
_TOLD: Final = (CORRELATION_HEADER, "etag", "ratelimit", "ratelimit-policy", "retry-after", "www-authenticate")
_KEPT_SECONDS: Final = 3600


def cors(origins: Sequence[str]) -> list[Middleware]:
    """Nothing without origins: then browsers let no page of another site read an answer.

    Cookies never count for other sites: they sign in with a bearer token.
    """
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=_ASKED,
            allow_credentials=False,
            expose_headers=_TOLD,
            max_age=_KEPT_SECONDS,
        )
    ]
