"""Settings of a gateway that people sign in at: where browsers find it, and what all its replicas must share."""

import base64
from typing import Final
from urllib.parse import urlsplit

from gateway.issuers import is_secure_url
from services.chassis.kernel.config import ConfigurationError, Environment, Secret

_KEY_BYTES: Final = 32
_LOOPBACK: Final = "127.0.0.1"


def public_url(environment: Environment, *, must_be_set: bool) -> str:
    """PUBLIC_URL, by default this machine's. Raises ConfigurationError: missing, or no origin browsers can trust."""
    default = None if must_be_set else f"http://{_LOOPBACK}:{environment.text('HTTP_PORT', '8000')}"
    url = environment.text("PUBLIC_URL", default).removesuffix("/")
    if not is_secure_url(url) or urlsplit(url).path or "?" in url or "#" in url or "@" in url:
        raise ConfigurationError(
            f"PUBLIC_URL is {url!r}: it must be https://host[:port], as browsers see it (http on this machine)."
        )
    return url


def fernet_keys(environment: Environment, *, must_be_set: bool) -> tuple[Secret, ...]:
    """LOGIN_KEYS, separated by commas. Raises ConfigurationError, without showing them."""
    text = environment.text("LOGIN_KEYS", None if must_be_set else "")
    keys = tuple(key.strip() for key in text.split(",") if key.strip())
    if not all(map(_is_key, keys)):
        raise ConfigurationError(
            "LOGIN_KEYS must be keys of 32 random bytes in URL-safe Base64, separated by commas: "
            "`head -c 32 /dev/urandom | base64 | tr '+/' '-_'` makes one."
        )
    return tuple(Secret(key) for key in keys)


def _is_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == _KEY_BYTES
    except ValueError:
        return False
