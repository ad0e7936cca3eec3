"""What the door lets in and how it answers: every number and switch of it, read once. `docs/api.md` explains them."""

import ipaddress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

from services.chassis.kernel.config import ConfigurationError, Environment, run_mode

T = TypeVar("T")

EVERY_ORIGIN: Final = "*"
NO_LIMIT: Final = 0
_MARGIN: Final = 1.25
"""A request costs more than what it may give: its text, and that it is one."""

_SWITCH: Final = ("on", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one document may ask for; each is read from `LIMIT_<NAME>`.

    Fragments count as often as they are spread. `cost` counts the objects that an operation may give: an object is 1,
    and what stands inside a list counts as often as the list may have rows. `list_items` may stand in one list of an
    argument or a variable."""

    body_bytes: int = 100_000
    batch: int = 1
    characters: int = 20_000
    tokens: int = 2_000
    comments: int = 200
    depth: int = 12
    introspection_depth: int = 16
    introspection_nesting: int = 2
    aliases: int = 30
    root_fields: int = 20
    fields: int = 300
    directives: int = 50
    list_items: int = 200
    cost: int = 20_000
    validation_errors: int = 5

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError."""
        named = {each.name: each.default for each in fields(cls) if each.name != "batch"}
        return cls(
            **{
                name: environment.integer(f"LIMIT_{name.upper()}", int(str(default)), minimum=1)
                for name, default in named.items()
            }
        )


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSettings:
    """`trusted`: only documents of the file `manifest` are answered. `kept_bytes`: how much memory parsed documents
    may take, roughly. `persists`: clients may have a document kept under its hash. `suggests`: errors say what a
    misspelt name may have meant."""

    trusted: bool = False
    manifest: Path | None = None
    kept_bytes: int = 50_000_000
    persists: bool = True
    introspection: bool = True
    suggests: bool = True

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError."""
        trusted = environment.choice("DOCUMENTS", ("any", "trusted"), "any") == "trusted"
        manifest = environment.text("TRUSTED_DOCUMENTS_FILE", "")
        if trusted and not manifest:
            raise ConfigurationError("DOCUMENTS is trusted: TRUSTED_DOCUMENTS_FILE must name the file of documents.")
        return cls(
            trusted=trusted,
            manifest=Path(manifest) if manifest else None,
            kept_bytes=environment.integer("DOCUMENT_CACHE_BYTES", 50_000_000, minimum=1_000_000),
            persists=_is_on(environment, "PERSISTED_QUERIES", "on"),
            introspection=_is_on(environment, "INTROSPECTION", "on"),
            suggests=_is_on(environment, "SUGGESTIONS", _in_development(environment, "on", "off")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSettings:
    """Points per second that come back to an address of nobody (`anonymous`) and to a person or an application
    (`principal`), and for how many seconds they add up (`burst_seconds`). Of each of them, `at_work_each` requests are
    at work at once and `waiting_each` wait for that; `at_work`: of all, both. `failed_credentials`: that an address may
    show in a row; one comes back each second. 0: no limit."""

    anonymous: int = NO_LIMIT
    principal: int = NO_LIMIT
    burst_seconds: float = 50
    at_work_each: int = NO_LIMIT
    waiting_each: int = 50
    at_work: int = 500
    failed_credentials: int = NO_LIMIT

    @classmethod
    def from_environment(cls, environment: Environment, limits: Limits) -> Self:
        """In development one client does everything as fast as it can (the seed, the tests): no limits by default.
        Raises ConfigurationError."""

        def limit(name: str, default: int) -> int:
            return environment.integer(name, _in_development(environment, NO_LIMIT, default))

        read = cls(
            anonymous=limit("RATE_ANONYMOUS_POINTS", 500),
            principal=limit("RATE_PRINCIPAL_POINTS", 1_000),
            burst_seconds=environment.seconds("RATE_BURST_SECONDS", 50),
            at_work_each=limit("CONCURRENCY_PER_CLIENT", 4),
            waiting_each=environment.integer("WAITING_PER_CLIENT", 50),
            at_work=environment.integer("CONCURRENCY", 500),
            failed_credentials=limit("RATE_FAILED_CREDENTIALS", 100),
        )
        for rate in (read.anonymous, read.principal):
            if rate and rate * read.burst_seconds < _MARGIN * limits.cost:
                raise ConfigurationError(
                    f"RATE_BURST_SECONDS is {read.burst_seconds:g}: with {rate} points a second that never is enough "
                    f"for a request of the allowed LIMIT_COST, {limits.cost}, and a quarter more."
                )
        return read


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """`public_seconds`, `stale_seconds`: how long caches may keep an answer that everybody gets, and give it while they
    ask for a new one. `header_bytes` bounds the request line and the headers together; in `header_seconds` they must
    be there, in `body_seconds` the body. `trusted_proxies` are networks."""

    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    compresses: bool = True
    graphiql: bool = True
    public_seconds: int = 60
    stale_seconds: int = 300
    header_bytes: int = 32_000
    header_seconds: float = 10
    body_seconds: float = 10

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError."""
        return cls(
            cors_origins=_origins(environment),
            trusted_proxies=_networks(environment),
            compresses=_is_on(environment, "COMPRESSION", "on"),
            graphiql=_is_on(environment, "GRAPHIQL", "on"),
            public_seconds=environment.integer("PUBLIC_CACHE_SECONDS", 60),
            stale_seconds=environment.integer("PUBLIC_STALE_SECONDS", 300),
            header_bytes=environment.integer("LIMIT_HEADER_BYTES", 32_000, minimum=1_000),
            header_seconds=environment.seconds("HEADER_SECONDS", 10),
            body_seconds=environment.seconds("BODY_SECONDS", 10),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    limits: Limits
    documents: DocumentSettings
    rates: RateSettings
    http: HttpSettings

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError naming the first setting that is wrong."""
        limits = Limits.from_environment(environment)
        return cls(
            limits=limits,
            documents=DocumentSettings.from_environment(environment),
            rates=RateSettings.from_environment(environment, limits),
            http=HttpSettings.from_environment(environment),
        )


def _in_development(environment: Environment, there: T, elsewhere: T) -> T:
    return there if run_mode(environment) == "development" else elsewhere


def _is_on(environment: Environment, name: str, default: str) -> bool:
    return environment.choice(name, _SWITCH, default) == "on"


def _origins(environment: Environment) -> tuple[str, ...]:
    origins = _listed(environment, "CORS_ORIGINS")
    for origin in origins:
        parts = urlsplit(origin)
        is_origin = parts.scheme in ("http", "https") and origin == f"{parts.scheme}://{parts.netloc}".lower()
        if origin != EVERY_ORIGIN and not (is_origin and parts.netloc and "@" not in origin):
            raise ConfigurationError(
                f"CORS_ORIGINS has {origin!r}: it must be origins as browsers write them (https://host[:port]), "
                f"separated by commas, or {EVERY_ORIGIN}."
            )
    return origins


def _networks(environment: Environment) -> tuple[str, ...]:
    networks = _listed(environment, "TRUSTED_PROXIES")
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            raise ConfigurationError(
                f"TRUSTED_PROXIES has {network!r}: it must be networks like 10.0.0.0/8, separated by commas."
            ) from None
    return networks


def _listed(environment: Environment, name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in environment.text(name, "").split(",") if part.strip())
