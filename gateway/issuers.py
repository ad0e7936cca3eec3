"""Which identity providers are trusted: the setting ISSUERS, read and checked before anything is served."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from services.chassis.kernel.config import ConfigurationError, Environment, Secret

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""What can be configured: signatures with a public key. `none` and HMAC are no signatures of an issuer."""

DEFAULT_ALGORITHMS: Final = ("RS256", "ES256", "EdDSA")
DEFAULT_SCOPES: Final = ("openid", "profile", "email")
LOOPBACK_HOSTS: Final = ("127.0.0.1", "localhost", "::1")

_FIELDS: Final = frozenset({"issuer", "name", "audiences", "algorithms", "client_id", "client_secret", "scopes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings:
    """One trusted issuer.

    `audiences`: a bearer token must be meant for one of them. `client_id`: this gateway's at the issuer; None when
    nobody signs in through the gateway there. `client_secret`: None for a public client.
    """

    issuer: str
    name: str
    audiences: tuple[str, ...]
    algorithms: tuple[str, ...] = DEFAULT_ALGORITHMS
    client_id: str | None = None
    client_secret: Secret | None = None
    scopes: tuple[str, ...] = DEFAULT_SCOPES


def issuers_from(environment: Environment) -> tuple[IssuerSettings, ...]:
    """ISSUERS, or the file that ISSUERS_FILE names: a JSON list of objects with the fields of `IssuerSettings`.

    Raises ConfigurationError naming the place that is wrong. It never repeats a value: one may be a secret.
    """
    inline, file = environment.text("ISSUERS", ""), environment.text("ISSUERS_FILE", "")
    if inline and file:
        raise ConfigurationError("ISSUERS and ISSUERS_FILE are both set: set one of them.")
    variable = "ISSUERS_FILE" if file else "ISSUERS"
    entries = _entries(_content(file) if file else inline or "[]", variable)
    issuers = tuple(_issuer(entry, f"{variable}[{place}]") for place, entry in enumerate(entries))
    if len({each.issuer for each in issuers}) < len(issuers):
        raise ConfigurationError(f"{variable} names an issuer twice: give each issuer one entry.")
    return issuers


def is_secure_url(url: str) -> bool:
    """Whether what is fetched there cannot be changed on its way: https, or plain http that stays on this machine."""
    try:
        parts = urlsplit(url)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    return has_port and bool(parts.hostname) and (parts.scheme == "https" or local)


def _content(file: str) -> str:
    try:
        return Path(file).read_text()
    except OSError as error:
        raise ConfigurationError(f"ISSUERS_FILE cannot be read ({error.strerror}): {file}") from error


def _entries(text: str, variable: str) -> Sequence[Mapping[str, Any]]:
    try:
        entries = json.loads(text)
    except ValueError:
        raise ConfigurationError(f"{variable} is not JSON: it must be a list of objects.") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigurationError(f"{variable} must be a JSON list of objects, one for each issuer.")
    return entries


def _issuer(entry: Mapping[str, Any], place: str) -> IssuerSettings:
    if unknown := sorted(set(entry) - _FIELDS):
        raise ConfigurationError(f"{place} has unknown fields {unknown}: it may have {sorted(_FIELDS)}.")
    secret = _text(entry, "client_secret", place)
    issuer = IssuerSettings(
        issuer=_url(entry, place),
        name=_text(entry, "name", place) or urlsplit(entry["issuer"]).netloc,
        audiences=_texts(entry, "audiences", place, ()),
        algorithms=_algorithms(entry, place),
        client_id=_text(entry, "client_id", place),
        client_secret=Secret(secret) if secret else None,
        scopes=_texts(entry, "scopes", place, DEFAULT_SCOPES),
    )
    if issuer.client_id and "openid" not in issuer.scopes:
        raise ConfigurationError(f"{place}.scopes must contain 'openid'.")
    return issuer


def _url(entry: Mapping[str, Any], place: str) -> str:
    url = entry.get("issuer")
    if not isinstance(url, str) or not is_secure_url(url) or "?" in url or "#" in url:
        raise ConfigurationError(
            f"{place}.issuer must be the https URL of the issuer, without query and fragment (http on this machine)."
        )
    return url


def _algorithms(entry: Mapping[str, Any], place: str) -> tuple[str, ...]:
    algorithms = _texts(entry, "algorithms", place, DEFAULT_ALGORITHMS)
    if not set(algorithms) <= set(ALGORITHMS):
        raise ConfigurationError(f"{place}.algorithms may contain {', '.join(ALGORITHMS)}.")
    return algorithms


def _text(entry: Mapping[str, Any], field: str, place: str) -> str | None:
    value = entry.get(field)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise ConfigurationError(f"{place}.{field} must be a text.")
    return value


def _texts(entry: Mapping[str, Any], field: str, place: str, default: tuple[str, ...]) -> tuple[str, ...]:
    values = entry.get(field, default)
    if not isinstance(values, list | tuple) or not values or not all(isinstance(each, str) and each for each in values):
        raise ConfigurationError(f"{place}.{field} must be a list of texts, at least one.")
    return tuple(values)
