"""The settings that all processes of a service share, read once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..kernel.config import Environment, RunMode, Secret, run_mode
from ..observability.logging import FORMATS
from ..protocol.topology import DEFAULT_RETRY_DELAYS

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSettings:
    """`database_prefix` goes before the service's name; `principal_keys` is the set of public keys whose principals are
    believed; `pseudonym_key` is the key by which addresses become pseudonyms; `probes_port` 0 means no probes; times in
    seconds."""

    amqp_uri: Secret
    mongodb_uri: Secret
    database_prefix: str
    principal_keys: Path
    pseudonym_key: Path
    run_mode: RunMode
    log_level: str
    log_format: str
    probes_host: str
    probes_port: int
    max_workers: int
    heartbeat: int
    drain_seconds: float
    retry_delays: tuple[float, ...]

    @classmethod
    def from_environment(cls, environment: Environment) -> Self:
        """Raises ConfigurationError naming the first setting that is wrong."""
        return cls(
            amqp_uri=environment.secret("AMQP_URI", "amqp://guest:guest@127.0.0.1:5672/"),
            mongodb_uri=environment.secret("MONGODB_URI", "mongodb://127.0.0.1:27017/?replicaSet=rs0"),
            database_prefix=environment.text("DATABASE_PREFIX", ""),
            principal_keys=Path(environment.text("PRINCIPAL_KEYS_FILE", "/etc/iccar/principal-keys.json")),
            pseudonym_key=Path(environment.text("PSEUDONYM_KEY_FILE", "/etc/iccar/pseudonym-key")),
            run_mode=run_mode(environment),
            log_level=environment.choice("LOG_LEVEL", LEVELS, "INFO"),
            log_format=environment.choice("LOG_FORMAT", FORMATS, "json"),
            probes_host=environment.text("PROBES_HOST", "127.0.0.1"),
            probes_port=environment.integer("PROBES_PORT", 0),
            max_workers=environment.integer("MAX_WORKERS", 50, minimum=1),
            heartbeat=environment.integer("HEARTBEAT", 10, minimum=1),
            drain_seconds=environment.seconds("DRAIN_SECONDS", 20),
            retry_delays=environment.durations("RETRY_DELAYS_SECONDS", DEFAULT_RETRY_DELAYS),
        )

    def database(self, service: str) -> str:
        return f"{self.database_prefix}{service}"
