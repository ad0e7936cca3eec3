"""Whether a request comes from a page of ours: a browser sends cookies for pages of others, too."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL, as browsers write an origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_same_origin(headers: Mapping[str, str], public_url: str) -> bool:
    """Whether the browser says that a page of this origin made the request.

    `Sec-Fetch-Site` cannot be set by a page. Browsers that do not send it send `Origin` with every POST. Without
    either nobody vouches for the request, so it is not.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "").lower()
    host = headers.get("host", "").lower()
    own = {origin_of(public_url), *((f"http://{host}", f"https://{host}") if host else ())}
    return origin in own
