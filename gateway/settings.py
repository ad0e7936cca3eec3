"""The gateway's settings, read once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from gateway.door import DoorSettings
from gateway.issuers import IssuerSettings, issuers_from
from gateway.live_settings import LiveSettings
from gateway.public import fernet_keys, public_url
from gateway.storage import FileSettings
from services.chassis.kernel.config import Environment, RunMode, Secret, run_mode
from services.chassis.observability.logging import FORMATS

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
GRAPHIQL_DIRECTORY: Final = Path(__file__).resolve().parent / "http" / "graphiql" / "dist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`metrics_port` 0 means no metrics; `rpc_timeout` is what one HTTP request may spend on all its calls; times in
    seconds. `public_url` is where browsers find the gateway; `principal_signing_key` the file with the key by which
    services believe it; `login_keys` are Fernet keys that all replicas share, the first of which seals."""

    amqp_uri: Secret
    run_mode: RunMode
    log_level: str
    log_format: str
    http_host: str
    http_port: int
    metrics_host: str
    metrics_port: int
    public_url: str
    issuers: tuple[IssuerSettings, ...]
    principal_signing_key: Path
    rpc_timeout: float
    drain_seconds: float
    graphiql_directory: Path
    session_seconds: float
    login_keys: tuple[Secret, ...]
    files: FileSettings
    door: DoorSettings
    live: LiveSettings

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError naming the first setting that is wrong."""
        issuers = issuers_from(environment)
        must_be_set = run_mode(environment) == "production" and any(each.client_id for each in issuers)
        return cls(
            amqp_uri=environment.secret("AMQP_URI", "amqp://guest:guest@127.0.0.1:5672/"),
            run_mode=run_mode(environment),
            log_level=environment.choice("LOG_LEVEL", LEVELS, "INFO"),
            log_format=environment.choice("LOG_FORMAT", FORMATS, "json"),
            http_host=environment.text("HTTP_HOST", "127.0.0.1"),
            http_port=environment.integer("HTTP_PORT", 8000),
            metrics_host=environment.text("METRICS_HOST", "127.0.0.1"),
            metrics_port=environment.integer("METRICS_PORT", 0),
            public_url=public_url(environment, must_be_set=must_be_set),
            issuers=issuers,
            principal_signing_key=Path(
                environment.text("PRINCIPAL_SIGNING_KEY_FILE", "/etc/iccar/principal-signing-key.json")
            ),
            rpc_timeout=environment.seconds("RPC_TIMEOUT_SECONDS", 5),
            drain_seconds=environment.seconds("DRAIN_SECONDS", 20),
            graphiql_directory=Path(environment.text("GRAPHIQL_DIRECTORY", str(GRAPHIQL_DIRECTORY))),
            session_seconds=environment.seconds("SESSION_SECONDS", 8 * 3600),
            login_keys=fernet_keys(environment, must_be_set=must_be_set),
            files=FileSettings.from_environment(environment),
            door=DoorSettings.from_environment(environment),
            live=LiveSettings.from_environment(environment),
        )
