"""Where a trial takes place: infrastructure of its own, and a platform on it whose every connection can be touched."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from deploy.local import mongodb, packages, rabbitmq
from deploy.local.settings import ROOT
from tests.support import infrastructure as real
from tests.support.infrastructure import Broker
from tests.support.platform import GATEWAY, SERVICES, Platform
from tests.support.processes import Process, ServiceEnvironment
from tests.support.proxy import Network, Proxy

from .attendant import Attendant
from .broker import BrokerNode, broker_node
from .database import ReplicaSet, replica_set
from .small_disk import SmallDisk, small_disk

PROCESSES: Final = (*SERVICES, *(f"{service}-relay" for service in SERVICES), GATEWAY)

SETTINGS: Final = {
    # Longer together than the database is away: what an outage delays must not end among the dead letters.
    "RETRY_DELAYS_SECONDS": "0.2,0.5,1,2,4,8,15",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The infrastructure under one or more stages."""

    network: Network
    broker: BrokerNode
    database: ReplicaSet
    mongo: MongoClient[dict[str, Any]]
    disk: SmallDisk | None = None


class Stage:
    """One platform on a vhost and databases of its own. Each of its processes has its own way to the broker
    (`links`), clients their way to the gateway (`door`), and an attendant restarts what dies, as Kubernetes does."""

    def __init__(
        self, ground: Ground, broker: Broker, prefix: str, *, own_settings: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.ground = ground
        self.broker = broker
        self.prefix = prefix
        self.links = {name: ground.network.proxy(ground.broker.port) for name in PROCESSES}
        environment = ServiceEnvironment(
            amqp_uri=broker.amqp_uri, mongodb_uri=ground.database.uri, database_prefix=prefix, extra=SETTINGS
        )
        settings = {
            name: {"AMQP_URI": self._amqp_uri(self.links[name]), **own_settings.get(name, {})} for name in PROCESSES
        }
        self.platform = Platform(environment, own_settings=settings)
        self.door = ground.network.proxy(self.process(GATEWAY).port)
        self.attendant = Attendant(self.platform.processes)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.door.port}/graphql"

    def process(self, name: str) -> Process:
        return self.platform.processes[name]

    def database(self, service: str) -> Any:
        """The database of a service, as the auditor reads it."""
        return self.ground.mongo[f"{self.prefix}{service}"]

    def kill(self, name: str) -> None:
        """Kill a process; it stays away until `start`."""
        self.attendant.leave_alone(name)
        self.process(name).kill()

    def start(self, name: str) -> None:
        self.process(name).restart()
        self.attendant.look_after(name)

    def replace(self, name: str) -> int:
        """Start a replica, and when it is ready take the old one out of service. Returns the old one's exit status."""
        old = self.process(name)
        new = old.replica().wait_until_ready()
        self.attendant.leave_alone(name)
        self.platform.processes[name] = new
        if name == GATEWAY:
            self.door.target = new.port
        self.attendant.look_after(name)
        try:
            return old.terminate()
        finally:
            old.close()

    def close(self) -> None:
        self.attendant.stop()
        self.platform.close()
        for proxy in (*self.links.values(), self.door):
            self.ground.network.remove(proxy)

    def _amqp_uri(self, link: Proxy) -> str:
        return self.broker.amqp_uri.replace(f":{self.ground.broker.port}/", f":{link.port}/")


@contextmanager
def ground(*, members: int, disk_megabytes: int | None = None) -> Iterator[Ground]:
    """Infrastructure of one's own, in a temporary directory: a RabbitMQ node and a replica set of `members`, which is
    on a disk of its own where `disk_megabytes` says how small.

    Raises Refusal when this machine lacks something that cannot be installed, OSError when it allows no small disk.
    """
    directory = Path(tempfile.mkdtemp(prefix="faults-"))
    with ExitStack() as ending:
        ending.callback(shutil.rmtree, directory, ignore_errors=True)
        mongod = _mongod(directory)
        network = ending.enter_context(Network())
        node = ending.enter_context(broker_node(directory / "rabbitmq"))
        data = directory / "mongodb"
        disk = ending.enter_context(small_disk(data, megabytes=disk_megabytes)) if disk_megabytes else None
        database = ending.enter_context(replica_set(mongod, data, network, members=members, disk=disk))
        client: MongoClient[dict[str, Any]] = MongoClient(database.uri, tz_aware=True, timeoutMS=20_000)
        mongo = ending.enter_context(client)
        node.wait_until_ready()
        yield Ground(network=network, broker=node, database=database, mongo=mongo, disk=disk)


@contextmanager
def stage(ground: Ground, *, own_settings: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[Stage]:
    """A platform that is ready inside the block and gone after it. `own_settings` as `Platform` takes them."""
    where = ground.broker.where(ground.database.uri)
    with ExitStack() as ending:
        broker = ending.enter_context(real.vhost(where))
        prefix = ending.enter_context(real.databases(ground.mongo))
        made = Stage(ground, broker, prefix, own_settings=own_settings or {})
        ending.callback(made.close)
        made.platform.wait_until_ready()
        made.attendant.start()
        yield made


def _mongod(directory: Path) -> Path:
    executable = mongodb.find_mongod(tools=ROOT / ".run" / "tools", logs=directory)
    missing = [*mongodb.missing_packages(executable), *rabbitmq.missing_packages()]
    if missing:
        needed_for = "The fault suite needs Debian packages that are missing"
        packages.install(missing, needed_for=needed_for, log=directory / "apt.log", units=rabbitmq.UNITS)
    return executable
