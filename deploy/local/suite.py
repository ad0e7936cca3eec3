"""`make test`: the whole suite against a broker and a database of its own, whatever else runs on the machine."""

import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from deploy.local import infrastructure
from deploy.local.console import Console
from deploy.local.infrastructure import Infrastructure, Plan
from deploy.local.process import die_with_parent
from deploy.local.settings import Settings
from deploy.local.supervisor import Stopped, Supervisor

INTERRUPTED = 130


def run_suite(settings: Settings, command: Sequence[str]) -> int:
    """Run a test command (for example pytest) with the infrastructure in its environment; its exit code.

    A broker or database that AMQP_URI or MONGODB_URI names is used as it is. Raises Refusal.
    """
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    data = settings.root / ".run" / f"test-{os.getpid()}"
    sweep(data.parent)
    supervisor = Supervisor(Console(sys.stderr))
    with supervisor.listening():
        try:
            found = infrastructure.start(supervisor, _plan(settings, data))
            return supervisor.run(command, _environment(found), directory=settings.root)
        except Stopped:
            return INTERRUPTED
        finally:
            supervisor.stop()
            for name in ("mongodb", "rabbitmq"):  # the logs stay until the next run
                shutil.rmtree(data / name, ignore_errors=True)


def _plan(settings: Settings, data: Path) -> Plan:
    return replace(
        Plan.on_free_ports(data, disposable=True),
        amqp_uri=settings.amqp_uri,
        management_uri=settings.management_uri,
        mongodb_uri=settings.mongodb_uri,
    )


def _environment(found: Infrastructure) -> dict[str, str]:
    return {
        **os.environ,
        "AMQP_URI": found.amqp_uri,
        "MONGODB_URI": found.mongodb_uri,
        "MANAGEMENT_URI": found.management_uri,
    }


def sweep(run_directory: Path) -> None:
    """Remove what test runs left that are over."""
    for data in run_directory.glob("test-*"):
        pid = data.name.removeprefix("test-")
        if pid.isdecimal() and not _is_alive(int(pid)):
            shutil.rmtree(data, ignore_errors=True)


def _is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        with suppress(PermissionError):
            os.kill(pid, 0)
        return True
    return False
