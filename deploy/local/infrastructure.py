"""RabbitMQ and MongoDB for one owner: the platform, a test run, or whoever enters `started()`."""

import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from kombu import Connection

from deploy.local import mongodb, packages, ports, rabbitmq
from deploy.local.console import Console
from deploy.local.process import Program
from deploy.local.refusal import Refusal
from deploy.local.settings import ROOT, Settings
from deploy.local.supervisor import Supervisor

READY_SECONDS = 90.0
EPMD_PORT, DISTRIBUTION_PORT = 4370, 25673  # nobody has to know them, so any free port will do as well
DEFAULT_MANAGEMENT_PORT = 15672


@dataclass(frozen=True)
class Infrastructure:
    """Where a running broker and database answer; `management_uri` is the broker's HTTP API with credentials."""

    amqp_uri: str
    mongodb_uri: str
    management_uri: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to start where. A URI that is set is used as it is, and nothing is started for it.

    Data that is `disposable` needs no clean end, which takes RabbitMQ six seconds.
    """

    data: Path
    tools: Path
    amqp_port: int
    management_port: int
    mongodb_port: int
    disposable: bool = False
    amqp_uri: str | None = None
    management_uri: str | None = None
    mongodb_uri: str | None = None

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    def ports(self) -> list[ports.Port]:
        """The ports that other people will know; none for a server that is there already."""
        wanted = []
        if self.amqp_uri is None:
            wanted.append(ports.Port(self.amqp_port, "RabbitMQ", "AMQP_PORT"))
            wanted.append(ports.Port(self.management_port, "RabbitMQ's management", "MANAGEMENT_PORT"))
        if self.mongodb_uri is None:
            wanted.append(ports.Port(self.mongodb_port, "MongoDB", "MONGODB_PORT"))
        return wanted

    @classmethod
    def from_settings(cls, settings: Settings) -> "Plan":
        return cls(
            data=settings.data,
            tools=settings.tools,
            amqp_port=settings.amqp_port,
            management_port=settings.management_port,
            mongodb_port=settings.mongodb_port,
            amqp_uri=settings.amqp_uri,
            management_uri=settings.management_uri,
            mongodb_uri=settings.mongodb_uri,
        )

    @classmethod
    def on_free_ports(cls, data: Path, *, disposable: bool) -> "Plan":
        amqp_port, management_port, mongodb_port = ports.free(3)
        return cls(
            data=data.absolute(),
            tools=ROOT / ".run" / "tools",
            amqp_port=amqp_port,
            management_port=management_port,
            mongodb_port=mongodb_port,
            disposable=disposable,
        )


@contextmanager
def started(*, directory: Path, disposable: bool = True) -> Iterator[Infrastructure]:
    """Run a broker and a database of one's own on free ports, with their data in `directory`.

    Disposable data is wiped first. Enter it from the main thread: the processes end with the thread that started
    them. Raises Refusal.
    """
    plan = Plan.on_free_ports(directory, disposable=disposable)
    if disposable:
        wipe(plan.data)
    supervisor = Supervisor(Console(sys.stderr))
    try:
        yield start(supervisor, plan)
    finally:
        supervisor.stop()


def start(supervisor: Supervisor, plan: Plan) -> Infrastructure:
    """Start what the plan says and wait until it works. Raises Refusal, Stopped."""
    plan.logs.mkdir(parents=True, exist_ok=True)
    mongod = None if plan.mongodb_uri else mongodb.find_mongod(tools=plan.tools, logs=plan.logs)
    _require_packages(plan, mongod)
    server = _start_mongodb(supervisor, plan, mongod) if mongod else None
    node = None if plan.amqp_uri else _start_rabbitmq(supervisor, plan)
    if server:
        _wait(supervisor, server, name="mongod", logs=plan.logs)
    else:
        mongodb.require_replica_set(plan.mongodb_uri or "", variable="MONGODB_URI")
    if node:
        _wait(supervisor, node, name="rabbitmq", logs=plan.logs)
    else:
        require_broker(plan.amqp_uri or "")
    return Infrastructure(
        amqp_uri=node.amqp_uri if node else plan.amqp_uri or "",
        mongodb_uri=server.uri if server else plan.mongodb_uri or "",
        management_uri=node.management_uri if node else plan.management_uri or management_uri(plan.amqp_uri or ""),
    )


def wipe(data: Path) -> None:
    """Remove what the infrastructure keeps in a data directory."""
    for name in ("mongodb", "rabbitmq", "logs"):
        shutil.rmtree(data / name, ignore_errors=True)


def require_broker(uri: str) -> None:
    """Raise Refusal when the broker that somebody named does not answer."""
    try:
        with Connection(uri, connect_timeout=3) as connection:
            connection.connect()
    except Exception as error:  # a library's own tree, socket errors, and ValueError for a malformed URI
        raise Refusal(
            f"The broker that AMQP_URI names does not answer ({str(error)[:200] or type(error).__name__}):"
            " start it, or unset AMQP_URI to get one from here."
        ) from error


def management_uri(amqp_uri: str) -> str:
    """Where a broker's management usually answers, with the broker's credentials."""
    parts = urlsplit(amqp_uri)
    user, password = parts.username or rabbitmq.USER, parts.password or rabbitmq.PASSWORD
    return f"http://{user}:{password}@{parts.hostname or ports.LOOPBACK}:{DEFAULT_MANAGEMENT_PORT}"


def _require_packages(plan: Plan, mongod: Path | None) -> None:
    """All that is missing at once: whoever has to ask somebody else to install it asks once."""
    missing = [*(mongodb.missing_packages(mongod) if mongod else ())]
    if plan.amqp_uri is None:
        missing += rabbitmq.missing_packages()
    if missing:
        needed_for = "The local broker and database need Debian packages that are missing"
        packages.install(missing, needed_for=needed_for, log=plan.logs / "apt.log", units=rabbitmq.UNITS)


def _start_mongodb(supervisor: Supervisor, plan: Plan, executable: Path) -> mongodb.Server:
    server = mongodb.Server(
        executable=executable,
        directory=plan.data / "mongodb",
        logs=plan.logs,
        port=plan.mongodb_port,
    )
    server.prepare()
    supervisor.start(_stopped_by(plan, server.program()))
    return server


def _start_rabbitmq(supervisor: Supervisor, plan: Plan) -> rabbitmq.Node:
    node = rabbitmq.Node(
        directory=plan.data / "rabbitmq",
        logs=plan.logs,
        amqp_port=plan.amqp_port,
        management_port=plan.management_port,
        epmd_port=ports.preferred(EPMD_PORT),
        distribution_port=ports.preferred(DISTRIBUTION_PORT),
    )
    node.configure()
    supervisor.start(node.port_mapper())
    # A node that finds no port mapper starts one of its own, which nobody would stop.
    supervisor.wait_for(
        lambda: not ports.is_free(node.epmd_port),
        seconds=READY_SECONDS,
        otherwise=lambda: f"Erlang's port mapper does not answer: see {plan.logs / 'epmd.log'}.",
    )
    supervisor.start(_stopped_by(plan, node.server()))
    return node


def _stopped_by(plan: Plan, program: Program) -> Program:
    return replace(program, stop_signal=signal.SIGKILL) if plan.disposable else program


def _wait(supervisor: Supervisor, server: mongodb.Server | rabbitmq.Node, *, name: str, logs: Path) -> None:
    supervisor.wait_for(
        server.is_ready,
        seconds=READY_SECONDS,
        otherwise=lambda: f"{name} did not become ready in {READY_SECONDS:.0f} s: see {logs / f'{name}.log'}.",
    )
