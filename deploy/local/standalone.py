"""`python -m deploy.local infra`: only RabbitMQ and MongoDB, for whoever started us."""

import sys
from collections.abc import Callable

from deploy.local import infrastructure, lock, terminal
from deploy.local.console import Console
from deploy.local.infrastructure import Infrastructure, Plan
from deploy.local.ports import require_free
from deploy.local.room import require_room
from deploy.local.supervisor import Stopped, Supervisor

RUNNING = "Somebody already uses this data (process {pid}): stop that with `kill {pid}`, or name another --directory."


def run_infrastructure(plan: Plan, *, announce: Callable[[Infrastructure], None]) -> None:
    """Run until SIGTERM, Ctrl-C or the end of our input; `announce` is called once it works. Raises Refusal."""
    supervisor = Supervisor(Console(sys.stderr))
    with lock.held(plan.data, refusal=RUNNING), supervisor.listening():
        require_free(plan.ports(), ours=plan.data)
        if plan.disposable:
            infrastructure.wipe(plan.data)
        require_room(plan.data)
        terminal.on_end_of_input(supervisor.ask_to_stop)
        try:
            announce(infrastructure.start(supervisor, plan))
            supervisor.settle()
            supervisor.supervise()
        except Stopped:
            pass
        finally:
            supervisor.stop()
