"""How much a client may still ask (draft-ietf-httpapi-ratelimit-headers: `RateLimit` and `RateLimit-Policy`)."""

import math
from typing import Final

from gateway.limits.buckets import Level

POLICY: Final = "points"


def rate_headers(level: Level | None, burst_seconds: float) -> dict[str, str]:
    """Nothing when nothing is counted."""
    if level is None:
        return {}
    return {
        "ratelimit-policy": f'"{POLICY}";q={level.size};w={math.ceil(burst_seconds)}',
        "ratelimit": f'"{POLICY}";r={max(0, level.left)};t={math.ceil(level.seconds_to_full)}',
    }


def retry_after(seconds: float) -> str:
    return str(max(1, math.ceil(seconds)))
