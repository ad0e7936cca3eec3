"""What the environment says about this machine, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import LOOPBACK, Port
from deploy.local.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("membership", "events", "reports")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the platform keeps its data and on which ports it answers.

    A URI that is set means: use that server and start none; so do `foreign_issuers`. `probes_port` is the first of a
    row, one per service and then one per relay.
    """

    root: Path
    data: Path
    http_host: str
    http_port: int
    amqp_port: int
    management_port: int
    mongodb_port: int
    probes_port: int
    issuer_port: int
    foreign_issuers: bool
    amqp_uri: str | None
    management_uri: str | None
    mongodb_uri: str | None

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def tools(self) -> Path:
        """Shared by all data directories: a downloaded mongod serves them all."""
        return self.root / ".run" / "tools"

    @property
    def gateway_uri(self) -> str:
        return f"http://{LOOPBACK if self.http_host == '0.0.0.0' else self.http_host}:{self.http_port}"

    @property
    def issuer_uri(self) -> str:
        return f"http://{LOOPBACK}:{self.issuer_port}"

    @property
    def issuer_directory(self) -> Path:
        """Where the issuer keeps its key."""
        return self.data / "issuer"

    @property
    def keys_directory(self) -> Path:
        """Where the keys are by which services believe the gateway."""
        return self.data / "keys"

    @property
    def objects_directory(self) -> Path:
        """Where the bytes of files are."""
        return self.data / "objects"

    @property
    def probes(self) -> Mapping[str, int]:
        """Process name → port of its probes."""
        names = (*SERVICES, *(f"{service}-relay" for service in SERVICES))
        return {name: self.probes_port + offset for offset, name in enumerate(names)}

    @property
    def readiness_ports(self) -> Mapping[str, int]:
        """Process name → port on which it says whether it is ready."""
        issuer = {} if self.foreign_issuers else {"issuer": self.issuer_port}
        return {**self.probes, **issuer, "gateway": self.http_port}

    def ports(self) -> list[Port]:
        """The ports of the platform itself."""
        own = [Port(self.http_port, "the gateway", "HTTP_PORT")]
        own += [Port(number, f"the probes of {name}", "PROBES_PORT") for name, number in self.probes.items()]
        if not self.foreign_issuers:
            own.append(Port(self.issuer_port, "the issuer of sample people", "ISSUER_PORT"))
        return own


def read_settings(environment: Mapping[str, str], *, root: Path = ROOT) -> Settings:
    """Settings of a checkout. Raises Refusal for a port that is none."""
    return Settings(
        root=root,
        data=Path(environment.get("RUN_DIRECTORY") or root / ".run").absolute(),
        http_host=environment.get("HTTP_HOST") or LOOPBACK,
        http_port=_port(environment, "HTTP_PORT", 8000),
        amqp_port=_port(environment, "AMQP_PORT", 5673),
        management_port=_port(environment, "MANAGEMENT_PORT", 15673),
        mongodb_port=_port(environment, "MONGODB_PORT", 27018),
        probes_port=_port(environment, "PROBES_PORT", 9101),
        issuer_port=_port(environment, "ISSUER_PORT", 9400),
        foreign_issuers=bool(environment.get("ISSUERS") or environment.get("ISSUERS_FILE")),
        amqp_uri=environment.get("AMQP_URI") or None,
        management_uri=environment.get("MANAGEMENT_URI") or None,
        mongodb_uri=environment.get("MONGODB_URI") or None,
    )


def _port(environment: Mapping[str, str], variable: str, default: int) -> int:
    text = environment.get(variable) or str(default)
    if not text.isdecimal() or not 1 <= int(text) <= 65_500:
        raise Refusal(f"{variable}={text} is not a port: give a number from 1 to 65500.")
    return int(text)
