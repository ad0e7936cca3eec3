"""A RabbitMQ node of our own: loopback only, its data in one directory, nothing of the system's configuration."""

import http.client
import os
import shutil
import signal
import socket
from base64 import b64encode
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import LOOPBACK
from deploy.local.process import Program

# Debian's commands in /usr/sbin change to the user of the system's broker; these do not.
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
UNITS = ("rabbitmq-server.service", "epmd.service", "epmd.socket")
# The same for ever, whatever the ports and the name of the machine: the node's data carries its name. Our own epmd
# keeps it apart from other nodes.
NODE_NAME = "platform@localhost"
USER = PASSWORD = "guest"  # RabbitMQ lets this user in from the loopback interface only
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"
CONFIGURATION = """\
listeners.tcp.1 = {host}:{amqp_port}
management.tcp.ip = {host}
management.tcp.port = {management_port}
loopback_users.{user} = true
log.console = true
log.console.level = info
log.connection.level = warning
log.file = false
# The default of 512 MB is meant for servers.
raft.wal_max_size_bytes = 67108864
"""


@dataclass(frozen=True, kw_only=True)
class Node:
    """Where a node keeps its data and on which ports it answers. The last two matter to nobody else."""

    directory: Path
    logs: Path
    amqp_port: int
    management_port: int
    epmd_port: int
    distribution_port: int

    @property
    def amqp_uri(self) -> str:
        return f"amqp://{USER}:{PASSWORD}@{LOOPBACK}:{self.amqp_port}/"

    @property
    def management_uri(self) -> str:
        return f"http://{USER}:{PASSWORD}@{LOOPBACK}:{self.management_port}"

    def configure(self) -> None:
        """Write the node's configuration."""
        self.directory.mkdir(parents=True, exist_ok=True)
        text = CONFIGURATION.format(
            host=LOOPBACK, amqp_port=self.amqp_port, management_port=self.management_port, user=USER
        )
        self._configuration.write_text(text)
        self._plugins.write_text("[rabbitmq_management].\n")

    def port_mapper(self) -> Program:
        """Erlang's epmd in the foreground. A node would start one as a daemon, which outlives everybody."""
        return Program(
            name="epmd",
            command=("epmd", "-port", str(self.epmd_port), "-address", LOOPBACK),
            directory=self.directory,
            environment=self._environment(),
            log=self.logs / "epmd.log",
            shown=False,
            stop_seconds=5,
        )

    def server(self) -> Program:
        return Program(
            name="rabbitmq",
            command=(str(SERVER),),
            directory=self.directory,
            environment=self._environment(),
            log=self.logs / "rabbitmq.log",
            shown=False,
            orphan_signal=signal.SIGTERM,  # the script stops the Erlang machine, which SIGKILL would leave behind
        )

    def is_ready(self) -> bool:
        """Whether the node speaks AMQP and its management answers."""
        return self._speaks_amqp() and self._management_answers()

    @property
    def _configuration(self) -> Path:
        return self.directory / "rabbitmq.conf"

    @property
    def _plugins(self) -> Path:
        return self.directory / "enabled_plugins"

    def _environment(self) -> dict[str, str]:
        """Everything that /etc/rabbitmq, the caller's environment or the home directory could decide, decided."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("RABBITMQ_", "ERL_", "EPMD_"))
        }
        absent = str(self.directory / "absent")
        return inherited | {
            "HOME": str(self.directory),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_CRASH_DUMP": str(self.logs / "erl_crash.dump"),
            "RABBITMQ_NODENAME": NODE_NAME,
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(self._configuration),
            "RABBITMQ_CONFIG_FILES": absent,
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{absent}.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._plugins),
            "RABBITMQ_MNESIA_BASE": str(self.directory),
            "RABBITMQ_LOG_BASE": str(self.logs),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            # In ERL_AFLAGS, because the node starts a second Erlang only to get a daemon epmd out of it.
            "ERL_AFLAGS": "-start_epmd false",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-kernel inet_dist_use_interface {{{LOOPBACK.replace('.', ',')}}}"
            ),
        }

    def _speaks_amqp(self) -> bool:
        with suppress(OSError), socket.create_connection((LOOPBACK, self.amqp_port), timeout=2) as connection:
            connection.sendall(PROTOCOL_HEADER)
            return connection.recv(1) == METHOD_FRAME
        return False

    def _management_answers(self) -> bool:
        credentials = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection(LOOPBACK, self.management_port, timeout=2)) as connection,
        ):
            connection.request("GET", "/api/overview", headers={"Authorization": f"Basic {credentials}"})
            return connection.getresponse().status == http.client.OK
        return False


def missing_packages() -> Sequence[str]:
    """Debian packages without which there is no broker here."""
    return [] if SERVER.exists() and shutil.which("epmd") else ["rabbitmq-server"]
