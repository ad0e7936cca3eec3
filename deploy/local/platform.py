"""The processes of the platform: what runs, in which order, and when it is ready."""

import http.client
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

from deploy.local.infrastructure import Infrastructure
from deploy.local.issuer.tokens import gateway_settings
from deploy.local.people import token_of
from deploy.local.ports import LOOPBACK
from deploy.local.process import Program
from deploy.local.settings import SERVICES, Settings
from deploy.seed.people import NETWORK_ADMINISTRATOR
from services.chassis.runtime import key_files

STOP_SECONDS = 30.0  # a process drains for 20 s by default


@dataclass(frozen=True)
class Platform:
    """The command lines of one platform on one infrastructure."""

    settings: Settings
    infrastructure: Infrastructure
    inherited: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    def preparations(self) -> Sequence[Program]:
        """What has to be there before the first message: exchanges, queues, indexes."""
        topology = _python("services.chassis.runtime.cli", "admin", "topology", "declare")
        indexes = {f"{service}-indexes": _python(f"services.{service}", "indexes") for service in SERVICES}
        programs = (self._program(name, command) for name, command in {"topology": topology, **indexes}.items())
        return [replace(program, shown=False) for program in programs]

    def relays(self) -> Sequence[Program]:
        return [self._process(f"{service}-relay", f"services.{service}", "relay") for service in SERVICES]

    def services(self) -> Sequence[Program]:
        return [self._process(service, f"services.{service}", "serve") for service in SERVICES]

    def issuers(self) -> Sequence[Program]:
        """The issuer at which sample people sign in, unless the caller brings issuers along."""
        if self.settings.foreign_issuers:
            return []
        return [self._program("issuer", _python("deploy.local.issuer"))]

    def gateway(self) -> Program:
        own = {} if self.settings.foreign_issuers else {"ISSUERS": gateway_settings(self.settings.issuer_uri)}
        store = self.settings.objects_directory.as_uri()
        return self._program("gateway", _python("gateway"), OBJECT_STORE=store, **own)

    def seed(self, *, resume: bool) -> Sequence[str]:
        """Load the data into an empty platform; `resume` goes on where an interrupted load stopped."""
        issuer = () if self.settings.foreign_issuers else ("--issuer", self.settings.issuer_uri)
        command = _python("deploy.seed", "--url", f"{self.settings.gateway_uri}/graphql", *issuer)
        return command if resume else (*command, "--if-empty")

    def loading(self) -> Mapping[str, str]:
        """The environment of who loads the data: with other issuers, the caller's GRAPHQL_TOKEN signs in."""
        if self.settings.foreign_issuers:
            return self.environment()
        return {**self.environment(), "GRAPHQL_TOKEN": token_of(self.settings, NETWORK_ADMINISTRATOR)}

    def readiness(self) -> Mapping[str, Callable[[], bool]]:
        """Process name → whether it is ready to work."""
        ports = self.settings.readiness_ports
        return {name: lambda port=port: is_ready(port) for name, port in ports.items()}  # type: ignore[misc]

    def environment(self) -> Mapping[str, str]:
        """What every process gets; what the caller set and we do not decide passes through."""
        return {
            **self.inherited,
            "AMQP_URI": self.infrastructure.amqp_uri,
            "MONGODB_URI": self.infrastructure.mongodb_uri,
            "RUN_MODE": "development",
            "LOG_FORMAT": "json",
            "HTTP_HOST": self.settings.http_host,
            "HTTP_PORT": str(self.settings.http_port),
            "PROBES_HOST": LOOPBACK,
            **key_files.key_settings(self.settings.keys_directory),
            "PYTHONUNBUFFERED": "1",
            # A proxy for the outer world must not stand between us and our own processes.
            "NO_PROXY": _with_loopback(self.inherited.get("NO_PROXY", "")),
            "no_proxy": _with_loopback(self.inherited.get("no_proxy", "")),
        }

    def _process(self, name: str, *arguments: str) -> Program:
        return self._program(name, _python(*arguments), PROBES_PORT=str(self.settings.probes[name]))

    def _program(self, name: str, command: Sequence[str], **variables: str) -> Program:
        return Program(
            name=name,
            command=command,
            directory=self.settings.root,
            environment={**self.environment(), **variables},
            log=self.settings.logs / f"{name}.log",
            stop_seconds=STOP_SECONDS,
            orphan_signal=signal.SIGKILL,  # without a broker there is nothing left to drain
        )


def is_ready(port: int) -> bool:
    """Whether /readyz on a local port answers 200."""
    return probe(port).get("status") == http.client.OK


def probe(port: int) -> Mapping[str, object]:
    """The answer of /readyz on a local port: `status` (of HTTP) and `body`; empty when nobody answers."""
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection(LOOPBACK, port, timeout=2)) as connection,
    ):
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return {"status": response.status, "body": _decoded(response.read())}
    return {}


def graphiql_command() -> Sequence[str]:
    return _python("deploy.graphiql")


def _decoded(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _with_loopback(hosts: str) -> str:
    return ",".join(filter(None, (hosts, LOOPBACK, "localhost")))
