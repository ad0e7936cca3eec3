"""`make run`: everything up in order, supervised until somebody stops it, and down in the opposite order."""

import os
import signal
import time
from collections.abc import Callable, Mapping

import click

from deploy.local import infrastructure, lock, ports, terminal
from deploy.local.console import Console
from deploy.local.infrastructure import Plan
from deploy.local.platform import Platform, graphiql_command
from deploy.local.process import Process, Program, die_with_parent, last_words
from deploy.local.room import require_room
from deploy.local.settings import Settings
from deploy.local.supervisor import Stopped, Supervisor
from services.chassis.runtime import key_files

READY_SECONDS = 90.0
GRAPHIQL_SECONDS = 120.0
RUNNING = "The platform already runs on this data (process {pid}): stop it with Ctrl-C in its terminal or `kill {pid}`."


def run_platform(settings: Settings, *, seed: bool) -> None:
    """Run until somebody asks to stop. Raises Refusal when it cannot be started."""
    began = time.monotonic()
    _follow_make()
    console = Console()
    supervisor = Supervisor(console)
    with lock.held(settings.data, refusal=RUNNING), supervisor.listening():
        plan = Plan.from_settings(settings)
        ports.require_free([*settings.ports(), *plan.ports()], ours=settings.data)
        require_room(settings.data)
        terminal.on_hang_up(supervisor.ask_to_stop)
        try:
            platform = _start(supervisor, settings, plan, console)
            seeded = _seed(supervisor, platform, console) if seed else True
            console.say(banner(platform, seconds=time.monotonic() - began, seeded=seeded))
            supervisor.supervise()
        except Stopped:
            console.say("\nStopping (Ctrl-C again: at once) …")
        finally:
            supervisor.stop()
    console.say("Everything is stopped; the data stays.")


def banner(platform: Platform, *, seconds: float, seeded: bool) -> str:
    """Where to look."""
    settings, infrastructure = platform.settings, platform.infrastructure
    probes = ", ".join(f"{name} {port}" for name, port in settings.probes.items())
    rows = {
        "GraphQL": f"{settings.gateway_uri}/graphql  (in a browser: GraphiQL)",
        "Sign in": f"{settings.gateway_uri}/login  (or: make token AS=focal-point-graz)",
        "Health": f"{settings.gateway_uri}/readyz",
        "Probes": f"http://{ports.LOOPBACK}:<port>/readyz with {probes}",
        "RabbitMQ": infrastructure.amqp_uri,
        "  pages": infrastructure.management_uri,
        "MongoDB": infrastructure.mongodb_uri,
        "Logs": f"{settings.logs}/",
    }
    lines = [f"  {click.style(name.ljust(9), bold=True)} {text}" for name, text in rows.items()]
    headline = click.style(f"The platform runs (started in {seconds:.1f} s). Ctrl-C stops it.", bold=True, fg="green")
    note = () if seeded else (click.style("  The data was not loaded: see above.", fg="yellow"),)
    return "\n".join(("", headline, *note, *lines, ""))


def _follow_make() -> None:
    # `make` passes Ctrl-C and SIGTERM on, but a killed make could not.
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)


def _start(supervisor: Supervisor, settings: Settings, plan: Plan, console: Console) -> Platform:
    graphiql = _build_graphiql(supervisor, settings)
    console.say("Starting RabbitMQ and MongoDB …")
    platform = Platform(settings, infrastructure.start(supervisor, plan))
    console.say("Declaring exchanges, queues and indexes …")
    key_files.ensure_keys(settings.keys_directory)
    supervisor.finish(*platform.preparations())
    _await_graphiql(supervisor, graphiql, console)
    console.say("Starting services, relays and the gateway …")
    supervisor.start(*platform.relays())
    supervisor.start(*platform.services())
    supervisor.start(*platform.issuers(), platform.gateway())
    _await_ready(supervisor, platform.readiness(), settings)
    supervisor.settle()
    return platform


def _await_ready(supervisor: Supervisor, readiness: Mapping[str, Callable[[], bool]], settings: Settings) -> None:
    missing = dict(readiness)

    def all_ready() -> bool:
        for name in [name for name, is_ready in missing.items() if is_ready()]:
            del missing[name]
        return not missing

    def otherwise() -> str:
        names = ", ".join(missing)
        return f"Not ready after {READY_SECONDS:.0f} s: {names}; their logs are in {settings.logs}."

    supervisor.wait_for(all_ready, seconds=READY_SECONDS, otherwise=otherwise)


def _build_graphiql(supervisor: Supervisor, settings: Settings) -> Process:
    program = Program(
        name="graphiql",
        command=graphiql_command(),
        directory=settings.root,
        environment=os.environ,
        log=settings.logs / "graphiql.log",
        shown=False,
        stop_seconds=5,
    )
    [process] = supervisor.launch(program)
    return process


def _await_graphiql(supervisor: Supervisor, build: Process, console: Console) -> None:
    """The gateway looks for the built files when it starts. Without them the platform runs all the same."""
    if build.is_alive:
        console.say("Building GraphiQL (once) …")
    deadline = time.monotonic() + GRAPHIQL_SECONDS
    while build.is_alive and time.monotonic() < deadline:
        supervisor.attend(0.1)
    if build.is_alive:
        build.kill()
    if build.exit_code != 0:
        reason = last_words(build.program.log)
        console.say(f"There will be no GraphiQL, its build failed ({reason or build.program.log}).")


def _seed(supervisor: Supervisor, platform: Platform, console: Console) -> bool:
    """Whether the data is there. The mark tells the next start that a load was interrupted or failed."""
    mark = platform.settings.data / "seeding"
    command = platform.seed(resume=mark.exists())
    mark.touch()
    with console.lent():
        code = supervisor.run(command, platform.loading(), directory=platform.settings.root)
    if code != 0:
        console.say(f"Loading the data failed with exit code {code}; the next start tries again.")
        return False
    mark.unlink()
    return True
