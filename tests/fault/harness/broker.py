"""A RabbitMQ node that a fault may kill."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import ports, rabbitmq
from deploy.local.process import Process, Program
from tests.support.infrastructure import Infrastructure
from tests.support.processes import eventually

_START_SECONDS = 90.0
_PATIENCE_OF_PUBLISHERS = 5


class BrokerNode:
    """One node on loopback, on ports of its own; what it holds survives its death."""

    def __init__(self, directory: Path) -> None:
        amqp, management, mapper, distribution = ports.free(4)
        self.node = rabbitmq.Node(
            directory=directory,
            logs=directory / "logs",
            amqp_port=amqp,
            management_port=management,
            epmd_port=mapper,
            distribution_port=distribution,
        )
        self.node.configure()
        self._mapper = _process(self.node.port_mapper())
        self._server = _process(self.node.server())

    @property
    def port(self) -> int:
        return self.node.amqp_port

    def where(self, mongodb_uri: str) -> Infrastructure:
        return Infrastructure(
            amqp_uri=self.node.amqp_uri, management_uri=self.node.management_uri, mongodb_uri=mongodb_uri
        )

    def start_port_mapper(self) -> None:
        self._mapper.start()
        eventually(lambda: not ports.is_free(self.node.epmd_port), seconds=_PATIENCE_OF_PUBLISHERS)

    def start(self) -> None:
        """Start the node, without waiting for it."""
        self._server.start()

    def wait_until_ready(self) -> None:
        eventually(self.node.is_ready, seconds=_START_SECONDS, interval=0.1)

    def kill(self) -> None:
        """As the out-of-memory killer does."""
        self._server.kill()

    def freeze(self) -> None:
        os.killpg(self._server.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self._server.pid, signal.SIGCONT)

    def close(self) -> None:
        for process in (self._server, self._mapper):
            if process.started_at and process.is_alive:
                process.kill()


@contextmanager
def broker_node(directory: Path) -> Iterator[BrokerNode]:
    """A node that is starting inside the block (`wait_until_ready`), and gone after it."""
    node = BrokerNode(directory)
    try:
        node.start_port_mapper()
        node.start()
        yield node
    finally:
        node.close()


def _process(program: Program) -> Process:
    return Process(program, on_line=lambda _name, _line: None, on_exit=lambda _gone: None)
